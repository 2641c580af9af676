// RUN: mlc-opt %s -verify-diagnostics

// Metal has 31 buffers.
// expected-error@+1 {{has 32 buffers, Metal allows 31}}
metal.kernel @many "elementwise"(%x0: memref<4xf32>, %x1: memref<4xf32>, %x2: memref<4xf32>, %x3: memref<4xf32>, %x4: memref<4xf32>, %x5: memref<4xf32>, %x6: memref<4xf32>, %x7: memref<4xf32>, %x8: memref<4xf32>, %x9: memref<4xf32>, %x10: memref<4xf32>, %x11: memref<4xf32>, %x12: memref<4xf32>, %x13: memref<4xf32>, %x14: memref<4xf32>, %x15: memref<4xf32>, %x16: memref<4xf32>, %x17: memref<4xf32>, %x18: memref<4xf32>, %x19: memref<4xf32>, %x20: memref<4xf32>, %x21: memref<4xf32>, %x22: memref<4xf32>, %x23: memref<4xf32>, %x24: memref<4xf32>, %x25: memref<4xf32>, %x26: memref<4xf32>, %x27: memref<4xf32>, %x28: memref<4xf32>, %x29: memref<4xf32>, %x30: memref<4xf32>, %x31: memref<4xf32>) {
  metal.return
}
