// What storing in half costs a network, kernel by kernel: the network runs in
// float, and what half precision would store is rounded in memory after the
// kernels for which that is asked. Every question is one run, without compiling
// anything again.
#pragma once

#include "mlc/Runtime/Features.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/BitVector.h"

namespace mlc {

/// A compiled module as a bundle in memory; its files are gone.
llvm::Expected<Bundle> bundleOf(mlir::ModuleOp compiled);

/// What a dispatch stores, in float.
struct StoredRange {
  double largest = 0;    ///< the largest magnitude, which may be infinite
  int64_t stored = 0;    ///< how many elements half precision would store
  int64_t overflow = 0;  ///< of these: beyond half's range
  int64_t nans = 0;      ///< of these: NaN in float already
  int64_t subnormal = 0; ///< of these: below half's normal range, but not 0
};

class HalfSimulation {
public:
  /// Compiles `module` (coreml dialect) and runs it in float on the inputs that
  /// `samples` (NAME=FILE) give; others are drawn at random. Where an input is
  /// given several times, all of them are run, and the worst counts.
  static llvm::Expected<std::unique_ptr<HalfSimulation>>
  create(mlir::ModuleOp module, llvm::ArrayRef<std::string> samples);
  ~HalfSimulation();

  const Bundle &getBundle() const { return *bundle; }
  llvm::ArrayRef<InputValue> getInputs() const { return inputs; }
  unsigned getNumSamples() const { return numSamples; }
  /// The outputs that are not finite in float, of any sample: errors are those
  /// of the rest of their elements.
  std::vector<std::string> getNonFiniteOutputs() const;
  size_t size() const { return steps.size(); }
  /// The layers that a dispatch computes.
  llvm::ArrayRef<std::string> layers(size_t step) const;
  /// Whether a step stores or reads anything that half precision would round.
  bool losesInHalf(size_t step) const {
    return !steps[step].written.empty() || !steps[step].weights.empty();
  }
  const StoredRange &range(size_t step) const { return steps[step].range; }

  /// The error at the outputs, as a part of their ranges, when the steps
  /// `inHalf` store their results and weights in half and the others in float.
  double run(const llvm::BitVector &inHalf) { return run(inHalf, inHalf); }
  /// The same, where others store their results than read weights in half.
  double run(const llvm::BitVector &results, const llvm::BitVector &weights);
  /// The same for a program that was compiled with another choice, run as it
  /// is.
  llvm::Expected<double> measure(mlir::ModuleOp compiled);

private:
  // Elements of float that half precision stores in two bytes.
  struct Place {
    unsigned buffer;
    int64_t offset; ///< in bytes
    llvm::SmallVector<int64_t> shape, strides;
  };
  struct Step {
    llvm::SmallVector<Place> written, weights;
    StoredRange range;
  };

  HalfSimulation() = default;
  llvm::Error findPlaces(mlir::ModuleOp inFloat, mlir::ModuleOp inHalf);
  llvm::Error load(mlir::ModuleOp compiled);
  template <typename Visit> void visit(const Place &place, Visit body);
  void measureRange(Step &step);
  /// Runs `loaded` on all samples; the largest error of its outputs.
  double runAll(const Bundle &other, LoadedModel &loaded) const;

  std::vector<std::string> samples;
  std::vector<std::optional<InputDomain>> domains; ///< of drawn inputs
  unsigned numSamples = 1;
  std::unique_ptr<Bundle> bundle;
  std::unique_ptr<LoadedModel> model;
  std::vector<InputValue> inputs;
  std::vector<Step> steps;
  std::vector<char> originalWeights;
  char *weights = nullptr;
  /// Of each sample the outputs, one behind the other.
  std::vector<std::vector<float>> wanted;
};

} // namespace mlc
