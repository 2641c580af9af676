// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// The squares that the windows of a thread's lanes reach are read once, those of
// channels that do not exist are zero. The power -0.75 is two square roots.
// CHECK: metal.kernel @{{.*}} "lrn"
// CHECK: %[[SQUARES:.*]] = memref.alloca() : memref<1x10xf32>
// CHECK: %[[INSIDE:.*]] = arith.andi
// CHECK: arith.select %[[INSIDE]]
// CHECK: metal.get_lanes %[[SQUARES]]
// CHECK: math.fma
// CHECK: %[[ROOT:.*]] = math.sqrt
// CHECK: math.sqrt %[[ROOT]]
// CHECK: arith.divf
func.func @main(%x: tensor<1x2x2x5xf32>) -> tensor<1x2x2x5xf32> {
  %0 = nn.lrn %x size = 3 alpha = 1.0 beta = 0.75 k = 1.0
      : tensor<1x2x2x5xf32> -> tensor<1x2x2x5xf32>
  return %0 : tensor<1x2x2x5xf32>
}
