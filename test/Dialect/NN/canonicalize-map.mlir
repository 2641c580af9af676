// RUN: mlc-opt %s --canonicalize --split-input-file | FileCheck %s

// Two inputs that are one constant.
// CHECK: nn.map(%arg0 : tensor<2x3xf32>) {
// CHECK: %[[C:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: %[[P:.*]] = arith.mulf %{{.*}}, %[[C]]
// CHECK: arith.addf %[[P]], %[[C]]
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %a = arith.constant dense<0.5> : tensor<1xf32>
  %b = arith.constant dense<0.5> : tensor<1xf32>
  %0 = nn.map(%x, %a, %b : tensor<2x3xf32>, tensor<1xf32>, tensor<1xf32>) {
  ^bb0(%e: f32, %alpha: f32, %beta: f32):
    %1 = arith.mulf %e, %alpha : f32
    %2 = arith.addf %1, %beta : f32
    nn.yield %2 : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// An input three times, of which the body ignores the first.
// CHECK: nn.map(%arg0 : tensor<2x3xf32>) {
// CHECK-NEXT: ^bb0(%[[E:.*]]: f32):
// CHECK-NEXT: arith.mulf %[[E]], %[[E]]
func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = nn.map(%x, %x, %x : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  ^bb0(%unused: f32, %a: f32, %b: f32):
    %1 = arith.mulf %a, %b : f32
    nn.yield %1 : f32
  } -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
