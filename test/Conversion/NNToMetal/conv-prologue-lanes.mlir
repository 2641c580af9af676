// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Work before a convolution is done on runs of eight channels at once, and
// padding is zero after it.
// CHECK: metal.kernel
// CHECK: %[[X:.*]] = memref.alloca() : memref<{{.*}}x8xf32>
// CHECK: %[[V:.*]] = metal.load_lanes %arg0
// CHECK: %[[WORK:.*]] = arith.maximumf %[[V]]
// CHECK: %[[PADDED:.*]] = arith.select %{{.*}}, %[[WORK]], %{{.*}} : vector<8xf32>
// CHECK: metal.put_elements %[[PADDED]], %[[X]]
func.func @main(%x: tensor<1x1x12x8xf32>) -> tensor<1x1x12x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x3x8x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 1, 1] groups = 1
      prologue {
      ^bb0(%in: f32):
        %zero = arith.constant 0.0 : f32
        %y = arith.maximumf %in, %zero : f32
        nn.yield %y : f32
      }
      : tensor<1x1x12x8xf32>, tensor<1x3x8x16xf32> -> tensor<1x1x12x16xf32>
  return %0 : tensor<1x1x12x16xf32>
}
