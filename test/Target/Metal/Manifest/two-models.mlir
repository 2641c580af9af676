// RUN: not mlc-translate --to-manifest %s 2>&1 | FileCheck %s

// CHECK: error: has other features than 'main': the functions of a module are one model
func.func @main(%in: memref<4xf32> {metal.role = "input", coreml.feature = {name = "x"}}) { return }
func.func @other(%in: memref<4xf32> {metal.role = "input", coreml.feature = {name = "y"}}) { return }
