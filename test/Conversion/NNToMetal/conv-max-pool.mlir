// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A thread computes strips of six pixels for both rows of its windows and stores
// three maxima: two strips for the five windows of a row.
// CHECK: metal.dispatch @conv3x3_max2x2_3to16_3x5 threads [6, 1, 1]
// CHECK: metal.kernel
// CHECK: %[[BEST:.*]] = memref.alloca() : memref<3xvector<16xf32>>
// CHECK: memref.alloca() : memref<6xvector<16xf32>>
// CHECK: math.fma
// CHECK: arith.divsi
// CHECK: arith.maximumf
// CHECK: %[[MOST:.*]] = memref.load %[[BEST]]
// CHECK: metal.store_lanes %[[MOST]]
func.func @main(%x: tensor<1x6x10x3xf32>) -> tensor<1x3x5x16xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      {max_pool = array<i64: 2, 2>}
      : tensor<1x6x10x3xf32>, tensor<3x3x3x16xf32> -> tensor<1x3x5x16xf32>
  return %0 : tensor<1x3x5x16xf32>
}
