// RUN: mlc-translate --export-mlmodel-text --split-input-file %s | FileCheck %s

// IR that says no version gets the least that has all it says: here nothing but
// what the first has.
// CHECK: specificationVersion: 1
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "first"
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<1x1x2x1x1xf32> {coreml.feature = {name = "first", shape = array<i64: 2>, type = "multiArray"}}) -> (tensor<1x1x2x1x1xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.softmax %x : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
    return %0 : tensor<1x1x2x1x1xf32>
  }
}

// -----

// A version that is there stays.
// CHECK: specificationVersion: 6
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "stays"
module attributes {coreml.kind = "neuralNetwork", coreml.specificationVersion = 6 : i64} {
  func.func @main(%x: tensor<1x1x2x1x1xf32> {coreml.feature = {name = "stays", shape = array<i64: 2>, type = "multiArray"}}) -> (tensor<1x1x2x1x1xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.softmax %x : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
    return %0 : tensor<1x1x2x1x1xf32>
  }
}

// -----

// Weights in half.
// CHECK: specificationVersion: 2
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "half"
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<1x1x2x1x1xf32> {coreml.feature = {name = "half", shape = array<i64: 2>, type = "multiArray"}}) -> (tensor<1x1x1x1x1xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.inner_product %x {weights = dense<[[1.0, 2.0]]> : tensor<1x2xf16>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x1x1x1xf32>
    return %0 : tensor<1x1x1x1x1xf32>
  }
}

// -----

// A size that may change.
// CHECK: specificationVersion: 3
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "flexible"
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<1x1x2x1x1xf32> {coreml.feature = {name = "flexible", shapeRange = {sizeRanges = [{lowerBound = 2 : i64, upperBound = 9 : i64}]}, type = "multiArray"}}) -> (tensor<1x1x2x1x1xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.softmax %x : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
    return %0 : tensor<1x1x2x1x1xf32>
  }
}

// -----

// Arrays by their own ranks.
// CHECK: specificationVersion: 4
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "exact"
module attributes {coreml.kind = "neuralNetworkRegressor", coreml.arrayInputShapeMapping = "EXACT_ARRAY_MAPPING", coreml.predictedFeatureName = "y"} {
  func.func @main(%x: tensor<2x3x4xf32> {coreml.feature = {name = "exact", shape = array<i64: 2, 3, 4>, type = "multiArray"}}) -> (tensor<2x3x4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.softmax %x : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
    return %0 : tensor<2x3x4xf32>
  }
}

// -----

// A mode that an old layer type got later.
// CHECK: specificationVersion: 5
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "shuffled"
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<1x1x8x1x2xf32> {coreml.feature = {name = "shuffled", shape = array<i64: 8, 1, 2>, type = "multiArray"}}) -> (tensor<1x1x2x2x4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.reorganize_data %x {blockSize = 2 : i64, mode = #coreml<reorganization_type PIXEL_SHUFFLE>} : (tensor<1x1x8x1x2xf32>) -> tensor<1x1x2x2x4xf32>
    return %0 : tensor<1x1x2x2x4xf32>
  }
}

// -----

// Images of halves.
// CHECK: specificationVersion: 7
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "gray"
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<1x1x1x2x2xf32> {coreml.feature = {name = "gray", width = 2 : i64, height = 2 : i64, colorSpace = "GRAYSCALE_FLOAT16", type = "image"}}) -> (tensor<1x1x1x2x2xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.softmax %x : (tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
    return %0 : tensor<1x1x1x2x2xf32>
  }
}

// -----

// What counts in a sub-network counts for the whole.
// CHECK: specificationVersion: 5
// CHECK-NEXT: description {
// CHECK-NEXT: input {
// CHECK-NEXT: name: "inside"
module attributes {coreml.kind = "neuralNetwork", coreml.arrayInputShapeMapping = "EXACT_ARRAY_MAPPING"} {
  func.func @main(%x: tensor<1xf32> {coreml.feature = {name = "inside", shape = array<i64: 1>, type = "multiArray"}}) -> (tensor<1xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.branch %x if @then else @else(%x) : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
    return %0 : tensor<1xf32>
  }
  func.func private @then(%x: tensor<1xf32>) -> tensor<1xf32> {
    %0 = coreml.clamped_relu %x {alpha = 0.0 : f32, beta = 1.0 : f32} : (tensor<1xf32>) -> tensor<1xf32>
    return %0 : tensor<1xf32>
  }
  func.func private @else(%x: tensor<1xf32>) -> tensor<1xf32> {
    %0 = coreml.copy %x : (tensor<1xf32>) -> tensor<1xf32>
    return %0 : tensor<1xf32>
  }
}
