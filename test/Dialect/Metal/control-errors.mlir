// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// A flag is one number.
func.func @flag(%x: memref<4xf32>) {
  // expected-error@+1 {{needs one f16 or f32, is given 'memref<4xf32>'}}
  metal.if %x {
  } else {
  } : memref<4xf32>
  return
}

// -----

// Bytes are no number.
func.func @bytes(%x: memref<1xi8>) {
  // expected-error@+1 {{needs one f16 or f32, is given 'memref<1xi8>'}}
  metal.loop count %x : memref<1xi8> while {
  } do {
  }
  return
}

// -----

func.func @both(%x: memref<1xf32>) {
  // expected-error@+1 {{has both a count and a limit}}
  metal.loop count %x : memref<1xf32> limit 3 while {
  } do {
  }
  return
}

// -----

func.func @negative() {
  // expected-error@+1 {{has a limit below 0}}
  metal.loop limit -1 while {
  } do {
  }
  return
}

// -----

// What ends a loop is directly inside of it.
func.func @outside(%x: memref<1xf32>) {
  // expected-error@+1 {{expects parent op 'metal.loop'}}
  metal.exit_unless %x : memref<1xf32>
  return
}
