// How long a dispatch takes at best on a GPU: the time of its arithmetic at
// full rate, or of its memory traffic at full bandwidth, whichever is longer.
#pragma once

#include "mlc/Support/GpuFamily.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <cstdint>

namespace mlc {

/// A GPU by its public figures: 10^12 floating-point operations a second in
/// 32 bits, 10^9 bytes a second of memory bandwidth.
struct GpuFigures {
  llvm::StringLiteral name;
  double teraflops, gigabytesPerSecond;
  /// The bandwidth for what the dispatch before has written, where a cache
  /// holds it; 0 where nothing is known of that.
  double recentGigabytesPerSecond = 0;
};

/// Apple's GPUs for which Apple has stated both figures.
llvm::ArrayRef<GpuFigures> knownGpus();
/// The one called `name`, or null.
const GpuFigures *findGpu(llvm::StringRef name);

/// What kernels are chosen by: the slowest known GPU of `family`, or without
/// one a core of a server's CPU, whose figures are those that `mlc bench`
/// shows.
const GpuFigures &figuresFor(GpuFamily family);

/// Seconds at best.
struct Roofline {
  double compute, memory;
  double seconds() const { return std::max(compute, memory); }
  bool isMemoryBound() const { return memory > compute; }
};

/// `recentBytes` more are read or written between two dispatches.
Roofline roofline(int64_t flops, int64_t bytes, const GpuFigures &gpu,
                  int64_t recentBytes = 0);

} // namespace mlc
