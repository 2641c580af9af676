// RUN: not mlc-opt %s --pass-pipeline='builtin.module(func.func(coreml-drop-identities))' 2>&1 | FileCheck %s
// RUN: not mlc-opt %s --pass-pipeline='builtin.module(func.func(coreml-fold-constants))' 2>&1 | FileCheck %s
// RUN: not mlc-opt %s --pass-pipeline='builtin.module(func.func(coreml-fold-affine))' 2>&1 | FileCheck %s
// RUN: not mlc-opt %s --coreml-halve-weights 2>&1 | FileCheck %s

// The passes that read weights say which are missing.
// CHECK: error: 'coreml.bias' op has unreadable bias
func.func @main(%x: tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32> {
  %0 = coreml.bias %x {bias = dense_resource<missing> : tensor<2xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %0 : tensor<1x1x2x1x1xf32>
}
