// Where values stop being finite: which layer, in the reference or in the
// kernels as they store.
#pragma once

#include "mlc/Reference/Evaluator.h"
#include "mlc/Runtime/Device.h"
#include "mlc/Tool/Compare.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Twine.h"
#include <memory>
#include <optional>

namespace mlc {

/// Prints `mlc: warning: ...` on standard error.
void reportWarning(const llvm::Twine &message);

NonFiniteCount countNonFinite(mlir::ElementsAttr weights);

/// The weights of a layer of the coreml dialect, with their names.
llvm::SmallVector<std::pair<mlir::StringAttr, mlir::ElementsAttr>>
weightsOfLayer(mlir::Operation *layer);

/// Follows what is not finite through the evaluation of a network.
class NonFiniteTrace {
public:
  /// `module` is what the reference evaluates (coreml dialect).
  explicit NonFiniteTrace(mlir::ModuleOp module);
  /// To be given to the evaluator; the trace must outlive it.
  Observer observer();
  /// Before a run of `reference` on the inputs that it has.
  void begin(const Bundle &bundle, LoadedModel &reference);

  /// Where output `index` of the network, which is not finite, stopped being
  /// so: "layer 'log'", "input 'x'"; empty if it is finite.
  std::string originOf(unsigned index) const;
  /// The same for the first layer whose results are not finite.
  std::string firstOrigin() const;
  /// The largest finite magnitude of the results of the layers called `name`.
  double largest(llvm::StringRef name) const { return magnitudes.lookup(name); }

private:
  std::string describe(mlir::Value value) const;
  /// Whether `value` is not finite, though all that it is computed of is.
  bool isOrigin(mlir::Value value) const;

  mlir::Operation *main;
  llvm::SmallVector<std::string> inputNames;
  /// What is not finite in the network itself, in its order.
  llvm::SmallVector<mlir::Value> order;
  llvm::DenseSet<mlir::Value> seen;
  /// Of branches and loops: the first layer inside whose results are not
  /// finite.
  llvm::DenseMap<mlir::Operation *, std::string> inner;
  std::string lastInner;
  llvm::StringMap<double> magnitudes;
};

/// A dispatch that stored something not finite.
struct NonFiniteStore {
  unsigned dispatch = 0;
  NonFiniteCount count;
  bool isHalf = false; ///< stored in half precision
};

/// Watches what the kernels of a bundle store, from its construction on until
/// its end.
class NonFiniteWatch {
public:
  NonFiniteWatch(const Bundle &bundle, LoadedModel &model);
  ~NonFiniteWatch();
  /// The first dispatch that stored anything not finite.
  const std::optional<NonFiniteStore> &first() const { return firstStore; }
  /// Whether a dispatch that writes to `output` has read anything not finite.
  bool reaches(const BundleFeature &output) const {
    return reached.contains(output.buffer);
  }

private:
  struct Place {
    unsigned buffer;
    int64_t offset, bytes;
    bool isHalf, isWritten;
  };
  void look(unsigned dispatch, bool isDone);
  llvm::MutableArrayRef<char> memory(const Place &place);

  const Bundle &bundle;
  LoadedModel &model;
  std::vector<llvm::SmallVector<Place>> places; ///< of each dispatch
  std::vector<char> before;
  bool isFirstLook = true;
  std::optional<NonFiniteStore> firstStore;
  llvm::DenseSet<unsigned> reached;
};

/// Runs `model` once more on the inputs that it has, watched.
std::optional<NonFiniteStore> findNonFiniteStore(const Bundle &bundle,
                                                 LoadedModel &model);

/// The layers of dispatch `index`, for people: "layer 'relu' (in one kernel
/// with 'conv')".
std::string describeLayers(const Bundle &bundle, unsigned index);

} // namespace mlc
