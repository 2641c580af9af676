// RUN: mlc-opt %s --convert-nn-to-metal --canonicalize | FileCheck %s
// RUN: mlc-opt %s --convert-nn-to-metal=expand-weights --canonicalize | FileCheck %s --check-prefix=EXPANDED
// RUN: mlc-opt %s --convert-nn-to-metal --canonicalize --mlir-print-debuginfo | mlc-translate --to-metal | FileCheck %s --check-prefix=METAL

// Weights with few different numbers that many pixels read: 2048 of them are a bit
// each, and become halves when the bundle is loaded. Two layers share the kernel.
// CHECK-LABEL: func @main
// CHECK: %[[CODES:.*]] = metal.weights dense_resource<codes> : tensor<256xi8> : memref<256xi8>
// CHECK: %[[W:.*]] = metal.decode @decode_1bit_grid threads 256 group 256(%[[CODES]], %{{.*}}, %{{.*}}) : (memref<256xi8>, memref<2xf32>, memref<2xf32>) -> memref<2x1x1x64x16xf16>
// CHECK: metal.dispatch @conv1x1_64to32_10x10 {{.*}}(%{{.*}}, %[[W]],
// CHECK: metal.decode @decode_1bit_grid
// CHECK: metal.kernel @decode_1bit_grid "decode"(%{{.*}}: memref<?xi8>, %{{.*}}: memref<?xf32>, %{{.*}}: memref<?xf32>, write %{{.*}}: memref<?xf16>)
// CHECK-NOT: metal.kernel @decode
//
// EXPANDED-NOT: metal.decode
//
// METAL: kernel void decode_1bit_grid(
// METAL: if (run >= int(threads)) return;
// METAL-NEXT: for (int i = 0; i < 8; ++i) {
// METAL: int code = (bytes >> i % 8) % 2;
// METAL-NEXT: result[index] = half(fma(float(code), values[0], values[1]));
func.func @main(%x: tensor<1x10x10x64xf32>) -> (tensor<1x10x10x32xf32>, tensor<1x10x10x48xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x64x32xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x10x10x64xf32>, tensor<1x1x64x32xf32> -> tensor<1x10x10x32xf32>
  %v = arith.constant dense<0.25> : tensor<1x1x64x48xf32>
  %1 = nn.conv2d %x, %v strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x10x10x64xf32>, tensor<1x1x64x48xf32> -> tensor<1x10x10x48xf32>
  return %0, %1 : tensor<1x10x10x32xf32>, tensor<1x10x10x48xf32>
}
