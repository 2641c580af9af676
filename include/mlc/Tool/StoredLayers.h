// The layers whose values a compiled network keeps between its kernels, made
// visible: what is stored is what can be lost.
#pragma once

#include "mlc/Tool/Tool.h"

namespace mlc {

/// A value that a network stores, as verify shows it.
struct StoredLayer {
  std::string name;
  /// The other layers of the kernel that stores it.
  std::vector<std::string> others;
  /// The place of its layer in the network.
  unsigned position = 0;
};

/// The network once more, with outputs for the values of layers that it keeps
/// between kernels, in the precision that it keeps them in.
class LayeredProgram {
public:
  /// `network` (coreml dialect) compiled with `precision` is `compiled`.
  static llvm::Expected<std::unique_ptr<LayeredProgram>>
  create(mlir::ModuleOp network, mlir::ModuleOp compiled, Precision precision,
         bool wholeGroups);
  ~LayeredProgram();

  /// The network with these outputs (coreml dialect), behind its own.
  mlir::ModuleOp getNetwork() const { return *network; }
  const Bundle &getBundle() const { return *bundle; }
  LoadedModel &getKernels() { return *kernels; }
  /// One for each output of the bundle, the network's own first.
  llvm::ArrayRef<StoredLayer> getOutputs() const { return outputs; }

private:
  LayeredProgram() = default;

  mlir::OwningOpRef<mlir::ModuleOp> network;
  std::unique_ptr<Bundle> bundle;
  std::unique_ptr<LoadedModel> kernels;
  std::vector<StoredLayer> outputs;
};

} // namespace mlc
