// RUN: not mlc-translate --to-manifest %s 2>&1 | FileCheck %s

// CHECK: error: needs one function to describe
func.func @main(%in: memref<4xf32> {metal.role = "input"}) { return }
func.func @other(%in: memref<4xf32> {metal.role = "input"}) { return }
