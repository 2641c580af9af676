// RUN: mlc-opt %s --convert-nn-to-metal=precision=f16 --canonicalize | FileCheck %s

// The functions become regions, and what they return is written to one place by
// both. The state, a few elements, is kept in f32; a new state is computed
// beside the old one and copied.
// CHECK-LABEL: func.func @main(%arg0: memref<1xf32>
// CHECK: %[[IF:.*]] = memref.alloc() : memref<4xf32>
// CHECK: metal.if %arg0 {
// CHECK: metal.dispatch @elementwise_4{{.*}}(%arg1, %[[IF]] :
// CHECK: } else {
// CHECK: metal.dispatch @copy_4{{.*}}(%arg1, %[[IF]] :
// CHECK: } : memref<1xf32>
// CHECK: %[[STATE:.*]] = memref.alloc() : memref<4xf32>
// CHECK: metal.dispatch {{.*}}(%[[IF]], %[[STATE]] :
// CHECK: metal.loop limit 3 while {
// CHECK: metal.exit_unless %{{.*}} : memref<1xf32>
// CHECK: } do {
// CHECK: %[[NEXT:.*]] = memref.alloc() : memref<4xf32>
// CHECK: metal.dispatch @elementwise_4{{.*}}(%[[STATE]], %[[NEXT]] :
// CHECK: metal.dispatch {{.*}}(%[[NEXT]], %[[STATE]] :
// CHECK: }
// CHECK: metal.dispatch {{.*}}(%[[STATE]], %arg2 :
// CHECK-NOT: func.func private
func.func @main(%c: tensor<1xf32>, %x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.if %c then @then else @else(%x) : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = nn.loop while @test do @then init(%0) captures() {maxIterations = 3 : i64, bodyStates = array<i64: 0>} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = nn.copy %1 : tensor<4xf32>
  return %2 : tensor<4xf32>
}
func.func private @then(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.map(%x : tensor<4xf32>) {
  ^bb0(%a: f32):
    %1 = math.sin %a : f32
    nn.yield %1 : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @else(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.copy %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @test(%x: tensor<4xf32>) -> tensor<1xf32> {
  %0 = nn.reduce max %x axes = [0] : tensor<4xf32> -> tensor<1xf32>
  return %0 : tensor<1xf32>
}
