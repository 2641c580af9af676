// RUN: mlc-opt %s --convert-nn-to-metal --canonicalize --cse | FileCheck %s

// Six outputs are a block of eight lanes: the filter is packed to it, padded
// with zeros, in half precision. A strip is two pixels; rows outside of the
// input are skipped, columns outside read zeros from a buffer of their own.
// CHECK-LABEL: func @main
// CHECK: %[[W:.*]] = metal.weights {{.*}} tensor<1x3x3x3x8xf16>
// CHECK: %[[Z:.*]] = metal.weights dense<0.000000e+00> : tensor<3xf32>
// CHECK: metal.dispatch @conv3x3_stride2_3to6_2x2 threads [2, 1, 1] {{.*}}(%arg0, %[[W]], %[[Z]], %arg1 : {{.*}}flops = 1296
// CHECK: metal.kernel @conv3x3_stride2_3to6_2x2 "convolution"
// CHECK: memref.alloca() : memref<2xvector<8xf32>>
// CHECK: %[[INSIDE:.*]] = arith.cmpi sge, %{{.*}}, %c0
// CHECK: scf.if %[[INSIDE]]
// CHECK: %[[X:.*]] = metal.elements f32 : memref<2x3xf32>
// CHECK: %[[COLUMN:.*]] = arith.subi
// CHECK: metal.load_elements %arg0[{{.*}}, %[[COLUMN]], %c0], %[[X]][%{{.*}}] if %{{.*}} else %arg2[%c0]
// CHECK: metal.load_lanes %arg1
// CHECK: memref.load %[[X]]
// CHECK: math.fma
// CHECK: metal.store_lanes {{.*}} count %c6
func.func @main(%x: tensor<1x4x4x3xf32>) -> tensor<1x2x2x6xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x3x6xf32>
  %0 = nn.conv2d %x, %w strides = [2, 2] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x4x4x3xf32>, tensor<3x3x3x6xf32> -> tensor<1x2x2x6xf32>
  return %0 : tensor<1x2x2x6xf32>
}
