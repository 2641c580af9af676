// RUN: mlc-translate --export-mlmodel-text %s | FileCheck %s

// A model that no file was behind: layers have the names of their locations, and
// values those of features or of their layer. Fields that are at their default are
// left out, sizes follow from weights.
// CHECK: name: "x"
// CHECK: name: "y"
// CHECK: layers {
// CHECK-NEXT: name: "project"
// CHECK-NEXT: input: "x"
// CHECK-NEXT: output: "project"
// CHECK-NEXT: innerProduct {
// CHECK-NEXT: inputChannels: 2
// CHECK-NEXT: outputChannels: 1
// CHECK-NOT: hasBias
// CHECK: floatValue: 1
// CHECK-NEXT: floatValue: 2
// CHECK: layers {
// CHECK-NEXT: input: "project"
// CHECK-NEXT: output: "y"
// CHECK-NEXT: activation {
// CHECK-NEXT: leakyReLU {
// CHECK-NEXT: alpha: 0.5
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<1x1x2x1x1xf32> {coreml.feature = {name = "x", shape = array<i64: 2>, type = "multiArray"}}) -> (tensor<1x1x1x1x1xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.inner_product %x {weights = dense<[[1.0, 2.0]]> : tensor<1x2xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x1x1x1xf32> loc("project")
    %1 = coreml.activation %0 {kind = #coreml<activation_kind leaky_relu>, alpha = dense<0.5> : tensor<1xf32>} : (tensor<1x1x1x1x1xf32>) -> tensor<1x1x1x1x1xf32> loc(unknown)
    return %1 : tensor<1x1x1x1x1xf32>
  }
}
