// What is said about outputs that look wrong once they are there.
#pragma once

#include "mlc/Runtime/Device.h"
#include "mlc/Tool/NonFinite.h"
#include "mlc/Tool/Tool.h"
#include <functional>
#include <optional>

namespace mlc {

/// Looks at the outputs of a bundle's runs, until it has said something of
/// them: values that are not finite, with the layer that made the first of
/// them, and pictures that are black.
class OutputChecks {
public:
  /// The layers of the bundle for a second look, or null if there are none;
  /// `context` holds what it returns.
  using LoadLayers =
      std::function<mlir::OwningOpRef<mlir::ModuleOp>(mlir::MLIRContext *)>;

  /// `isReference`: `model` is the reference evaluator. Else its next runs are
  /// watched where an output cannot show what is not finite.
  OutputChecks(const Bundle &bundle, LoadedModel &model, bool isReference,
               LoadLayers loadLayers);
  /// Prints warnings about the run that was just done, whose inputs are still
  /// there.
  void check();

private:
  void explainKernels(const NonFiniteStore &store);
  /// Returns whether the layers are there.
  bool explainReference(const NonFiniteStore *store);
  void checkPictures();

  const Bundle &bundle;
  LoadedModel &model;
  bool isReference;
  LoadLayers loadLayers;
  std::optional<NonFiniteWatch> watch;
  bool hasWarned = false, hasNoted = false;
};

} // namespace mlc
