// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// One filter a channel: lanes run along the channels of input and output, the
// filter keeps its order.
// CHECK-LABEL: func @main
// CHECK: metal.weights {{.*}} : memref<3x3x6xf32>
// CHECK: metal.dispatch @depthwise3x3_6to6_4x4 threads [1, 4, 1]
// CHECK: metal.load_lanes %arg1{{.*}} count %c6 : memref<3x3x6xf32> -> vector<8xf32>
// CHECK: metal.load_lanes %arg0{{.*}} count %c6 : memref<1x4x4x6xf32> -> vector<8xf32>
func.func @main(%x: tensor<1x4x4x6xf32>) -> tensor<1x4x4x6xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x1x6xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 6
      : tensor<1x4x4x6xf32>, tensor<3x3x1x6xf32> -> tensor<1x4x4x6xf32>
  return %0 : tensor<1x4x4x6xf32>
}
