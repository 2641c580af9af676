// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Metal's names of functions that MLIR calls differently.
//CHECK:// elementwise
//CHECK-NEXT:kernel void math_calls(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]]) {
//CHECK-NEXT:  float a = input[0];
//CHECK-NEXT:  output[0] = fabs(a);
//CHECK-NEXT:  output[0] = pow(a, a);
//CHECK-NEXT:  output[0] = rint(a);
//CHECK-NEXT:  float v = rsqrt(exp(a));
//CHECK-NEXT:  output[0] = v;
//CHECK-NEXT:  output[0] = min(max(a, v), a);
//CHECK-NEXT:}
metal.kernel @math_calls "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<8xf32> loc("a")
  %0 = math.absf %a : f32
  memref.store %0, %y[%c0] : memref<8xf32>
  %1 = math.powf %a, %a : f32
  memref.store %1, %y[%c0] : memref<8xf32>
  %2 = math.roundeven %a : f32
  memref.store %2, %y[%c0] : memref<8xf32>
  %3 = math.exp %a : f32
  %4 = math.rsqrt %3 : f32
  memref.store %4, %y[%c0] : memref<8xf32>
  %5 = arith.maxnumf %a, %4 : f32
  %6 = arith.minimumf %5, %a : f32
  memref.store %6, %y[%c0] : memref<8xf32>
  metal.return
}
