// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// The prologue applies to what is loaded, the epilogue to what is stored, each
// with its extra tensor.
// CHECK: metal.kernel {{.*}}parameterNames = ["input", "before", "after", "output"]
// CHECK: %[[X:.*]] = metal.load_lanes %arg0
// CHECK: %[[S:.*]] = metal.load_lanes %arg1
// CHECK: %[[P:.*]] = arith.mulf %[[X]], %[[S]]
// CHECK: arith.maximumf %{{.*}}, %[[P]]
// CHECK: %[[R:.*]] = metal.load_lanes %arg2
// CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %[[R]]
// CHECK: metal.store_lanes %[[SUM]], %arg3
func.func @main(%x: tensor<1x4x4x4xf32>, %s: tensor<4xf32>, %r: tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.pool2d max %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      prologue(%s : tensor<4xf32>) {
      ^bb0(%e: f32, %f: f32):
        %1 = arith.mulf %e, %f : f32
        nn.yield %1 : f32
      } epilogue(%r : tensor<1x2x2x4xf32>) {
      ^bb0(%acc: f32, %g: f32):
        %1 = arith.addf %acc, %g : f32
        nn.yield %1 : f32
      } : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32>
  return %0 : tensor<1x2x2x4xf32>
}
