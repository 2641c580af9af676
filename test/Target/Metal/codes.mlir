// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace

// Codes of few bits print as a call of the prelude's function: 16 in 8 bytes.
// CHECK: inline lanes<N> load_codes(device const uchar *p) {
// CHECK: constexpr int CODES_ROW = 8;
// CHECK: store_lanes(output, load_codes<16, 8>(codes + at * CODES_ROW));
metal.kernel @look_up "gather"(%codes: memref<5x8xi8>, write %output: memref<16xf32>) {
  %0 = arith.constant 0 : index
  %at = metal.thread_position_in_grid x loc("at")
  %x = metal.load_codes %codes[%at, %0] : memref<5x8xi8> -> vector<16xf32>
  metal.store_lanes %x, %output[%0] : vector<16xf32>, memref<16xf32>
  metal.return
}
