// The export of a whole model: its layers, then what the file had besides.

#include "mlc/MLModel/Export.h"
#include "LayerExporter.h"
#include "LayerImporter.h"
#include "ModelExporter.h"
#include "mlc/MLModel/MLModel.h"
#include "llvm/Support/Error.h"
#include <google/protobuf/descriptor.h>

using namespace mlir;
using namespace mlc;

bool mlc::isPreprocessing(Operation *op) {
  return isa<coreml::ScalerOp, coreml::MeanImageOp>(op);
}

LogicalResult ModelExporter::prepare() {
  for (auto candidate : module.getOps<func::FuncOp>()) {
    if (function)
      return emitError()
             << "has branches or loops, which cannot be exported yet";
    function = candidate;
  }
  if (!function || !function.getBody().hasOneBlock())
    return emitError() << "has no function of one block";
  for (Operation &op : function.getBody().front().without_terminator())
    if (op.getName().getDialectNamespace() != "coreml")
      return op.emitError() << op.getName() << " is no layer";
  return names.assign(function);
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

LogicalResult ModelExporter::exportStep(Operation *op,
                                        spec::NeuralNetworkPreprocessing &step,
                                        HeldElements &held) {
  LayerExporter exporter(op, withElements);
  step.set_featurename(names.getBlob(op->getOperand(0)).str());
  // The color space is that of the feature.
  exporter.take("colorSpace");
  LogicalResult result = isa<coreml::ScalerOp>(op)
                             ? exporter.writeFields(*step.mutable_scaler())
                             : exporter.writeFields(*step.mutable_meanimage());
  held = exporter.getHeld();
  return result;
}

LogicalResult ModelExporter::exportLayer(Operation *op,
                                         spec::NeuralNetworkLayer &layer,
                                         HeldElements &held) {
  const LayerEntry *entry = lookupLayer(op->getName().stripDialect());
  if (!entry)
    return op->emitError() << op->getName() << " is no layer of the format";
  layer.set_name(names.getLayer(op).str());
  for (Value input : op->getOperands())
    layer.add_input(names.getBlob(input).str());
  for (unsigned i = 0, e = names.getNumOutputs(op); i < e; ++i)
    layer.add_output(names.getBlob(op->getResult(i)).str());
  layer.set_isupdatable(op->hasAttr("coreml.isUpdatable"));

  LayerExporter exporter(op, withElements);
  auto &params = *layer.GetReflection()->MutableMessage(
      &layer,
      spec::NeuralNetworkLayer::descriptor()->FindFieldByNumber(entry->type));
  if (failed(exporter.writeFields(params)) ||
      failed(completeLayer(exporter, layer)) ||
      (withElements && failed(exporter.checkAllWritten())))
    return failure();
  held = exporter.getHeld();
  return success();
}

/// What the file said besides.
template <typename Params>
LogicalResult ModelExporter::finish(Operation *op, Params &params) {
  auto form = op->getAttrOfType<DictionaryAttr>(kFileForm);
  return form ? applyFileForm(form, params, [&] { return op->emitError(); })
              : success();
}

LogicalResult ModelExporter::exportOperations(
    google::protobuf::RepeatedPtrField<spec::NeuralNetworkLayer> &layers,
    google::protobuf::RepeatedPtrField<spec::NeuralNetworkPreprocessing>
        &steps) {
  HeldElements held;
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (isPreprocessing(&op)) {
      auto &step = *steps.Add();
      if (failed(exportStep(&op, step, held)) || failed(finish(&op, step)))
        return failure();
      continue;
    }
    auto &layer = *layers.Add();
    if (failed(exportLayer(&op, layer, held)) || failed(finish(&op, layer)))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

LogicalResult ModelExporter::exportAll(spec::Model &model) {
  if (failed(prepare()) || failed(exportDescription(model)) ||
      failed(finish(module, model)))
    return failure();
  auto exportTo = [&](auto &network) {
    return exportOperations(*network.mutable_layers(),
                            *network.mutable_preprocessing());
  };
  if (model.has_neuralnetworkclassifier())
    return exportTo(*model.mutable_neuralnetworkclassifier());
  if (model.has_neuralnetworkregressor())
    return exportTo(*model.mutable_neuralnetworkregressor());
  return exportTo(*model.mutable_neuralnetwork());
}

std::unique_ptr<spec::Model> mlc::exportModel(ModuleOp module) {
  auto model = std::make_unique<spec::Model>();
  if (failed(ModelExporter(module, /*withElements=*/true).exportAll(*model)))
    return nullptr;
  return model;
}

LogicalResult mlc::exportModelFile(ModuleOp module, StringRef path) {
  std::unique_ptr<spec::Model> model = exportModel(module);
  if (!model)
    return failure();
  // Writes beside and renames.
  llvm::Error error = llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    return writeModel(*model, ModelForm::Binary, os);
  });
  if (!error)
    return success();
  mlir::emitError(UnknownLoc::get(module.getContext()))
      << "cannot write '" << path << "': " << llvm::toString(std::move(error));
  return failure();
}

