// RUN: mlc-opt %s --assign-precision | FileCheck %s

// Named layers are marked wherever they ended up; views and constants are not,
// and what shares a kernel with a marked op is marked with it.
// CHECK-LABEL: func.func @main
// CHECK-NOT: constant {{.*}}nn.precision
// CHECK: nn.pool2d max {{.*}} {nn.precision = "f32"} :
// CHECK-NEXT: nn.conv2d {{.*}} {nn.precision = "f32", shared_kernel = 0 : i64}
// CHECK-NEXT: nn.reshape %{{[0-9]+}} : tensor
// CHECK-NEXT: nn.conv2d {{.*}} {nn.precision = "f32", shared_kernel = 0 : i64}
// CHECK-NEXT: nn.pool2d average {{.*}} padding = [0, 0, 0, 0] : tensor
module attributes {nn.float_layers = ["relu", "wide", "flat", "absent"]} {
  func.func @main(%x: tensor<1x4x4x8xf32>) -> (tensor<64xf32>, tensor<1x4x4x4xf32>, tensor<1x2x2x2xf32>) {
    %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32> loc("wide")
    %v = arith.constant dense<0.5> : tensor<1x1x8x2xf32>
    %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
        : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32> loc(fused["first", "relu"])
    %3 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {shared_kernel = 0 : i64}
        : tensor<1x4x4x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x4x4x4xf32> loc("wide")
    %1 = nn.reshape %3 : tensor<1x4x4x4xf32> -> tensor<64xf32> loc("flat")
    %4 = nn.conv2d %0, %v strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {shared_kernel = 0 : i64}
        : tensor<1x4x4x8xf32>, tensor<1x1x8x2xf32> -> tensor<1x4x4x2xf32> loc("narrow")
    %5 = nn.pool2d average %4 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
        : tensor<1x4x4x2xf32> -> tensor<1x2x2x2xf32> loc("last")
    return %1, %3, %5 : tensor<64xf32>, tensor<1x4x4x4xf32>, tensor<1x2x2x2xf32>
  }
}
