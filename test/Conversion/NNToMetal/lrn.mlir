// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Channels outside of the window do not count; the root is a power.
// CHECK: metal.kernel @{{.*}} "lrn"
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: math.fma
// CHECK: math.powf
func.func @main(%x: tensor<1x2x2x5xf32>) -> tensor<1x2x2x5xf32> {
  %0 = nn.lrn %x size = 3 alpha = 1.0 beta = 0.75 k = 1.0
      : tensor<1x2x2x5xf32> -> tensor<1x2x2x5xf32>
  return %0 : tensor<1x2x2x5xf32>
}
