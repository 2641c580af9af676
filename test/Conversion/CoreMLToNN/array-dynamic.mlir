// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// What layers with a dynamic shape need to know follows from other shapes.
// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x12xf32>
func.func @main(%x: tensor<2x3x4xf32>) -> tensor<2x12xf32> {
  %shape = coreml.get_shape %x : (tensor<2x3x4xf32>) -> tensor<3xf32>
  %zero = coreml.load_constant_nd {data = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %first = coreml.gather %shape, %zero : (tensor<3xf32>, tensor<1xf32>) -> tensor<1xf32>
  %rest = coreml.load_constant_nd {data = dense<-1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %target = coreml.concat_nd %first, %rest : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
  %0 = coreml.reshape_dynamic %x, %target : (tensor<2x3x4xf32>, tensor<2xf32>) -> tensor<2x12xf32>
  return %0 : tensor<2x12xf32>
}

// -----

// CHECK: nn.slice %{{.*}} offsets = [1, 2] strides = [1, 1] : tensor<5x6xf32> -> tensor<3x3xf32>
func.func @main(%x: tensor<5x6xf32>) -> tensor<3x3xf32> {
  %begin = coreml.load_constant_nd {data = dense<[1.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = coreml.slice_dynamic %x, %begin {endIds = array<i64: 4, -1>} : (tensor<5x6xf32>, tensor<2xf32>) -> tensor<3x3xf32>
  return %0 : tensor<3x3xf32>
}

// -----

// CHECK: nn.map() {
func.func @main() -> tensor<3x4xf32> {
  %shape = coreml.load_constant_nd {data = dense<[3.0, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = coreml.fill_dynamic %shape {value = 7.0 : f32} : (tensor<2xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// CHECK: nn.map(%{{.*}} : tensor<3x1xf32>) {
// CHECK: } -> tensor<3x4xf32>
func.func @main(%x: tensor<3x1xf32>) -> tensor<3x4xf32> {
  %shape = coreml.load_constant_nd {data = dense<[3.0, 4.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = coreml.broadcast_to_dynamic %x, %shape : (tensor<3x1xf32>, tensor<2xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// CHECK: arith.constant dense<[0.000000e+00, 3.000000e+00, 6.000000e+00]>
func.func @main() -> tensor<3xf32> {
  %end = coreml.load_constant_nd {data = dense<9.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = coreml.range_dynamic %end {stepSizeValue = 3.0 : f32} : (tensor<1xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// Parts of a shape, and arithmetic on it, are known, too.
// CHECK: nn.reshape %{{.*}} : tensor<2x5x3xf32> -> tensor<10x3xf32>
func.func @main(%x: tensor<2x5x3xf32>) -> tensor<10x3xf32> {
  %shape = coreml.get_shape %x : (tensor<2x5x3xf32>) -> tensor<3xf32>
  %parts:3 = coreml.split_nd %shape {numSplits = 3} : (tensor<3xf32>) -> (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>)
  %rows = coreml.multiply %parts#0, %parts#1 : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  %target = coreml.concat_nd %rows, %parts#2 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
  %0 = coreml.reshape_dynamic %x, %target : (tensor<2x5x3xf32>, tensor<2xf32>) -> tensor<10x3xf32>
  return %0 : tensor<10x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x6xf32> -> tensor<3x4xf32>
func.func @main(%x: tensor<2x6xf32>) -> tensor<3x4xf32> {
  %numbers = coreml.range_static {endValue = 9.0 : f32, stepSizeValue = 1.0 : f32} : () -> tensor<9xf32>
  %begin = coreml.load_constant_nd {data = dense<3.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %target = coreml.slice_by_size %numbers, %begin {size = 2} : (tensor<9xf32>, tensor<1xf32>) -> tensor<2xf32>
  %0 = coreml.reshape_dynamic %x, %target : (tensor<2x6xf32>, tensor<2xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
