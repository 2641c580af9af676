// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(eliminate-concat))' | FileCheck %s

// A concat of a concat along one axis is one concat.
// CHECK-LABEL: func @flattened
// CHECK-COUNT-3: nn.pool2d
// CHECK-NEXT: nn.concat %0, %1, %2 axis = 3 in_place
// CHECK-NOT: nn.concat
// CHECK: return
func.func @flattened(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x9xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.pool2d average %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %3 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32>
  %4 = nn.concat %3, %2 axis = 3 : tensor<1x2x2x6xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x9xf32>
  return %4 : tensor<1x2x2x9xf32>
}

// Along two axes they stay two, the inner one inside the outer one.
// CHECK-LABEL: func @two_axes
// CHECK: nn.concat {{.*}} axis = 3 in_place
// CHECK: nn.concat {{.*}} axis = 1 in_place
// CHECK-NOT: nn.copy
// CHECK: return
func.func @two_axes(%x: tensor<1x2x2x3xf32>, %y: tensor<1x2x2x6xf32>) -> tensor<1x4x2x6xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.pool2d average %y window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x6xf32> -> tensor<1x2x2x6xf32>
  %3 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32>
  %4 = nn.concat %3, %2 axis = 1 : tensor<1x2x2x6xf32>, tensor<1x2x2x6xf32> -> tensor<1x4x2x6xf32>
  return %4 : tensor<1x4x2x6xf32>
}

// The inner one is read by somebody else, too: it stays, inside the outer one.
// CHECK-LABEL: func @other_reader
// CHECK: %[[INNER:.*]] = nn.concat {{.*}} axis = 3 in_place
// CHECK: nn.pool2d average %[[INNER]]
// CHECK: nn.concat %[[INNER]], %{{.*}} axis = 3 in_place
func.func @other_reader(%x: tensor<1x2x2x3xf32>) -> (tensor<1x2x2x9xf32>, tensor<1x2x2x6xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32>
  %3 = nn.pool2d average %2 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x6xf32> -> tensor<1x2x2x6xf32>
  %4 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %5 = nn.concat %2, %4 axis = 3 : tensor<1x2x2x6xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x9xf32>
  return %5, %3 : tensor<1x2x2x9xf32>, tensor<1x2x2x6xf32>
}

// Twice in the outer one, the second time as a copy.
// CHECK-LABEL: func @twice
// CHECK: %[[INNER:.*]] = nn.concat {{.*}} axis = 3 in_place
// CHECK: %[[COPY:.*]] = nn.copy %[[INNER]]
// CHECK: nn.concat %[[INNER]], %[[COPY]] axis = 3 in_place
func.func @twice(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x12xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32>
  %3 = nn.concat %2, %2 axis = 3 : tensor<1x2x2x6xf32>, tensor<1x2x2x6xf32> -> tensor<1x2x2x12xf32>
  return %3 : tensor<1x2x2x12xf32>
}

// What begins with the same inputs along another axis is no beginning of it.
// CHECK-LABEL: func @prefix_of_other_axis
// CHECK: nn.concat {{.*}} axis = 1 in_place
// CHECK: nn.concat %{{[0-9]+}}, %{{[0-9]+}}, %{{[0-9]+}} axis = 3 in_place
func.func @prefix_of_other_axis(%x: tensor<1x2x2x3xf32>) -> (tensor<1x4x2x3xf32>, tensor<1x2x2x9xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.concat %0, %1 axis = 1 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x4x2x3xf32>
  %3 = nn.pool2d average %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %4 = nn.concat %0, %1, %3 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x9xf32>
  return %2, %4 : tensor<1x4x2x3xf32>, tensor<1x2x2x9xf32>
}