//===----------------------------------------------------------------------===//
// What the file says besides
//===----------------------------------------------------------------------===//

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

/// Names of outputs, where the file has others.
template <typename Layers>
static void recordNames(Builder &builder, ArrayRef<Operation *> operations,
                        const Layers &layers, const ExportedNames &names) {
  for (auto [op, layer] : llvm::zip_equal(operations, layers)) {
    SmallVector<StringRef> exported;
    for (unsigned i = 0, e = names.getNumOutputs(op); i < e; ++i)
      exported.push_back(names.getBlob(op->getResult(i)));
    SmallVector<StringRef> original(layer.output().begin(),
                                    layer.output().end());
    if (exported != original)
      op->setDiscardableAttr(kBlobNames, builder.getStrArrayAttr(original));
  }
}

template <typename Network>
static LogicalResult recordForms(ModuleOp module, ModelExporter &exporter,
                                 const Network &network) {
  Builder builder(module);
  auto allOf = [](const auto &) { return false; };
  auto butNames = [](const auto &field) {
    return field.containing_type() == spec::NeuralNetworkLayer::descriptor() &&
           (field.name() == "input" || field.name() == "output");
  };
  SmallVector<Operation *> operations;
  int step = 0, layer = 0;
  for (Operation &op :
       exporter.getFunction().getBody().front().without_terminator()) {
    HeldElements held;
    DictionaryAttr form;
    if (isPreprocessing(&op)) {
      spec::NeuralNetworkPreprocessing exported;
      if (failed(exporter.exportStep(&op, exported, held)))
        return failure();
      form = getFileForm(builder, exported, network.preprocessing(step++), held,
                         allOf);
    } else {
      spec::NeuralNetworkLayer exported;
      if (failed(exporter.exportLayer(&op, exported, held)))
        return failure();
      form = getFileForm(builder, exported, network.layers(layer++), held,
                         butNames);
      operations.push_back(&op);
    }
    if (form)
      op.setDiscardableAttr(kFileForm, form);
  }
  recordNames(builder, operations, network.layers(), exporter.getNames());
  return success();
}

/// Control flow with a known condition leaves no operation.
template <typename Network> static bool hasControlFlow(const Network &network) {
  return llvm::any_of(network.layers(), [](const auto &layer) {
    return layer.has_branch() || layer.has_loop() || layer.has_copy();
  });
}

LogicalResult mlc::recordFileForm(ModuleOp module, const spec::Model &model) {
  if (hasControlFlow(model.neuralnetwork()) ||
      hasControlFlow(model.neuralnetworkclassifier()) ||
      hasControlFlow(model.neuralnetworkregressor()))
    return module.emitError()
           << "has branches, loops or copies, which cannot be exported yet";
  ModelExporter exporter(module, /*withElements=*/false);
  spec::Model exported;
  if (failed(exporter.prepare()) ||
      failed(exporter.exportDescription(exported)))
    return failure();
  Builder builder(module);
  if (DictionaryAttr form = getForm(builder, exported, model))
    module->setAttr(kFileForm, form);
  if (model.has_neuralnetworkclassifier())
    return recordForms(module, exporter, model.neuralnetworkclassifier());
  if (model.has_neuralnetworkregressor())
    return recordForms(module, exporter, model.neuralnetworkregressor());
  return recordForms(module, exporter, model.neuralnetwork());
}
