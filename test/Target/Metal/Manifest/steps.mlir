// RUN: mlc-translate --to-manifest %s | FileCheck %s

// Dispatches are numbered in the order of the text; steps say when they run. A
// number is read where it is, whatever a kernel would bind.
// CHECK: "steps": [
// CHECK: "run": [
// CHECK-NEXT: 0,
// CHECK-NEXT: 1
// CHECK: "else": [],
// CHECK-NEXT: "if": {
// CHECK-NEXT: "buffer": "flags",
// CHECK-NEXT: "dataType": "float16",
// CHECK-NEXT: "offset": 6
// CHECK: "then": [
// CHECK: "run": [
// CHECK-NEXT: 1,
// CHECK-NEXT: 2
// CHECK: "limit": 5,
// CHECK-NEXT: "loop": [
// CHECK: "exitUnless": {
// CHECK-NOT: "while"
func.func @main(%flags: memref<8xf16> {metal.role = "input", coreml.feature = {name = "flags"}}, %in: memref<64xf32> {metal.role = "input"}, %out: memref<64xf32> {metal.role = "output"}) {
  %flag = memref.reinterpret_cast %flags to offset: [3], sizes: [1], strides: [1] : memref<8xf16> to memref<1xf16, strided<[1], offset: 3>>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %out : memref<64xf32>, memref<64xf32>)
  metal.if %flag {
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %out : memref<64xf32>, memref<64xf32>)
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %out : memref<64xf32>, memref<64xf32>)
  } else {
  } : memref<1xf16, strided<[1], offset: 3>>
  metal.loop limit 5 while {
  } do {
    metal.exit_unless %flag : memref<1xf16, strided<[1], offset: 3>>
  }
  return
}
metal.kernel @copy "copy"(%x: memref<64xf32>, write %y: memref<64xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
