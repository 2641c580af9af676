// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | FileCheck %s

// Whatever kernels may call exists for lanes, in the prelude as on the host.
// CHECK-LABEL: kernel void everything(
// CHECK: store_lanes
metal.kernel @everything "elementwise"(%x: memref<16xf32>, write %y: memref<16xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = metal.load_lanes %x[%c0] : memref<16xf32> -> vector<16xf32> loc("a")
  %1 = math.exp %a : vector<16xf32>
  %2 = math.log %1 : vector<16xf32>
  %3 = math.sqrt %2 : vector<16xf32>
  %4 = math.rsqrt %3 : vector<16xf32>
  %5 = math.tanh %4 : vector<16xf32>
  %6 = math.absf %5 : vector<16xf32>
  %7 = math.powf %6, %a : vector<16xf32>
  %8 = math.fma %7, %a, %a : vector<16xf32>
  %9 = arith.maximumf %8, %a : vector<16xf32>
  %10 = arith.minimumf %9, %a : vector<16xf32>
  %11 = arith.divf %10, %a : vector<16xf32>
  %12 = arith.negf %11 : vector<16xf32>
  %13 = arith.cmpf olt, %12, %a : vector<16xf32>
  %14 = arith.select %13, %12, %a : vector<16xi1>, vector<16xf32>
  %15 = arith.subf %14, %a : vector<16xf32>
  %16 = math.floor %15 : vector<16xf32>
  metal.store_lanes %16, %y[%c0] : vector<16xf32>, memref<16xf32>
  metal.return
}
