// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// A layer's name cannot end the comment or continue its line; long lists are cut.
//CHECK:// line_int bad; _
//CHECK-NEXT:kernel void hostile(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]]) {
//CHECK-NEXT:  output[0] = input[0];
//CHECK-NEXT:}
//CHECK:// a, b, c, d, e, f, g, h and 2 more layers
//CHECK-NEXT:kernel void many(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]]) {
//CHECK-NEXT:  output[0] = input[0];
//CHECK-NEXT:}
metal.kernel @hostile "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %e = memref.load %x[%c0] : memref<8xf32>
  memref.store %e, %y[%c0] : memref<8xf32>
  metal.return
} loc("line\0Aint bad; \5C")
metal.kernel @many "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %e = memref.load %x[%c0] : memref<8xf32>
  memref.store %e, %y[%c0] : memref<8xf32>
  metal.return
} loc(fused["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])
