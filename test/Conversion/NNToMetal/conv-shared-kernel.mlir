// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// One dispatch for both, with one block of weights for the first and two for the
// second; where a thread stores follows from its block.
// CHECK-LABEL: func @main
// CHECK: metal.weights {{.*}} : memref<3x1x1x8x16xf32>
// CHECK: metal.dispatch @conv1x1_8to16_20_6x6 threads [6, 3, 1]
// CHECK-NOT: metal.dispatch
// CHECK: metal.kernel @conv1x1_8to16_20_6x6 "convolution"
// CHECK: scf.if
// CHECK: arith.maximumf
// CHECK: metal.store_lanes %{{.*}}, %arg2
// CHECK: %[[BLOCK:.*]] = arith.cmpi sge, %{{.*}}, %c1
// CHECK: scf.if %[[BLOCK]]
// CHECK: metal.store_lanes %{{.*}}, %arg3[{{.*}}] count
func.func @main(%x: tensor<1x6x6x8xf32>) -> (tensor<1x6x6x16xf32>, tensor<1x6x6x20xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x8x16xf32>
  %v = arith.constant dense<0.5> : tensor<1x1x8x20xf32>
  %a = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      epilogue {
      ^bb0(%sum: f32):
        %zero = arith.constant 0.0 : f32
        %y = arith.maximumf %sum, %zero : f32
        nn.yield %y : f32
      } {shared_kernel = 0 : i64}
      : tensor<1x6x6x8xf32>, tensor<1x1x8x16xf32> -> tensor<1x6x6x16xf32>
  %b = nn.conv2d %x, %v strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      {shared_kernel = 0 : i64}
      : tensor<1x6x6x8xf32>, tensor<1x1x8x20xf32> -> tensor<1x6x6x20xf32>
  return %a, %b : tensor<1x6x6x16xf32>, tensor<1x6x6x20xf32>
}
