// RUN: not mlc-opt %s --convert-nn-to-metal=precision=f64 2>&1 | FileCheck %s

// CHECK: error: precision must be f16 or f32, is 'f64'
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.copy %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
