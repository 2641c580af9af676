// The export of a whole model: its layers, then what the file had besides.

#include "mlc/MLModel/Export.h"
#include "LayerExporter.h"
#include "LayerImporter.h"
#include "ModelExporter.h"
#include "mlc/MLModel/MLModel.h"
#include "mlc/Support/OutputFile.h"
#include "llvm/Support/Error.h"
#include <google/protobuf/descriptor.h>

using namespace mlir;
using namespace mlc;

bool mlc::isPreprocessing(Operation *op) {
  return isa<coreml::ScalerOp, coreml::MeanImageOp>(op);
}

bool mlc::isLayer(Operation *op) {
  return op->getName().getDialectNamespace() == "coreml" && getFlow(op).empty();
}

LogicalResult ModelExporter::prepare() {
  for (auto candidate : module.getOps<func::FuncOp>()) {
    // The others are sub-networks of layers.
    if (candidate.isPrivate())
      continue;
    if (function)
      return emitError() << "has two public functions, "
                         << function.getSymName() << " and "
                         << candidate.getSymName();
    function = candidate;
  }
  if (!function || !function.getBody().hasOneBlock())
    return emitError() << "has no function of one block";
  return names.assign(function, /*allowsOverwriting=*/!withElements);
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
  if (!getCallees(op).empty())
    return exportControl(op, layer);
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

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

LogicalResult ModelExporter::exportAll(spec::Model &model) {
  if (failed(prepare()) || failed(exportDescription(model)) ||
      failed(applyFileForm(module, model)))
    return failure();
  auto exportTo = [&](auto &network) {
    if (failed(exportList(function, *network.mutable_layers(),
                          network.mutable_preprocessing())))
      return failure();
    if (!module->hasAttr("coreml.specificationVersion"))
      model.set_specificationversion(getNeededVersion(model));
    return success();
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
  llvm::Error error = writeFile(path, [&](llvm::raw_ostream &os) {
    return writeModel(*model, ModelForm::Binary, os);
  });
  if (!error)
    return success();
  mlir::emitError(UnknownLoc::get(module.getContext()))
      << llvm::toString(std::move(error));
  return failure();
}
