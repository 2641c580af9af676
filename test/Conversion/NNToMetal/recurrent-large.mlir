// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse --mlir-elide-resource-strings-if-larger=8 | FileCheck %s

// h twice and once more for each unit are more than 32 KiB, so a buffer holds
// them, behind barriers for buffers.
// CHECK: %[[KEPT:.*]] = memref.alloc() : memref<2x8256xf32>
// CHECK: metal.dispatch @recurrent_{{.*}}%[[KEPT]]
// CHECK: metal.kernel @recurrent_
// CHECK-NOT: metal.threadgroup_alloc
// CHECK: metal.store_lanes %{{.*}}, %arg2
// CHECK: metal.barrier device
// CHECK: memref.load %arg2
// CHECK: metal.barrier device
func.func @main(%x: tensor<3x2x2738xf32>) -> tensor<3x2x2738xf32> {
  %r = arith.constant dense<0.5> : tensor<2738x2738xf32>
  %0 = nn.recurrent %x, %r gates = 1 output {
  ^bb0(%a: f32, %h: f32):
    %1 = math.tanh %a : f32
    nn.yield %1 : f32
  } : tensor<3x2x2738xf32>, tensor<2738x2738xf32> -> tensor<3x2x2738xf32>
  return %0 : tensor<3x2x2738xf32>
}
