// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-layout))' | FileCheck %s
// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-layout))' -o /dev/null \
// RUN:   --remarks-filter-passed=fold-layout --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// An inner product on the flattened image: Core ML counts channels first, so
// weight c * 2 + x goes to place x * 2 + c.
// REMARK: layer 'flatten, ip': reordered its filter instead of its input
// CHECK-LABEL: func @flatten
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00], [3.000000e+00]], {{\[\[}}2.000000e+00], [4.000000e+00]]]]> : tensor<1x2x2x1xf32>
// CHECK: nn.conv2d %arg0, %[[W]] {{.*}} : tensor<1x1x2x2xf32>, tensor<1x2x2x1xf32> -> tensor<1x1x1x1xf32>
func.func @flatten(%x: tensor<1x1x2x2xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0], [2.0], [3.0], [4.0]]]]> : tensor<1x1x4x1xf32>
  %0 = nn.transpose %x permutation = [0, 3, 1, 2] : tensor<1x1x2x2xf32> -> tensor<1x2x1x2xf32> loc("flatten")
  %1 = nn.reshape %0 : tensor<1x2x1x2xf32> -> tensor<1x1x1x4xf32> loc("flatten")
  %2 = nn.conv2d %1, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x1x1x4xf32>, tensor<1x1x4x1xf32> -> tensor<1x1x1x1xf32> loc("ip")
  return %2 : tensor<1x1x1x1xf32>
}
