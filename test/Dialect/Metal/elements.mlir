// RUN: mlc-opt %s | mlc-opt | FileCheck %s

// CHECK: metal.elements f16 : memref<6x8xf32>
// CHECK: metal.load_elements %{{.*}}[%{{.*}}], %{{.*}}[%{{.*}}] : memref<64xf16>, memref<6x8xf32>
// CHECK: metal.load_elements {{.*}} if %{{.*}} else %{{.*}}[%{{.*}}] : memref<64xf16>, memref<6x8xf32> else memref<8xf16>
// CHECK: metal.put_elements %{{.*}}, %{{.*}}[%{{.*}}] : vector<8xf32>, memref<2x8xf32>
metal.kernel @runs "convolution"(%in: memref<64xf16>, %zeros: memref<8xf16>) {
  %i = arith.constant 1 : index
  %yes = arith.constant true
  %v = arith.constant dense<0.0> : vector<8xf32>
  %x = metal.elements f16 : memref<6x8xf32>
  metal.load_elements %in[%i], %x[%i] : memref<64xf16>, memref<6x8xf32>
  metal.load_elements %in[%i], %x[%i] if %yes else %zeros[%i] : memref<64xf16>, memref<6x8xf32> else memref<8xf16>
  %y = memref.alloca() : memref<2x8xf32>
  metal.put_elements %v, %y[%i] : vector<8xf32>, memref<2x8xf32>
  metal.return
}

// CHECK: metal.get_lanes %{{.*}}[%{{.*}}, %{{.*}}] : memref<1x20xf32> -> vector<16xf32>
metal.kernel @lanes "lrn"() {
  %i = arith.constant 0 : index
  %x = memref.alloca() : memref<1x20xf32>
  %v = metal.get_lanes %x[%i, %i] : memref<1x20xf32> -> vector<16xf32>
  metal.return
}
