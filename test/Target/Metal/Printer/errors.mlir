// RUN: mlc-translate --to-metal --split-input-file --verify-diagnostics %s

// A function that Metal has not.
metal.kernel @unknown "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<8xf32>
  // expected-error @+1 {{'math.cbrt' has no Metal text}}
  %1 = math.cbrt %a : f32
  memref.store %1, %y[%c0] : memref<8xf32>
  metal.return
}

// -----

// The same where the value has a name of its own.
metal.kernel @named "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<8xf32>
  // expected-error @+1 {{'math.cbrt' has no Metal text}}
  %1 = math.cbrt %a : f32
  memref.store %1, %y[%c0] : memref<8xf32>
  memref.store %1, %y[%c0] : memref<8xf32>
  metal.return
}

// -----

// "Neither is a NaN" is no operator.
metal.kernel @ordered "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<8xf32>
  // expected-error @+1 {{'arith.cmpf' has no Metal text for its predicate}}
  %1 = arith.cmpf ord, %a, %a : f32
  %2 = arith.select %1, %a, %a : f32
  memref.store %2, %y[%c0] : memref<8xf32>
  metal.return
}

// -----

// Indices are signed; a comparison of unsigned ones would be another.
metal.kernel @unsigned_index "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %i = metal.thread_position_in_grid x
  // expected-error @+1 {{'arith.cmpi' has no Metal text for its predicate}}
  %1 = arith.cmpi ult, %i, %c0 : index
  metal.guard %1
  metal.return
}

// -----

// expected-error @+1 {{has a name that is no identifier of Metal}}
metal.kernel @"bad name" "elementwise"(%x: memref<8xf32>) attributes {parameterNames = ["input"]} {
  metal.return
}

// -----

// expected-error @+1 {{has a name that is no identifier of Metal}}
metal.kernel @"2d" "elementwise"(%x: memref<8xf32>) attributes {parameterNames = ["input"]} {
  metal.return
}

// -----

// expected-error @+1 {{has a name that is no identifier of Metal}}
metal.kernel @kernel "elementwise"(%x: memref<8xf32>) attributes {parameterNames = ["input"]} {
  metal.return
}
