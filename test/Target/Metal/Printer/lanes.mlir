// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Lanes: a stride that is not one gathers, a count loads and stores a part, a
// comparison of lanes selects (Metal's order: the value if false first), and the
// part of an offset that cannot be bound is added here.
//CHECK:// elementwise
//CHECK-NEXT:kernel void lanes_kernel(
//CHECK-NEXT:    device const half *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device const float *columns {{\[\[}}buffer(1)]],
//CHECK-NEXT:    device half *output {{\[\[}}buffer(2)]],
//CHECK-NEXT:    uint3 gridPosition {{\[\[}}thread_position_in_grid]]) {
//CHECK-NEXT:  constexpr int INPUT_ROW = 20;
//CHECK-NEXT:  constexpr int OUTPUT_ROW = 20;
//CHECK-NEXT:  int i = int(gridPosition.x);
//CHECK-NEXT:  lanes<8> a = load_lanes<8>(input + i * INPUT_ROW + 5);
//CHECK-NEXT:  lanes<8> b = load_lanes_strided<8>(columns + 1, 4, 8);
//CHECK-NEXT:  lanes<8> part = load_lanes<8>(input + i * INPUT_ROW, 5);
//CHECK-NEXT:  store_lanes(output + i * OUTPUT_ROW + 3, fma(select(b, a, a > splat<8>(0.0f)), part, b), 5);
//CHECK-NEXT:}
metal.kernel @lanes_kernel "elementwise"(%x: memref<2x20xf16>, %m: memref<4x8xf32, strided<[1, 4]>>, write %y: memref<2x20xf16, strided<[20, 1], offset: 3>>) attributes {parameterNames = ["input", "columns", "output"]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %i = metal.thread_position_in_grid x loc("i")
  %a = metal.load_lanes %x[%i, %c5] : memref<2x20xf16> -> vector<8xf32> loc("a")
  %b = metal.load_lanes %m[%c1, %c0] : memref<4x8xf32, strided<[1, 4]>> -> vector<8xf32> loc("b")
  %part = metal.load_lanes %x[%i, %c0] count %c5 : memref<2x20xf16> -> vector<8xf32> loc("part")
  %positive = arith.cmpf ogt, %a, %zero : vector<8xf32>
  %chosen = arith.select %positive, %a, %b : vector<8xi1>, vector<8xf32>
  %s = math.fma %chosen, %part, %b : vector<8xf32>
  metal.store_lanes %s, %y[%i, %c0] count %c5 : vector<8xf32>, memref<2x20xf16, strided<[20, 1], offset: 3>>
  metal.return
}
