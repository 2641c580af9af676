// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Images enter and leave sub-networks channel-last; a copy is no work.
// CHECK-LABEL: func.func @main(%arg0: tensor<1xf32>, %arg1: tensor<1x3x4x5xf32>)
// CHECK: %[[X:.*]] = nn.transpose %arg1 {{.*}} -> tensor<1x4x5x3xf32>
// CHECK: %[[B:.*]] = nn.if %{{.*}} then @then else @else(%[[X]]) : (tensor<1xf32>, tensor<1x4x5x3xf32>) -> tensor<1x4x5x3xf32>
// CHECK: %[[L:.*]] = nn.loop count %{{.*}} while @test do @then init(%[[B]]) captures()
// CHECK-SAME: bodyStates = array<i64: 0>
// CHECK: nn.transpose %[[L]]
func.func @main(%c: tensor<1xf32>, %x: tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32> {
  %0 = coreml.branch %c if @then else @else(%x) : (tensor<1xf32>, tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  %1 = coreml.loop count %c while @test do @then init(%0) captures() {bodyStates = array<i64: 0>, conditionStates = array<i64>} : (tensor<1xf32>, tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  return %1 : tensor<1x3x4x5xf32>
}
// CHECK-LABEL: func.func private @then(%arg0: tensor<1x4x5x3xf32>) -> tensor<1x4x5x3xf32>
// CHECK-NOT: transpose
// CHECK: math.sin
func.func private @then(%x: tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32> {
  %0 = coreml.sin %x : (tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  return %0 : tensor<1x3x4x5xf32>
}
// CHECK-LABEL: func.func private @else(%arg0: tensor<1x4x5x3xf32>)
// CHECK-NEXT: return %arg0
func.func private @else(%x: tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32> {
  %0 = coreml.copy %x : (tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  return %0 : tensor<1x3x4x5xf32>
}
func.func private @test(%x: tensor<1x3x4x5xf32>) -> tensor<1xf32> {
  %0 = coreml.load_constant_nd {data = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  return %0 : tensor<1xf32>
}
