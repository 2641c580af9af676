// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// The axes C, H and W are 3, 1 and 2 here; LOGSUM takes logarithms first.
// CHECK: nn.reduce max {{.*}} axes = [3]
// CHECK: math.log
// CHECK: nn.reduce sum {{.*}} axes = [1, 2]
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x1x1x1xf32> {
  %0 = coreml.reduce %x {mode = #coreml<reduce_operation MAX>, axis = #coreml<reduce_axis C>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x1x6x8xf32>
  %1 = coreml.reduce %0 {mode = #coreml<reduce_operation LOGSUM>, axis = #coreml<reduce_axis HW>} : (tensor<1x1x1x6x8xf32>) -> tensor<1x1x1x1x1xf32>
  return %1 : tensor<1x1x1x1x1xf32>
}
