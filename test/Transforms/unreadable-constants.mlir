// RUN: not mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-constants))' 2>&1 | FileCheck %s
// RUN: not mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-layout))' 2>&1 | FileCheck %s
// RUN: not mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' 2>&1 | FileCheck %s
// RUN: not mlc-opt %s --assign-precision 2>&1 | FileCheck %s
// RUN: not mlc-opt %s --convert-nn-to-metal 2>&1 | FileCheck %s

// The passes that read weights say which are missing.
// CHECK: error: 'arith.constant' op has unreadable elements
func.func @main(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense_resource<missing> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
