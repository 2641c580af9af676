// RUN: mlc-opt %s --convert-nn-to-metal | FileCheck %s
// RUN: mlc-opt %s --convert-nn-to-metal --canonicalize --cse | mlc-translate --to-metal | FileCheck %s --check-prefix=MSL

// One thread for each element, whose position the body gets as s, n, c, h and w;
// the elementwise op behind it is computed in the same kernel.
// CHECK: metal.kernel @custom_Crop_4x5x2
// CHECK: %[[VALUE:.*]] = metal.custom "element"(%{{.*}}, %{{.*}}) at[%c0{{.*}}, %c0{{.*}}, %[[C:[0-9]*]], %[[H:[0-9]*]], %[[W:[0-9]*]]]
// CHECK: %[[MAP:.*]] = arith.maximumf %[[VALUE]]
// CHECK: memref.store %[[MAP]], %{{.*}}[%c0{{.*}}, %[[H]], %[[W]], %[[C]]]

// The body sees names of its own, in a namespace of the kernel.
// MSL: namespace custom_Crop_4x5x2_code {
// MSL-NEXT: struct Position { int s, n, c, h, w; };
// MSL-NEXT: constant constexpr int margin = 1;
// MSL-NEXT: struct x_ {
// MSL: enum { S = 1, N = 1, C = 2, H = 6, W = 7 };
// MSL: struct slope_ {
// MSL: enum { size = 2 };
// MSL: struct Inputs { x_ x; slope_ slope; };
// MSL: struct Output {
// MSL-NEXT: enum { S = 1, N = 1, C = 2, H = 4, W = 5 };
// MSL: #line 1 "Crop.metal"
// MSL-NEXT: float element(Inputs in, Position at) { return in.x(at); }
// MSL: } // namespace custom_Crop_4x5x2_code
// MSL: custom_Crop_4x5x2_code::element(custom_Crop_4x5x2_code::Inputs{
func.func @main(%x: tensor<1x6x7x2xf32>) -> tensor<1x4x5x2xf32> {
  %slope = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.custom "Crop"(%x, %slope)
      epilogue {
      ^bb0(%v: f32):
        %zero = arith.constant 0.0 : f32
        %1 = arith.maximumf %v, %zero : f32
        nn.yield %1 : f32
      } {constants = {margin = 1 : i64}, file = "Crop.metal", function = "element", names = ["x", "slope"], numWeights = 1 : i64, shapes = [array<i64: 1, 1, 2, 6, 7>, array<i64: 1, 1, 2, 4, 5>], source = "float element(Inputs in, Position at) { return in.x(at); }\0A"} : tensor<1x6x7x2xf32>, tensor<2xf32> -> tensor<1x4x5x2xf32>
  return %0 : tensor<1x4x5x2xf32>
}
