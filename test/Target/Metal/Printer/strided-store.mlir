// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Lanes that do not lie side by side are stored one by one.
//CHECK:// elementwise
//CHECK-NEXT:kernel void strided(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]]) {
//CHECK-NEXT:  store_lanes_strided(output + 3, 4, load_lanes<8>(input), 8);
//CHECK-NEXT:}
metal.kernel @strided "elementwise"(%x: memref<8xf32>, write %y: memref<4x8xf32, strided<[1, 4]>>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %a = metal.load_lanes %x[%c0] : memref<8xf32> -> vector<8xf32>
  metal.store_lanes %a, %y[%c3, %c0] : vector<8xf32>, memref<4x8xf32, strided<[1, 4]>>
  metal.return
}
