// What a file allows for the shapes of its inputs.
#pragma once

#include "ImportFeatures.h"
#include "LayerImporter.h"
#include "mlc/MLModel/Import.h"

namespace mlc {

/// Calls `visit` with the network of `model`, of whatever kind.
template <typename Function>
void visitNetwork(const spec::Model &model, Function visit) {
  if (model.has_neuralnetwork())
    visit(model.neuralnetwork());
  else if (model.has_neuralnetworkclassifier())
    visit(model.neuralnetworkclassifier());
  else if (model.has_neuralnetworkregressor())
    visit(model.neuralnetworkregressor());
}

/// Whether arrays have RANK5_ARRAY_MAPPING.
bool isRank5(const spec::Model &model);

/// Whether the file allows a shape, or a size in pixels, as it stands.
bool isAllowedShape(const spec::ArrayFeatureType &array,
                    llvm::ArrayRef<int64_t> shape);
bool isAllowedSize(const spec::ImageFeatureType &image, int64_t height,
                   int64_t width);

/// What an input may be, for people, with the option that makes it so.
std::string describeAllowed(const spec::FeatureDescription &feature,
                            bool isRank5);

/// Imports `model`, whose inputs have the shapes `chosen`; `original` is its
/// description before. A layer may not fit a sequence of one step: then lengths
/// are tried that layers mention, and the error says which one fits.
mlir::OwningOpRef<mlir::ModuleOp>
importSequence(const std::shared_ptr<spec::Model> &model,
               mlir::MLIRContext *context, ImportOptions options,
               llvm::ArrayRef<InputShape> chosen,
               const spec::ModelDescription &original);

} // namespace mlc
