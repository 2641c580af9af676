// RUN: mlc-translate --to-manifest %s | FileCheck %s

// What a host must know to run a kernel: its positions in order, its threadgroup
// memory, and whether its threads work together.
// CHECK: "kernels": [
// CHECK: "cooperative": true,
// CHECK: "name": "group",
// CHECK: "positions": [
// CHECK-NEXT: "thread_position_in_threadgroup",
// CHECK-NEXT: "threads_per_threadgroup"
// CHECK: "threadgroupMemoryBytes": 32
func.func @main(%in: memref<8xf32> {metal.role = "input"}, %out: memref<8xf32> {metal.role = "output"}) {
  metal.dispatch @group threads [8, 1, 1] group [8, 1, 1](%in, %out : memref<8xf32>, memref<8xf32>) {dependencies = array<i64>}
  return
}
metal.kernel @group "reduction"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %t = metal.thread_position_in_threadgroup x
  %n = metal.threads_per_threadgroup x
  %shared = metal.threadgroup_alloc : memref<8xf32, "threadgroup">
  %e = memref.load %x[%t] : memref<8xf32>
  memref.store %e, %shared[%t] : memref<8xf32, "threadgroup">
  metal.barrier
  metal.return
}
