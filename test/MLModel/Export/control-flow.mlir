// RUN: mlc-translate --export-mlmodel-text --split-input-file %s | FileCheck %s

// In a file names are overwritten where we have states and results: these have one
// name wherever they are, and copies where that is not enough. The two states
// change places, so that what one gets is read before the other is written.
// CHECK: name: "sine"
// CHECK-NEXT: input: "x"
// CHECK-NEXT: output: "z"
// CHECK: name: "turn_0_copy"
// CHECK-NEXT: input: "x"
// CHECK-NEXT: output: "turn_0"
// CHECK-NEXT: copy
// CHECK: name: "turn"
// CHECK-NEXT: loop {
// CHECK-NEXT: maxLoopIterations: 3
// CHECK-NEXT: bodyNetwork {
// CHECK: name: "cosine"
// CHECK-NEXT: input: "turn_0"
// CHECK-NEXT: output: "cosine"
// CHECK: input: "z"
// CHECK-NEXT: output: "turn_0"
// CHECK-NEXT: copy
// CHECK: input: "cosine"
// CHECK-NEXT: output: "z"
// CHECK-NEXT: copy
// CHECK: name: "choose"
// CHECK-NEXT: input: "flag"
// CHECK-NEXT: branch {
// CHECK-NEXT: ifBranch {
// CHECK: input: "turn_0"
// CHECK-NEXT: output: "y"
// CHECK-NEXT: copy
// CHECK: elseBranch {
// CHECK: input: "z"
// CHECK-NEXT: output: "bend"
// CHECK: input: "bend"
// CHECK-NEXT: output: "y"
// CHECK-NEXT: copy
module attributes {coreml.kind = "neuralNetwork", coreml.arrayInputShapeMapping = "EXACT_ARRAY_MAPPING"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}, %flag: tensor<1xf32> {coreml.feature = {name = "flag", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}, tensor<4xf32> {coreml.feature = {name = "z", type = "multiArray"}}) {
    %0 = coreml.sin %x : (tensor<4xf32>) -> tensor<4xf32> loc("sine")
    %1:2 = coreml.loop do @swap init(%x, %0) captures(%flag) {bodyStates = array<i64: 0, 1>, maxLoopIterations = 3 : i64} : (tensor<4xf32>, tensor<4xf32>, tensor<1xf32>) -> (tensor<4xf32>, tensor<4xf32>) loc("turn")
    %2 = coreml.branch %flag if @yes else @no(%1#0, %1#1) : (tensor<1xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> loc("choose")
    return %2, %1#1 : tensor<4xf32>, tensor<4xf32>
  }
  func.func private @swap(%a: tensor<4xf32>, %b: tensor<4xf32>, %f: tensor<1xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    %0 = coreml.cos %a : (tensor<4xf32>) -> tensor<4xf32> loc("cosine")
    return %b, %0 : tensor<4xf32>, tensor<4xf32>
  }
  func.func private @yes(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
    return %a : tensor<4xf32>
  }
  func.func private @no(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
    %0 = coreml.tanh %b : (tensor<4xf32>) -> tensor<4xf32> loc("bend")
    return %0 : tensor<4xf32>
  }
}

// -----

// Two states that are exchanged and nothing else: one is put aside.
// CHECK: bodyNetwork {
// CHECK: input: "[[A:.*]]"
// CHECK-NEXT: output: "[[ASIDE:.*_before]]"
// CHECK: input: "[[B:.*]]"
// CHECK-NEXT: output: "[[A]]"
// CHECK: input: "[[ASIDE]]"
// CHECK-NEXT: output: "[[B]]"
module attributes {coreml.kind = "neuralNetwork", coreml.arrayInputShapeMapping = "EXACT_ARRAY_MAPPING"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}, tensor<4xf32> {coreml.feature = {name = "z", type = "multiArray"}}) {
    %0 = coreml.sin %x : (tensor<4xf32>) -> tensor<4xf32> loc("sine")
    %1:2 = coreml.loop do @swap init(%x, %0) captures() {bodyStates = array<i64: 0, 1>, maxLoopIterations = 3 : i64} : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) loc("turn")
    return %1#0, %1#1 : tensor<4xf32>, tensor<4xf32>
  }
  func.func private @swap(%a: tensor<4xf32>, %b: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    return %b, %a : tensor<4xf32>, tensor<4xf32>
  }
}

// -----

// A loop that its body ends by a value gets a branch with a break.
// CHECK: bodyNetwork {
// CHECK: output: "[[GOES:cosine]]"
// CHECK-NEXT: cos {
// CHECK: copy {
// CHECK: input: "[[GOES]]"
// CHECK-NEXT: branch {
// CHECK-NEXT: ifBranch {
// CHECK-NEXT: }
// CHECK-NEXT: elseBranch {
// CHECK-NEXT: layers {
// CHECK-NEXT: loopBreak {
module attributes {coreml.kind = "neuralNetwork", coreml.arrayInputShapeMapping = "EXACT_ARRAY_MAPPING"} {
  func.func @main(%x: tensor<1xf32> {coreml.feature = {name = "x", type = "multiArray"}}) -> (tensor<1xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.loop do @next init(%x) captures() {bodyMayBreak, bodyStates = array<i64: 0>, maxLoopIterations = 3 : i64} : (tensor<1xf32>) -> tensor<1xf32> loc("turn")
    return %0 : tensor<1xf32>
  }
  func.func private @next(%a: tensor<1xf32>) -> (tensor<1xf32>, tensor<1xf32>) {
    %0 = coreml.sin %a : (tensor<1xf32>) -> tensor<1xf32> loc("sine")
    %1 = coreml.cos %0 : (tensor<1xf32>) -> tensor<1xf32> loc("cosine")
    return %1, %0 : tensor<1xf32>, tensor<1xf32>
  }
}
