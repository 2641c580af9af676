// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace

// Runs of elements print as arrays that a function of the prelude fills.
// CHECK: using elements = T[N];
// CHECK: kernel void runs(
// CHECK: elements<half, 8> x[6];
// CHECK: load_elements(x[0], input);
// CHECK: load_elements(x[1], at >= 1 ? input + at : zeros);
// CHECK: values[0] = x[1][2];
// CHECK: put_elements(values2[1], splat<8>(0.0f));
// CHECK: put_lanes(values3, at, splat<8>(0.0f));
// CHECK: share_lanes(all_, at, splat<8>(0.0f));
metal.kernel @runs "convolution"(%input: memref<64xf16>, %zeros: memref<8xf16>) {
  %0 = arith.constant 0 : index
  %1 = arith.constant 1 : index
  %2 = arith.constant 2 : index
  %at = metal.thread_position_in_grid x loc("at")
  %inside = arith.cmpi sge, %at, %1 : index
  %x = metal.elements f16 : memref<6x8xf32> loc("x")
  metal.load_elements %input[%0], %x[%0] : memref<64xf16>, memref<6x8xf32>
  metal.load_elements %input[%at], %x[%1] if %inside else %zeros[%0] : memref<64xf16>, memref<6x8xf32> else memref<8xf16>
  %e = memref.load %x[%1, %2] : memref<6x8xf32>
  %sums = memref.alloca() : memref<1xf32>
  memref.store %e, %sums[%0] : memref<1xf32>
  %v = arith.constant dense<0.0> : vector<8xf32>
  %y = memref.alloca() : memref<2x8xf32>
  metal.put_elements %v, %y[%1] : vector<8xf32>, memref<2x8xf32>
  %z = memref.alloca() : memref<20xf32>
  metal.put_lanes %v, %z[%at] : vector<8xf32>, memref<20xf32>
  %all = metal.threadgroup_alloc : memref<20xf32, "threadgroup"> loc("all")
  metal.put_lanes %v, %all[%at] : vector<8xf32>, memref<20xf32, "threadgroup">
  metal.return
}
