// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// mvn without variance only subtracts the mean.
// CHECK: nn.normalize mean {{.*}} axes = [1, 2, 3]
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.mvn %x {acrossChannels = true} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
