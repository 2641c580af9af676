// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Values that a loop exchanges go through temporaries.
//CHECK:// elementwise
//CHECK-NEXT:kernel void swap(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]]) {
//CHECK-NEXT:  float result = input[0];
//CHECK-NEXT:  float result2 = input[1];
//CHECK-NEXT:  for (int i = 0; i < 3; ++i) {
//CHECK-NEXT:    float next_result = result2;
//CHECK-NEXT:    float next_result2 = result;
//CHECK-NEXT:    result = next_result;
//CHECK-NEXT:    result2 = next_result2;
//CHECK-NEXT:  }
//CHECK-NEXT:  output[0] = result;
//CHECK-NEXT:  output[1] = result2;
//CHECK-NEXT:}
metal.kernel @swap "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %a = memref.load %x[%c0] : memref<8xf32>
  %b = memref.load %x[%c1] : memref<8xf32>
  %r:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%p = %a, %q = %b) -> (f32, f32) {
    scf.yield %q, %p : f32, f32
  }
  memref.store %r#0, %y[%c0] : memref<8xf32>
  memref.store %r#1, %y[%c1] : memref<8xf32>
  metal.return
}
