// What weights a message has, by reflection: so no type of layer is forgotten.
#pragma once

#include "NeuralNetwork.pb.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <google/protobuf/message.h>

namespace mlc {

/// One WeightParams of a layer.
struct WeightSummary {
  /// Where it is in the layer's parameters, such as "weights" or
  /// "weightParams[1].inputGateBiasVector".
  std::string field;
  /// "float32", "float16", "linear", "lookupTable", "int8", or "none" where the
  /// message is empty, "mixed" where it has several.
  llvm::StringRef encoding;
  /// Of one element as it is stored.
  int64_t bits = 0;
  /// Of quantized weights as many as the bytes hold: up to 7 too many.
  int64_t elements = 0;
  /// With scales, biases and look-up tables.
  int64_t bytes = 0;
  bool isUpdatable = false;
};

WeightSummary
summarizeWeights(const CoreML::Specification::WeightParams &weights);

/// Calls `visit` for each WeightParams of `message` that is set, but not for
/// those of sub-networks. Fields are named by their path from `message`.
void forEachWeights(
    const google::protobuf::Message &message,
    llvm::function_ref<void(const std::string &field,
                            const CoreML::Specification::WeightParams &)>
        visit);

} // namespace mlc
