// Layers as JSON: what the file says of each, with the defaults of the fields
// that people look for.
#pragma once

#include "NetworkImporter.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

namespace mlc {

/// What the import has found out of a layer.
struct ImportedLayer {
  llvm::SmallVector<llvm::SmallVector<int64_t>> shapes;
  /// How many elements each weight has, by the path of its field.
  llvm::StringMap<int64_t> elements;
};
using ImportedLayers =
    llvm::DenseMap<const spec::NeuralNetworkLayer *, ImportedLayer>;

ImportedLayer summarizeImport(const spec::NeuralNetworkLayer &layer,
                              mlir::Operation *op);

/// Sums over layers and the layers inside of them.
struct LayerTotals {
  std::map<std::string, int64_t> types;
  int64_t parameters = 0, weightBytes = 0;
  /// Elements by encoding, such as "linear 4 bits".
  std::map<std::string, int64_t> encodings;
  std::vector<std::string> updatable;
  /// Without it only the sums are kept: a description is larger than a layer.
  bool keepsLayers = false;
};

llvm::json::Array describeLayers(const Layers &layers,
                                 const ImportedLayers &imported,
                                 LayerTotals &totals);

/// The fields of a message that are set, without weights and sub-networks.
/// Lists of more than 64 numbers become {"elements": count}.
llvm::json::Object describeFields(const google::protobuf::Message &message);

llvm::json::Array describeShape(llvm::ArrayRef<int64_t> shape);

} // namespace mlc
