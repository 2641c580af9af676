// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s

// x * x reads one producer twice: two readers, so the producer keeps its
// result in memory.
// CHECK-LABEL: func @square
// CHECK: %[[POOL:.*]] = nn.pool2d
// CHECK-NOT: epilogue
// CHECK: nn.map(%[[POOL]], %[[POOL]] :
func.func @square(%x: tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x4xf32>
  %1 = nn.map(%0, %0 : tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %2 = arith.mulf %a, %b : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32>
  return %1 : tensor<1x2x2x4xf32>
}

// Once canonicalisation has joined the two inputs it fuses; see the pipeline.
// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(canonicalize,fuse-elementwise))' | FileCheck %s --check-prefix=JOINED
// JOINED-NOT: nn.map
// JOINED: arith.mulf %[[E:.*]], %[[E]]
