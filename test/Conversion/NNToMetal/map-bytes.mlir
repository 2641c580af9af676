// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// The bytes of an image become floats when they are loaded; dense data is one
// dimension whatever its rank.
// CHECK: metal.dispatch @preprocess_12 threads [1, 1, 1]
// CHECK: metal.kernel @preprocess_12 "preprocess"(%{{.*}}: memref<12xi8, strided<[1]>>, write
// CHECK: %[[X:.*]] = metal.load_lanes {{.*}} -> vector<16xf32>
// CHECK: arith.mulf %[[X]]
// CHECK-NOT: arith.uitofp
func.func @main(%x: tensor<1x2x2x3xi8>) -> tensor<1x2x2x3xf32> {
  %0 = nn.map(%x : tensor<1x2x2x3xi8>) {
  ^bb0(%e: i8):
    %s = arith.constant 0.5 : f32
    %1 = arith.uitofp %e : i8 to f32
    %2 = arith.mulf %1, %s : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x3xf32>
  return %0 : tensor<1x2x2x3xf32>
}
