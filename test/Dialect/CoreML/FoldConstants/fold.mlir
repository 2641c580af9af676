// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(coreml-fold-constants))' | FileCheck %s

// CHECK-LABEL: func.func @exact
// CHECK: coreml.load_constant_nd {data = dense<[4.000000e+00, 6.000000e+00]>
// CHECK: coreml.random_normal_static
module attributes {coreml.arrayInputShapeMapping = "EXACT_ARRAY_MAPPING"} {
  func.func @exact(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
    %0 = coreml.load_constant_nd {data = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
    %1 = coreml.load_constant_nd {data = dense<[3.0, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
    %2 = coreml.add_broadcastable %0, %1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %3 = coreml.random_normal_static {mean = 0.0 : f32, outputShape = array<i64: 2>, seed = 1 : i64, stdDev = 1.0 : f32} : () -> tensor<2xf32>
    return %2, %3 : tensor<2xf32>, tensor<2xf32>
  }
}

// -----

// The legacy constant has three dimensions.
// CHECK-LABEL: func.func @legacy
// CHECK: coreml.load_constant {data = dense<{{.*}}> : tensor<2x1x1xf32>}
func.func @legacy() -> tensor<1x1x2x1x1xf32> {
  %0 = coreml.load_constant {data = dense<[[[0.0]], [[1.0]]]> : tensor<2x1x1xf32>} : () -> tensor<1x1x2x1x1xf32>
  %1 = coreml.activation %0 {kind = #coreml<activation_kind relu>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %1 : tensor<1x1x2x1x1xf32>
}
