// RUN: mlc-opt %s --convert-nn-to-metal=precision=f16 --canonicalize --cse | FileCheck %s

// A thread for each batch: the next best box, if none before it forbids it.
// CHECK: metal.kernel @nms_2x9x5 "boxes"
// CHECK: scf.for
// CHECK: scf.for
// CHECK: scf.for
// CHECK: arith.divf
// CHECK: arith.cmpf ogt
// CHECK: metal.return
func.func @main(%b: tensor<2x9x4xf32>, %s: tensor<2x9xf32>, %c: tensor<1xf32>, %o: tensor<1xf32>, %t: tensor<1xf32>) -> tensor<2x5xf32> {
  %0 = nn.nms %b, %s, %c, %o, %t : (tensor<2x9x4xf32>, tensor<2x9xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
