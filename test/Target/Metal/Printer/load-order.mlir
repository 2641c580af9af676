// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// A load that is used once is printed at its use, unless a store is in between.
//CHECK:// elementwise
//CHECK-NEXT:kernel void order(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]]) {
//CHECK-NEXT:  float v = output[0];
//CHECK-NEXT:  output[0] = input[0];
//CHECK-NEXT:  output[1] = v;
//CHECK-NEXT:}
metal.kernel @order "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %before = memref.load %y[%c0] : memref<8xf32>
  %new = memref.load %x[%c0] : memref<8xf32>
  memref.store %new, %y[%c0] : memref<8xf32>
  memref.store %before, %y[%c1] : memref<8xf32>
  metal.return
}
