// Figures from Apple's announcements of the chips (apple.com/newsroom): M1, 10
// November 2020; M1 Pro and M1 Max, 18 October 2021; M1 Ultra, 8 March 2022;
// M2, 6 June 2022. Half precision runs at the same rate there: kernels compute
// in float anyway.
#include "mlc/Support/CostModel.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace mlc;

ArrayRef<GpuFigures> mlc::knownGpus() {
  static constexpr GpuFigures gpus[] = {{"M1", 2.6, 68},
                                        {"M1 Pro", 5.2, 200},
                                        {"M1 Max", 10.4, 400},
                                        {"M1 Ultra", 21, 800},
                                        {"M2", 3.6, 100}};
  return gpus;
}

const GpuFigures *mlc::findGpu(StringRef name) {
  auto *found = find_if(knownGpus(), [&](const GpuFigures &gpu) {
    return gpu.name.equals_insensitive(name);
  });
  return found == knownGpus().end() ? nullptr : found;
}

const GpuFigures &mlc::figuresFor(GpuFamily family) {
  // Zen 3, as docs/benchmarks.md has it: what direct convolutions reach of its
  // arithmetic, kernels that stream weights of its memory, and transforms of
  // its caches.
  static constexpr GpuFigures core = {"core", 0.075, 8, 16};
  return hasSimdgroupMatrices(family) ? knownGpus().front() : core;
}

Roofline mlc::roofline(int64_t flops, int64_t bytes, const GpuFigures &gpu,
                       int64_t recentBytes) {
  double recent = gpu.recentGigabytesPerSecond ? gpu.recentGigabytesPerSecond
                                               : gpu.gigabytesPerSecond;
  return {double(flops) / (gpu.teraflops * 1e12),
          double(bytes) / (gpu.gigabytesPerSecond * 1e9) +
              double(recentBytes) / (recent * 1e9)};
}
