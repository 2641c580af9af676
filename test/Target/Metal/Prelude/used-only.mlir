// RUN: mlc-translate --to-metal %s | FileCheck %s
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// The prelude holds the helpers that the kernels call, and no others; a host
// with lanes of its own skips it.
// CHECK: #ifndef MLC_NATIVE_LANES
// CHECK: template <int N> struct lanes
// CHECK-NOT: fma
// CHECK-NOT: store_lanes_strided
// CHECK: load_lanes_strided
// CHECK-NOT: store_lanes_strided
// CHECK: store_lanes
// CHECK: #endif
// CHECK: kernel void gather(
metal.kernel @gather "copy"(%x: memref<4x8xf32, strided<[1, 4]>>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = metal.load_lanes %x[%c0, %c0] : memref<4x8xf32, strided<[1, 4]>> -> vector<8xf32>
  metal.store_lanes %a, %y[%c0] : vector<8xf32>, memref<8xf32>
  metal.return
}
