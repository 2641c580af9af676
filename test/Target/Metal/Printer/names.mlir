// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Names of the builder are kept, unique and legal: words of Metal get an underscore,
// what is no identifier is made one, and a name that is taken gets a number.
//CHECK:// elementwise
//CHECK-NEXT:kernel void names(
//CHECK-NEXT:    device const float *float_ {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *v1_odd_name {{\[\[}}buffer(1)]],
//CHECK-NEXT:    uint3 gridPosition {{\[\[}}thread_position_in_grid]]) {
//CHECK-NEXT:  int lanes_ = int(gridPosition.x);
//CHECK-NEXT:  int lanes_2 = int(gridPosition.y);
//CHECK-NEXT:  int for_ = lanes_ + lanes_2;
//CHECK-NEXT:  float gridPosition2 = float_[for_];
//CHECK-NEXT:  float sum = -gridPosition2;
//CHECK-NEXT:  v1_odd_name[for_] = sum;
//CHECK-NEXT:  v1_odd_name[lanes_] = sum;
//CHECK-NEXT:}
metal.kernel @names "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["float", "1 odd-name"]} {
  %c4 = arith.constant 4 : index
  %a = metal.thread_position_in_grid x loc("lanes")
  %b = metal.thread_position_in_grid y loc("lanes")
  %i = arith.addi %a, %b : index loc("for")
  %e = memref.load %x[%i] : memref<8xf32> loc("gridPosition")
  %n = arith.negf %e : f32 loc("sum")
  memref.store %n, %y[%i] : memref<8xf32>
  memref.store %n, %y[%a] : memref<8xf32>
  metal.return
}
