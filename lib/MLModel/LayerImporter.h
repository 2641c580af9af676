// What the import of one layer needs: its operands, the conversion of fields
// to attributes, and the table that says how each layer type is imported.
//
// To add a layer type: define its op in dialects/CoreML, then add one entry to
// the table of its family (ImportLayers*.cpp). Nothing else here changes.
#pragma once

#include "NeuralNetwork.pb.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <memory>

namespace mlc {

namespace spec = CoreML::Specification;

using mlir::coreml::countElements;
using mlir::coreml::kMaxElements;

/// One layer (or preprocessing step) on its way to become an operation.
class LayerImporter {
public:
  /// `operation` is the name without the dialect, such as "convolution".
  LayerImporter(mlir::OpBuilder &builder, mlir::Location loc,
                llvm::StringRef operation, std::shared_ptr<const void> owner,
                llvm::ArrayRef<mlir::Value> inputs, unsigned numOutputs);

  /// Sets an attribute of the operation.
  void set(llvm::StringRef name, mlir::Attribute value) {
    attributes.set(name, value);
  }
  /// Leaves out a field that means nothing in this layer.
  void unset(llvm::StringRef name) { attributes.erase(name); }

  /// Sets one attribute for each field of `params` that the operation declares
  /// under the field's own name: numbers, truth values, enumerations and lists
  /// of numbers. Fields that are not set get their proto3 default, 0 or false;
  /// empty lists are left out. Messages are for the caller.
  mlir::LogicalResult setFields(const google::protobuf::Message &params);

  /// Sets `name` to the elements of `weights`, which must fill `shape`.
  /// Quantized ones may have a scale and bias for each position of dimension
  /// `channelAxis`, or for each of these in each of `groups` parts of the
  /// first.
  mlir::LogicalResult setWeights(llvm::StringRef name,
                                 const spec::WeightParams &weights,
                                 llvm::ArrayRef<int64_t> shape,
                                 unsigned channelAxis = 0, int64_t groups = 1);

  /// As above, for a weight that has one element or one for each channel; what
  /// it has gives the shape.
  mlir::LogicalResult setWeights(llvm::StringRef name,
                                 const spec::WeightParams &weights);

  /// The elements as an attribute, for weights that are part of another.
  /// `name` is what errors call it.
  mlir::FailureOr<mlir::ElementsAttr>
  getWeights(llvm::StringRef name, const spec::WeightParams &weights,
             llvm::ArrayRef<int64_t> shape, unsigned channelAxis = 0,
             int64_t groups = 1);

  /// As above, for a list of floats that is no WeightParams.
  mlir::LogicalResult
  setFloats(llvm::StringRef name,
            const google::protobuf::RepeatedField<float> &values,
            llvm::ArrayRef<int64_t> shape);

  /// Checks that a size from the file is at least 1 and fits our arithmetic.
  mlir::LogicalResult checkSizes(llvm::StringRef name,
                                 llvm::ArrayRef<uint64_t> sizes);

  /// Creates the operation with inferred result types, or null after an error.
  mlir::Operation *create();

  mlir::InFlightDiagnostic emitError() const;

  llvm::ArrayRef<mlir::Value> getInputs() const { return inputs; }
  unsigned getNumOutputs() const { return numOutputs; }
  mlir::OpBuilder &getBuilder() { return builder; }

private:
  mlir::LogicalResult setField(const google::protobuf::Message &params,
                               const google::protobuf::FieldDescriptor &field);
  mlir::LogicalResult
  setRepeated(const google::protobuf::Message &params,
              const google::protobuf::FieldDescriptor &field);
  mlir::LogicalResult setEnum(const google::protobuf::FieldDescriptor &field,
                              int number);
  /// `release` frees the bytes when nobody needs them any more.
  mlir::FailureOr<mlir::ElementsAttr>
  getBytes(llvm::StringRef name, mlir::Type element, llvm::ArrayRef<char> bytes,
           llvm::ArrayRef<int64_t> shape, std::function<void()> release);
  mlir::FailureOr<mlir::ElementsAttr>
  getFloats(llvm::StringRef name,
            const google::protobuf::RepeatedField<float> &values,
            llvm::ArrayRef<int64_t> shape);
  mlir::FailureOr<mlir::ElementsAttr>
  getQuantized(llvm::StringRef name, const spec::WeightParams &weights,
               llvm::ArrayRef<int64_t> shape, unsigned channelAxis,
               int64_t groups);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::RegisteredOperationName operation;
  /// Keeps the message alive into which weights point.
  std::shared_ptr<const void> owner;
  llvm::ArrayRef<mlir::Value> inputs;
  unsigned numOutputs;
  mlir::NamedAttrList attributes;
};

/// How one layer type is imported.
struct LayerEntry {
  spec::NeuralNetworkLayer::LayerCase type;
  /// The operation's name without the dialect.
  const char *operation;
  /// How many blobs it reads and writes.
  unsigned minInputs, maxInputs, minOutputs, maxOutputs;
  /// Turns the layer's parameters into attributes. Null for control flow, which
  /// NetworkImporter turns into operations itself.
  mlir::LogicalResult (*import)(LayerImporter &,
                                const spec::NeuralNetworkLayer &);
};

/// For layers that any number of blobs may enter or leave.
constexpr unsigned kAny = ~0u;

// The tables, one a family.
llvm::ArrayRef<LayerEntry> getWeightedLayers();
llvm::ArrayRef<LayerEntry> getElementwiseLayers();
llvm::ArrayRef<LayerEntry> getWindowLayers();
llvm::ArrayRef<LayerEntry> getShapeLayers();
llvm::ArrayRef<LayerEntry> getArrayElementwiseLayers();
llvm::ArrayRef<LayerEntry> getArrayShapeLayers();
llvm::ArrayRef<LayerEntry> getArrayReductionLayers();
llvm::ArrayRef<LayerEntry> getRecurrentLayers();
llvm::ArrayRef<LayerEntry> getVolumeLayers();
llvm::ArrayRef<LayerEntry> getControlLayers();
llvm::ArrayRef<LayerEntry> getCustomLayers();

/// The entry of a layer type, or null if it is not supported.
const LayerEntry *lookupLayer(spec::NeuralNetworkLayer::LayerCase type);

/// The entry whose operation has this name, without the dialect, or null.
const LayerEntry *lookupLayer(llvm::StringRef operation);

/// The name of the layer's type as in the specification, or "" if none is set.
llvm::StringRef getLayerType(const spec::NeuralNetworkLayer &layer);

/// "64x3x3x3", for messages.
std::string formatShape(llvm::ArrayRef<int64_t> shape);

} // namespace mlc
