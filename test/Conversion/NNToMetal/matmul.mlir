// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// The right side is shared by the batch: it is read with stride 0, not copied.
// CHECK: %[[R:.*]] = memref.reinterpret_cast %arg1 to offset: [0], sizes: [2, 5, 6], strides: [0, 6, 1]
// CHECK: metal.dispatch @matmul_2x3x6_by5 threads [1, 3, 2] {{.*}}(%arg0, %[[R]], %arg2
// CHECK: metal.kernel @matmul_2x3x6_by5 "matmul"
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<8xf32>)
// CHECK: math.fma
func.func @main(%x: tensor<2x3x5xf32>, %y: tensor<5x6xf32>) -> tensor<2x3x6xf32> {
  %0 = nn.matmul %x, %y : tensor<2x3x5xf32>, tensor<5x6xf32> -> tensor<2x3x6xf32>
  return %0 : tensor<2x3x6xf32>
}
