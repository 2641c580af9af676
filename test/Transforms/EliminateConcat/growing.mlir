// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(eliminate-concat))' | FileCheck %s

// DenseNet: each concat repeats the one before and adds a part. All of them
// become the beginning of the last, so that nothing is copied.
// CHECK-LABEL: func @dense_block
// CHECK-NOT: nn.copy
// CHECK: %[[TWO:.*]] = nn.concat %[[A:.*]], %[[B:.*]] axis = 3 in_place
// CHECK: %[[C:.*]] = nn.conv2d %[[TWO]]
// CHECK: %[[THREE:.*]] = nn.concat %[[TWO]], %[[C]] axis = 3 in_place
// CHECK: %[[D:.*]] = nn.conv2d %[[THREE]]
// CHECK: nn.concat %[[THREE]], %[[D]] axis = 3 in_place
// CHECK-NOT: nn.copy
// CHECK: return
func.func @dense_block(%x: tensor<1x2x2x1xf32>, %w2: tensor<1x1x2x1xf32>, %w3: tensor<1x1x3x1xf32>)
    -> tensor<1x2x2x4xf32> {
  %a = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %b = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %ab = nn.concat %a, %b axis = 3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<1x2x2x2xf32>
  %c = nn.conv2d %ab, %w2 strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x2x2x2xf32>, tensor<1x1x2x1xf32> -> tensor<1x2x2x1xf32>
  %abc = nn.concat %a, %b, %c axis = 3
      : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<1x2x2x3xf32>
  %d = nn.conv2d %abc, %w3 strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x2x2x3xf32>, tensor<1x1x3x1xf32> -> tensor<1x2x2x1xf32>
  %abcd = nn.concat %a, %b, %c, %d axis = 3
      : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<1x2x2x4xf32>
  return %abcd : tensor<1x2x2x4xf32>
}
