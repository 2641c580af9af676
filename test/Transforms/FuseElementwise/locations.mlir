// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// The names of all fused layers stay with the op, in order.
// CHECK: nn.pool2d
// CHECK: -> tensor<1x2x2x4xf32> loc(fused["pool", "scale", "tanh"])
func.func @names(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.pool2d average %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32> loc("pool")
  %1 = nn.map(%0 : tensor<1x2x2x4xf32>) {
  ^bb0(%e: f32):
    %2 = arith.addf %e, %e : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32> loc("scale")
  %3 = nn.map(%1 : tensor<1x2x2x4xf32>) {
  ^bb0(%e: f32):
    %2 = math.tanh %e : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32> loc("tanh")
  return %3 : tensor<1x2x2x4xf32>
}
