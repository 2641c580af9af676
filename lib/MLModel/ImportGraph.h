// Checks of a network's graph, before anything is built.
#pragma once

#include "ImportFeatures.h"

namespace mlc {

/// The location of layer `index`: its name, or "layer INDEX" if it has none.
mlir::Location
getLayerLocation(mlir::MLIRContext *context,
                 const CoreML::Specification::NeuralNetworkLayer &layer,
                 int index);

/// Reports all layers whose type is not supported.
mlir::LogicalResult checkLayerTypes(mlir::MLIRContext *context,
                                    const Network &network);

/// Checks that names are unique and that each blob is written once, before it
/// is read; reports the first fault.
mlir::LogicalResult
checkGraph(mlir::MLIRContext *context,
           const CoreML::Specification::ModelDescription &description,
           const Network &network);

} // namespace mlc
