// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-constants))' | FileCheck %s

// Equal blobs become one constant; a blob of the same bytes but another shape
// stays.
// CHECK-LABEL: func @equal
// CHECK-DAG: %[[A:.*]] = arith.constant dense_resource<first> : tensor<2xf32>
// CHECK-DAG: %[[B:.*]] = arith.constant dense_resource<third> : tensor<1x2xf32>
// CHECK: return %[[A]], %[[A]], %[[B]]
func.func @equal() -> (tensor<2xf32>, tensor<2xf32>, tensor<1x2xf32>) {
  %0 = arith.constant dense_resource<first> : tensor<2xf32>
  %1 = arith.constant dense_resource<second> : tensor<2xf32>
  %2 = arith.constant dense_resource<third> : tensor<1x2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<1x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      first:  "0x040000000000803F00000040",
      second: "0x040000000000803F00000040",
      third:  "0x040000000000803F00000040"
    }
  }
#-}
