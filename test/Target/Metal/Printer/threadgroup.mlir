// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Positions become parameters of the kernel, only those that are used; threadgroup
// memory is an array, a barrier a call.
//CHECK:// reduction
//CHECK-NEXT:kernel void group(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]],
//CHECK-NEXT:    uint3 groupPosition {{\[\[}}thread_position_in_threadgroup]],
//CHECK-NEXT:    uint3 groupIndex {{\[\[}}threadgroup_position_in_grid]],
//CHECK-NEXT:    uint3 threadsPerGroup {{\[\[}}threads_per_threadgroup]]) {
//CHECK-NEXT:  int thread_ = int(groupPosition.x);
//CHECK-NEXT:  int row = int(groupIndex.y);
//CHECK-NEXT:  int threads = int(threadsPerGroup.x);
//CHECK-NEXT:  threadgroup float shared[8];
//CHECK-NEXT:  shared[thread_] = input[thread_];
//CHECK-NEXT:  threadgroup_barrier(mem_flags::mem_threadgroup);
//CHECK-NEXT:  float first = shared[0];
//CHECK-NEXT:  output[row * threads] = first;
//CHECK-NEXT:}
metal.kernel @group "reduction"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %t = metal.thread_position_in_threadgroup x loc("thread")
  %g = metal.threadgroup_position_in_grid y loc("row")
  %n = metal.threads_per_threadgroup x loc("threads")
  %shared = metal.threadgroup_alloc : memref<8xf32, "threadgroup"> loc("shared")
  %e = memref.load %x[%t] : memref<8xf32>
  memref.store %e, %shared[%t] : memref<8xf32, "threadgroup">
  metal.barrier
  %first = memref.load %shared[%c0] : memref<8xf32, "threadgroup"> loc("first")
  %at = arith.muli %g, %n : index
  memref.store %first, %y[%at] : memref<8xf32>
  metal.return
}
