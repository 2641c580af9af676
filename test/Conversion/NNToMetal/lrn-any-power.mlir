// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Other powers are computed as such; a window wider than the channels is cut.
// CHECK: metal.kernel @{{.*}} "lrn"
// CHECK: memref.alloca() : memref<1x17xf32>
// CHECK: math.powf
func.func @main(%x: tensor<1x2x2x5xf32>) -> tensor<1x2x2x5xf32> {
  %0 = nn.lrn %x size = 1000001 alpha = 1.0 beta = 0.6 k = 1.0
      : tensor<1x2x2x5xf32> -> tensor<1x2x2x5xf32>
  return %0 : tensor<1x2x2x5xf32>
}
