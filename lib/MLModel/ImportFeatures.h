// The description of a model as attributes, and its inputs as tensor types.
#pragma once

#include "Model.pb.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlc {

/// What the three kinds of neural network have in common.
struct Network {
  const google::protobuf::RepeatedPtrField<
      CoreML::Specification::NeuralNetworkLayer> &layers;
  const google::protobuf::RepeatedPtrField<
      CoreML::Specification::NeuralNetworkPreprocessing> &preprocessing;
  CoreML::Specification::NeuralNetworkMultiArrayShapeMapping arrayMapping;
  CoreML::Specification::NeuralNetworkImageShapeMapping imageMapping;
  /// Null where the network cannot be trained on the device.
  const CoreML::Specification::NetworkUpdateParameters *update;
};

/// A feature's `coreml.feature`: its name, `type` ("image", "multiArray",
/// "dictionary", "string", "int64", ...) and whatever that type has.
mlir::DictionaryAttr
describeFeature(mlir::Builder &builder,
                const CoreML::Specification::FeatureDescription &feature);

/// The attributes of the module: all of the model but features and layers.
mlir::NamedAttrList describeModel(mlir::Builder &builder,
                                  const CoreML::Specification::Model &model,
                                  const Network &network);

/// The declared shape of an array, or the one that a flexible array has as its
/// default; height and width of an image likewise.
llvm::SmallVector<int64_t>
getDeclaredShape(const CoreML::Specification::ArrayFeatureType &array);
std::pair<int64_t, int64_t>
getDeclaredSize(const CoreML::Specification::ImageFeatureType &image);

/// The tensor that the layers see for an input. Reports shapes that are wrong.
mlir::FailureOr<mlir::RankedTensorType>
getInputType(mlir::Location loc,
             const CoreML::Specification::FeatureDescription &feature,
             const Network &network);

/// Reports an image among the outputs for which a value of `shape` is none.
mlir::LogicalResult
checkImageOutput(mlir::Location loc,
                 const CoreML::Specification::FeatureDescription &feature,
                 llvm::ArrayRef<int64_t> shape);

} // namespace mlc
