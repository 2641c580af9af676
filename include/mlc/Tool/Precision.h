// `--precision`, and what `auto` means: half, except for those layers that
// would cost the outputs more than is allowed.
#pragma once

#include "mlc/Tool/HalfSimulation.h"

namespace mlc {

/// What half precision loses at the outputs, as a part of their range, unless
/// a user asks for something else.
inline constexpr double kHalfTolerance = 1e-2;

/// A kernel that is kept in float.
struct FloatStep {
  std::vector<std::string> layers;
  double error = 0; ///< at the outputs, if it alone stores in half
};

/// What `auto` found.
struct PrecisionReport {
  std::vector<FloatStep> floats;
  size_t steps = 0;
  double halfError = 0; ///< with everything in half
  double error = 0;     ///< as chosen
};

/// How a network is stored.
struct Precision {
  Precision(llvm::StringRef name) : name(name) {}
  Precision(const char *name) : name(name) {}

  llvm::StringRef name; ///< f16, f32 or auto
  bool winograd = true;
  bool expandWeights = false; ///< decode quantised weights when compiling
  std::string gpuFamily = "any";
  bool floatImages = false; ///< leave image outputs unrounded
  /// For auto: NAME=FILE, what may be lost, and where it says what it did.
  llvm::ArrayRef<std::string> samples;
  double maxError = kHalfTolerance;
  PrecisionReport *report = nullptr;
};

/// The error at the outputs of each step that alone stores in half. Neighbours
/// in very long networks are asked together.
std::vector<double> measureSteps(HalfSimulation &simulation);

/// Which layers of `module` (coreml dialect) stay in float so that the outputs
/// keep within `precision.maxError`; they are noted on the module, where the
/// assign-precision pass finds them. Reports errors.
mlir::LogicalResult choosePrecision(mlir::ModuleOp module,
                                    const Precision &precision);

/// What `auto` found, for people.
void printReport(const PrecisionReport &report, llvm::raw_ostream &os);

} // namespace mlc
