// How long a dispatch takes at best on a GPU: the time of its arithmetic at
// full rate, or of its memory traffic at full bandwidth, whichever is longer.
#pragma once

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
};

/// Apple's GPUs for which Apple has stated both figures.
llvm::ArrayRef<GpuFigures> knownGpus();
/// The one called `name`, or null.
const GpuFigures *findGpu(llvm::StringRef name);

/// Seconds at best.
struct Roofline {
  double compute, memory;
  double seconds() const { return std::max(compute, memory); }
  bool isMemoryBound() const { return memory > compute; }
};

Roofline roofline(int64_t flops, int64_t bytes, const GpuFigures &gpu);

} // namespace mlc
