// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s

// Equal computations are one kernel, made of both layers; another window is
// another kernel, and one that differs only inside gets a number.
// CHECK: metal.dispatch @max_pool_2x2_2x2x4
// CHECK: metal.dispatch @max_pool_2x2_2x2x4
// CHECK: metal.dispatch @max_pool_2x2_2x2x4_2
// CHECK: metal.kernel @max_pool_2x2_2x2x4 "pooling"
// CHECK: } loc(fused["a", "b"])
// CHECK: metal.kernel @max_pool_2x2_2x2x4_2 "pooling"
// CHECK: } loc("c")
// CHECK-NOT: metal.kernel
func.func @main(%x: tensor<1x4x4x4xf32>, %y: tensor<1x4x4x4xf32>)
    -> (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) {
  %0 = nn.pool2d max %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32> loc("a")
  %1 = nn.pool2d max %y window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32> loc("b")
  %2 = nn.pool2d max %y window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0] epilogue {
      ^bb0(%acc: f32):
        %3 = arith.negf %acc : f32
        nn.yield %3 : f32
      } : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32> loc("c")
  return %0, %1, %2 : tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>
}
