// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Matrices come from threadgroup memory.
metal.kernel @buffer "matmul"(%x: memref<64xf32>) {
  %0 = arith.constant 0 : index
  %left = memref.alloca() : memref<1xvector<8x8xf32>>
  // expected-error@+1 {{needs threadgroup memory of f32 in one dimension}}
  metal.load_matrix %x[%0] rows 8 into %left[%0] : memref<64xf32>, memref<1xvector<8x8xf32>>
  metal.return
}

// -----

metal.kernel @overlap "matmul"() {
  %0 = arith.constant 0 : index
  %shared = metal.threadgroup_alloc : memref<200xf32, "threadgroup">
  %left = memref.alloca() : memref<1xvector<8x8xf32>>
  // expected-error@+1 {{has rows that overlap}}
  metal.load_matrix %shared[%0] rows 4 into %left[%0] : memref<200xf32, "threadgroup">, memref<1xvector<8x8xf32>>
  metal.return
}

// -----

metal.kernel @shapes "matmul"() {
  %0 = arith.constant 0 : index
  %sums = memref.alloca() : memref<1x2xvector<8x8xf32>>
  %left = memref.alloca() : memref<1xvector<8x8xf32>>
  // expected-error@+1 {{needs a sum for each pair of left and right}}
  metal.multiply_matrices %sums[%0, %0], %left, %left : memref<1x2xvector<8x8xf32>>, memref<1xvector<8x8xf32>>, memref<1xvector<8x8xf32>>
  metal.return
}
