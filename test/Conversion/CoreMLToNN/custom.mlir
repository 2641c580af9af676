// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// One op for each output, with the shapes that the body sees and the weights
// behind the inputs.
// CHECK-LABEL: func.func @main
// CHECK: %[[X:.*]] = nn.transpose {{.*}} : tensor<1x2x6x7xf32> -> tensor<1x6x7x2xf32>
// CHECK: %[[SLOPE:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
// CHECK: nn.custom "Crop"(%[[X]], %[[SLOPE]]) {constants = {margin = 1 : i64}, file = "Crop.metal", function = "inner", names = ["x", "slope"], numWeights = 1 : i64, shapes = [array<i64: 1, 1, 2, 6, 7>, array<i64: 1, 1, 2, 4, 5>], source = "float inner{{.*}}"} : tensor<1x6x7x2xf32>, tensor<2xf32> -> tensor<1x4x5x2xf32>
// CHECK: nn.custom "Crop"(%[[X]], %[[SLOPE]]) {{.*}}function = "count"{{.*}}shapes = [array<i64: 1, 1, 2, 6, 7>, array<i64: 2>]{{.*}} -> tensor<2xf32>
func.func @main(%x: tensor<1x1x2x6x7xf32>) -> (tensor<1x1x2x4x5xf32>, tensor<2xf32>) {
  %0:2 = coreml.custom %x {className = "Crop",
      weights = [dense<[1.0, 2.0]> : tensor<2xf32>],
      definition = {
        constants = {margin = 1 : i64}, file = "Crop.metal",
        inputs = ["x"], weights = ["slope"],
        outputs = [{function = "inner", shape = {h = "x.h - 2 * margin", like = "x", w = "x.w - 2 * margin"}},
                   {function = "count", shape = ["x.c"]}],
        source = "float inner(Inputs in, Position at) { at.h += margin; at.w += margin; return in.x(at) * in.slope[at.c]; }\0Afloat count(Inputs in, Position at) { return in.x.S; }\0A"}}
    : (tensor<1x1x2x6x7xf32>) -> (tensor<1x1x2x4x5xf32>, tensor<2xf32>)
  return %0#0, %0#1 : tensor<1x1x2x4x5xf32>, tensor<2xf32>
}
