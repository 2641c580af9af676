// RUN: mlc-translate --to-manifest %s | FileCheck %s

// Features may be called like mlc's own buffers, or not at all.
// CHECK: "buffers": [
// CHECK: "name": "arena"
// CHECK: "name": "weights"
// CHECK: "name": "weights_2"
// CHECK: "name": "buffer1"
// CHECK: "inputs": [
// CHECK: "buffer": "weights_2",
// CHECK: "name": "weights"
func.func @main(%in: memref<4xf32> {metal.role = "input", coreml.feature = {name = "weights"}},
                %out: memref<4xf32> {metal.role = "output"}) {
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %out : memref<4xf32>, memref<4xf32>) {dependencies = array<i64>}
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
