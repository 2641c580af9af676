// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s

// Two maps of an input of the model become one kernel.
// CHECK-LABEL: func @joined
// CHECK: nn.map(%arg0, %arg1 :
// CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32):
// CHECK-NEXT: %[[EXP:.*]] = math.exp %[[A]]
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[B]], %[[EXP]]
// CHECK-NEXT: nn.yield %[[SUM]]
// CHECK-NOT: nn.map
func.func @joined(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.map(%x : tensor<4xf32>) {
  ^bb0(%e: f32):
    %2 = math.exp %e : f32
    nn.yield %2 : f32
  } -> tensor<4xf32>
  %1 = nn.map(%y, %0 : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %2 = arith.addf %a, %b : f32
    nn.yield %2 : f32
  } -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// A map that is broadcast is not computed again for each element.
// CHECK-LABEL: func @broadcast
// CHECK-COUNT-2: nn.map
func.func @broadcast(%x: tensor<4xf32>, %y: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %0 = nn.map(%x : tensor<4xf32>) {
  ^bb0(%e: f32):
    %2 = math.exp %e : f32
    nn.yield %2 : f32
  } -> tensor<4xf32>
  %1 = nn.map(%y, %0 : tensor<8x4xf32>, tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %2 = arith.addf %a, %b : f32
    nn.yield %2 : f32
  } -> tensor<8x4xf32>
  return %1 : tensor<8x4xf32>
}

// Neither is one that something else reads too.
// CHECK-LABEL: func @two_readers
// CHECK-COUNT-2: nn.map
func.func @two_readers(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = nn.map(%x : tensor<4xf32>) {
  ^bb0(%e: f32):
    %2 = math.exp %e : f32
    nn.yield %2 : f32
  } -> tensor<4xf32>
  %1 = nn.map(%0 : tensor<4xf32>) {
  ^bb0(%a: f32):
    %2 = arith.negf %a : f32
    nn.yield %2 : f32
  } -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
