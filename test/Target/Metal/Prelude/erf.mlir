// RUN: mlc-translate --to-metal %s | FileCheck %s
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -

// Metal has no error function: the text brings its own.
// CHECK: inline float erf(float x)
// CHECK: output[0] = erf(input[0]);
metal.kernel @error_function "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<8xf32>
  %1 = math.erf %a : f32
  memref.store %1, %y[%c0] : memref<8xf32>
  metal.return
}
