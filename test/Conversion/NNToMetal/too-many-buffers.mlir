// A kernel that Metal could not bind is refused where it is made, for the verifier is
// off when users compile.

// RUN: %python %S/Inputs/many_inputs.py 31 | not mlc-opt --convert-nn-to-metal -verify-each=false 2>&1 | FileCheck %s
// CHECK: error: needs a kernel with 32 buffers, but Metal binds 31
// RUN: %python %S/Inputs/many_inputs.py 30 | mlc-opt --convert-nn-to-metal | FileCheck %s --check-prefix=FITS
// FITS: metal.dispatch
