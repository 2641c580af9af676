// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Bytes are read as uchar and become floats; results are rounded to half.
//CHECK:// preprocess
//CHECK-NEXT:kernel void bytes(
//CHECK-NEXT:    device const uchar *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device half *output {{\[\[}}buffer(1)]],
//CHECK-NEXT:    uint3 gridPosition {{\[\[}}thread_position_in_grid]]) {
//CHECK-NEXT:  constexpr int INPUT_ROW = 3;
//CHECK-NEXT:  constexpr int OUTPUT_ROW = 3;
//CHECK-NEXT:  int x = int(gridPosition.x);
//CHECK-NEXT:  if (x >= 4) return;
//CHECK-NEXT:  output[x * OUTPUT_ROW + 1] = half(float(input[x * INPUT_ROW + 2]));
//CHECK-NEXT:}
metal.kernel @bytes "preprocess"(%x: memref<4x3xi8>, write %y: memref<4x3xf16>) attributes {parameterNames = ["input", "output"]} {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %i = metal.thread_position_in_grid x loc("x")
  %c4 = arith.constant 4 : index
  %in = arith.cmpi slt, %i, %c4 : index
  metal.guard %in
  %b = memref.load %x[%i, %c2] : memref<4x3xi8>
  %f = arith.uitofp %b : i8 to f32
  %h = arith.truncf %f : f32 to f16
  memref.store %h, %y[%i, %c1] : memref<4x3xf16>
  metal.return
}
