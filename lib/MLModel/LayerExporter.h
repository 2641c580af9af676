// One operation on its way back to a message: the inverse of LayerImporter.
//
// A field gets the attribute of its own name, at any depth of messages that
// only group fields; weights and what they tell (hasBias, the sizes in the
// table of ExportLayers.cpp) follow. So a layer type whose import is
// `setFields` and weights needs at most a line in that table; one that chooses
// among messages needs a function there.
#pragma once

#include "FileForm.h"
#include "NeuralNetwork.pb.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "llvm/ADT/DenseSet.h"

namespace mlc {

namespace spec = CoreML::Specification;

class LayerExporter {
public:
  /// Without `withElements` weights stay empty, but are known to `getHeld`.
  LayerExporter(mlir::Operation *op, bool withElements);

  /// Writes the attributes of the operation to the fields of `params`.
  /// Attributes at their default leave fields unset.
  mlir::LogicalResult writeFields(google::protobuf::Message &params);

  /// Writes those of `attributes` instead.
  mlir::LogicalResult writeFields(mlir::DictionaryAttr attributes,
                                  google::protobuf::Message &params);

  /// An attribute that is not at its default, or null; the caller writes it.
  mlir::Attribute take(llvm::StringRef name);
  template <typename Attr> Attr takeAs(llvm::StringRef name) {
    return mlir::dyn_cast_or_null<Attr>(take(name));
  }

  /// Writes the elements of a weight.
  mlir::LogicalResult writeWeights(mlir::ElementsAttr elements,
                                   spec::WeightParams &weights);

  /// Writes amounts at top, bottom, left and right.
  void writeBorder(llvm::ArrayRef<int64_t> amounts,
                   spec::BorderAmounts &border);

  /// An error if there are attributes that no field has taken.
  mlir::LogicalResult checkAllWritten();

  mlir::InFlightDiagnostic emitError();
  mlir::Operation *getOperation() const { return op; }
  const HeldElements &getHeld() const { return held; }

private:
  mlir::LogicalResult
  writeField(mlir::DictionaryAttr attributes, google::protobuf::Message &params,
             const google::protobuf::FieldDescriptor &field);
  mlir::LogicalResult
  writeMessage(mlir::Attribute value, bool isUpdatable,
               google::protobuf::Message &params,
               const google::protobuf::FieldDescriptor &field);
  mlir::LogicalResult
  writeElements(mlir::ElementsAttr elements, google::protobuf::Message &params,
                const google::protobuf::FieldDescriptor &field);
  mlir::LogicalResult
  checkSayable(google::protobuf::Message &params,
               const google::protobuf::FieldDescriptor &field);

  mlir::Operation *op;
  bool withElements;
  /// All that are not at their default.
  mlir::DictionaryAttr attributes;
  /// The attributes that some field has taken.
  llvm::DenseSet<mlir::Attribute> taken;
  HeldElements held;
};

/// What an operation comes to besides its fields: messages that are chosen,
/// sizes that weights tell. `layer` has its type.
mlir::LogicalResult completeLayer(LayerExporter &exporter,
                                  spec::NeuralNetworkLayer &layer);

} // namespace mlc
