// RUN: mlc-translate --to-metal %s | FileCheck %s

// Matrices of a simdgroup come from a header of their own.
// CHECK: #include <metal_stdlib>
// CHECK-NEXT: #include <metal_simdgroup_matrix>
// CHECK: #define MLC_SIMDGROUP_WIDTH 32
// CHECK: kernel void product(
// CHECK: uint simdgroupIndex {{\[\[}}simdgroup_index_in_threadgroup{{\]\]}}) {
// CHECK: threadgroup float shared[200];
// CHECK: simdgroup_float8x8 sums[1][1];
// CHECK: sums[0][0] = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
// CHECK: simdgroup_load(left[0], &shared[int(simdgroupIndex)], 12);
// CHECK: simdgroup_multiply_accumulate(sums[0][0], left[0], left[0], sums[0][0]);
// CHECK: simdgroup_store(sums[0][0], &shared[0], 12);
metal.kernel @product "matmul"() {
  %0 = arith.constant 0 : index
  %i = metal.simdgroup_index
  %shared = metal.threadgroup_alloc : memref<200xf32, "threadgroup"> loc("shared")
  %sums = memref.alloca() : memref<1x1xvector<8x8xf32>> loc("sums")
  %left = memref.alloca() : memref<1xvector<8x8xf32>> loc("left")
  %zero = arith.constant dense<0.0> : vector<8x8xf32>
  memref.store %zero, %sums[%0, %0] : memref<1x1xvector<8x8xf32>>
  metal.load_matrix %shared[%i] rows 12 into %left[%0] : memref<200xf32, "threadgroup">, memref<1xvector<8x8xf32>>
  metal.multiply_matrices %sums[%0, %0], %left, %left : memref<1x1xvector<8x8xf32>>, memref<1xvector<8x8xf32>>, memref<1xvector<8x8xf32>>
  metal.store_matrix %sums[%0, %0], %shared[%0] rows 12 : memref<1x1xvector<8x8xf32>>, memref<200xf32, "threadgroup">
  metal.return
}
