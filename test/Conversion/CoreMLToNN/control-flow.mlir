// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// The sub-networks stay functions and are converted as the network is; a copy is
// the value itself.

// CHECK: nn.if %arg1 then @yes else @no(%arg0, %arg2) : (tensor<1xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
// CHECK: func.func private @yes
// CHECK: nn.map
// CHECK: func.func private @no(%[[X:.*]]: tensor<3x4xf32>, %{{.*}}: tensor<3x4xf32>)
// CHECK-NEXT: return %[[X]]
func.func @main(%x: tensor<3x4xf32>, %flag: tensor<1xf32>, %z: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = coreml.branch %flag if @yes else @no(%x, %z) : (tensor<1xf32>, tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func private @yes(%x: tensor<3x4xf32>, %z: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = coreml.add_broadcastable %x, %z : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func private @no(%x: tensor<3x4xf32>, %z: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = coreml.copy %x : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// States go through the loop in their stored form.
// CHECK: nn.loop count %arg1 while @test do @body init(%arg0) captures() {bodyStates = array<i64: 0>, maxIterations = 5 : i64} : (tensor<1xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
// CHECK: func.func private @test
// CHECK: nn.reduce max
// CHECK: func.func private @body
// CHECK: math.tanh
func.func @main(%x: tensor<3x4xf32>, %count: tensor<1xf32>) -> tensor<3x4xf32> {
  %0 = coreml.loop count %count while @test do @body init(%x) captures() {bodyStates = array<i64: 0>, maxLoopIterations = 5 : i64} : (tensor<1xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
func.func private @test(%y: tensor<3x4xf32>) -> tensor<1xf32> {
  %0 = coreml.reduce_max %y {reduceAll = true} : (tensor<3x4xf32>) -> tensor<1xf32>
  return %0 : tensor<1xf32>
}
func.func private @body(%y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = coreml.tanh %y : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Where elements are known to be other than 0 is a constant.
// CHECK: arith.constant dense<{{\[\[}}0.000000e+00, 1.000000e+00], [1.000000e+00, 2.000000e+00]]>
func.func @main() -> tensor<2x2xf32> {
  %0 = coreml.load_constant_nd {data = dense<[[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]> : tensor<2x3xf32>} : () -> tensor<2x3xf32>
  %1 = coreml.where_non_zero %0 : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}
