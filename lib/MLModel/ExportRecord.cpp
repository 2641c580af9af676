// What the file says besides what operations say: the import asks the exporter
// what it would write, layer by layer, and keeps the difference.

#include "ModelExporter.h"
#include <google/protobuf/descriptor.h>

using namespace mlir;
using namespace mlc;
using google::protobuf::FieldDescriptor;

static DictionaryAttr getForm(Builder &builder, const spec::Model &exported,
                              const spec::Model &original) {
  return getFileForm(
      builder, exported, original, HeldElements(), [](const auto &field) {
        const std::string &type = field.containing_type()->name();
        bool isNetwork = StringRef(type).starts_with("NeuralNetwork");
        return isNetwork &&
               (field.name() == "layers" || field.name() == "preprocessing");
      });
}

/// Names, and the layers of sub-networks, are kept elsewhere.
static bool isKeptApart(const FieldDescriptor &field) {
  const auto *type = field.containing_type();
  return (type == spec::NeuralNetworkLayer::descriptor() &&
          (field.name() == "input" || field.name() == "output")) ||
         (type == spec::NeuralNetwork::descriptor() &&
          field.name() == "layers");
}

namespace {

/// Walks operations and the layers of the file side by side.
class FormRecorder {
public:
  FormRecorder(ModelExporter &exporter)
      : exporter(exporter), names(exporter.getNames()),
        builder(exporter.getFunction()) {}

  LogicalResult recordSteps(const StepList &steps);
  /// From layer `index` on, which moves on.
  LogicalResult recordList(func::FuncOp list, const LayerList &layers,
                           int &index);

private:
  LogicalResult recordWhole(func::FuncOp list, const LayerList &layers);
  LogicalResult recordLayer(Operation *op,
                            const spec::NeuralNetworkLayer &layer);
  LogicalResult recordSubnetworks(Operation *op,
                                  const spec::NeuralNetworkLayer &layer);
  LogicalResult recordStop(Operation *op, const LayerList &layers, int &index);
  void keep(Operation *op, DictionaryAttr form) {
    if (form)
      op->setDiscardableAttr(kFileForm, form);
  }

  ModelExporter &exporter;
  const ExportedNames &names;
  Builder builder;
};

} // namespace

LogicalResult FormRecorder::recordSteps(const StepList &steps) {
  int index = 0;
  for (Operation &op :
       exporter.getFunction().getBody().front().without_terminator()) {
    if (!isPreprocessing(&op))
      continue;
    HeldElements held;
    spec::NeuralNetworkPreprocessing exported;
    if (failed(exporter.exportStep(&op, exported, held)))
      return failure();
    keep(&op, getFileForm(builder, exported, steps[index++], held,
                          [](const auto &) { return false; }));
  }
  return success();
}

LogicalResult FormRecorder::recordLayer(Operation *op,
                                        const spec::NeuralNetworkLayer &layer) {
  HeldElements held;
  spec::NeuralNetworkLayer exported;
  if (failed(exporter.exportLayer(op, exported, held)))
    return failure();
  keep(op, getFileForm(builder, exported, layer, held, isKeptApart));
  if (names.overwrites(op))
    op->setDiscardableAttr(kOverwrites, builder.getUnitAttr());
  if (!getCallees(op).empty())
    return recordSubnetworks(op, layer);
  // Names of outputs, where the file has others.
  SmallVector<StringRef> blobs;
  for (unsigned i = 0, e = names.getNumOutputs(op); i < e; ++i)
    blobs.push_back(names.getBlob(op->getResult(i)));
  SmallVector<StringRef> original(layer.output().begin(), layer.output().end());
  if (blobs != original)
    op->setDiscardableAttr(kBlobNames, builder.getStrArrayAttr(original));
  return success();
}

LogicalResult
FormRecorder::recordSubnetworks(Operation *op,
                                const spec::NeuralNetworkLayer &layer) {
  auto record = [&](FlatSymbolRefAttr name,
                    const spec::NeuralNetwork &network) {
    return recordWhole(names.getSubnetworks().lookup(op, name),
                       network.layers());
  };
  if (auto branch = dyn_cast<coreml::BranchOp>(op))
    return success(succeeded(record(branch.getIfBranchAttr(),
                                    layer.branch().ifbranch())) &&
                   succeeded(record(branch.getElseBranchAttr(),
                                    layer.branch().elsebranch())));
  auto loop = cast<coreml::LoopOp>(op);
  FlatSymbolRefAttr condition = loop.getConditionNetworkAttr();
  if (condition && failed(record(condition, layer.loop().conditionnetwork())))
    return failure();
  return record(loop.getBodyNetworkAttr(), layer.loop().bodynetwork());
}

/// The end of an iteration, and what stands behind it in vain.
LogicalResult FormRecorder::recordStop(Operation *op, const LayerList &layers,
                                       int &index) {
  spec::NeuralNetworkLayer exported;
  exporter.exportStop(op, exported);
  keep(op, getFileForm(builder, exported, layers[index++], HeldElements(),
                       isKeptApart));
  SmallVector<Attribute> unreachable;
  while (index < layers.size())
    unreachable.push_back(toAttribute(builder, layers[index++]));
  if (!unreachable.empty())
    op->setDiscardableAttr(kUnreachable, builder.getArrayAttr(unreachable));
  return success();
}

LogicalResult FormRecorder::recordList(func::FuncOp list,
                                       const LayerList &layers, int &index) {
  const Subnetworks &subnetworks = names.getSubnetworks();
  Operation *stop = nullptr;
  for (Operation &op : list.getBody().front().without_terminator()) {
    if (isPreprocessing(&op))
      continue;
    if (subnetworks.isImplied(&op)) {
      if (getFlow(&op) == kBreak || getFlow(&op) == kContinue)
        stop = &op;
      continue;
    }
    auto branch = dyn_cast<coreml::BranchOp>(op);
    if (branch && subnetworks.isRest(branch)) {
      func::FuncOp rest = subnetworks.lookup(&op, branch.getIfBranchAttr());
      if (failed(recordList(rest, layers, index)))
        return failure();
      continue;
    }
    assert(names.getCopies(&op).empty() && "the file has its own copies");
    if (index >= layers.size())
      return op.emitError() << "is no layer of the file";
    if (failed(recordLayer(&op, layers[index++])))
      return failure();
  }
  if (stop && index < layers.size())
    return recordStop(stop, layers, index);
  return success();
}

LogicalResult FormRecorder::recordWhole(func::FuncOp list,
                                        const LayerList &layers) {
  int index = 0;
  return recordList(list, layers, index);
}

LogicalResult mlc::recordFileForm(ModuleOp module, const spec::Model &model) {
  ModelExporter exporter(module, /*withElements=*/false);
  spec::Model exported;
  if (failed(exporter.prepare()) ||
      failed(exporter.exportDescription(exported)))
    return failure();
  Builder builder(module);
  if (DictionaryAttr form = getForm(builder, exported, model))
    module->setAttr(kFileForm, form);
  auto record = [&](const auto &network) {
    FormRecorder recorder(exporter);
    int index = 0;
    return success(succeeded(recorder.recordSteps(network.preprocessing())) &&
                   succeeded(recorder.recordList(exporter.getFunction(),
                                                 network.layers(), index)));
  };
  if (model.has_neuralnetworkclassifier())
    return record(model.neuralnetworkclassifier());
  if (model.has_neuralnetworkregressor())
    return record(model.neuralnetworkregressor());
  return record(model.neuralnetwork());
}
