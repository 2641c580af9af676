// The import of a whole model: checks first, then the function, its
// preprocessing and one operation a layer.

#include "mlc/MLModel/Import.h"
#include "CustomLayers.h"
#include "ImportFeatures.h"
#include "ImportGraph.h"
#include "InputShapeRules.h"
#include "ModelExporter.h"
#include "NetworkImporter.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/MLModel/MLModel.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"
#include <chrono>

using namespace mlir;
using namespace mlc;

template <typename Kind> static Network viewNetwork(const Kind &network) {
  return {network.layers(), network.preprocessing(),
          network.arrayinputshapemapping(), network.imageinputshapemapping(),
          network.has_updateparams() ? &network.updateparams() : nullptr};
}

namespace {

/// Imports one network.
class ModelImporter {
public:
  ModelImporter(std::shared_ptr<const spec::Model> owner,
                const Network &network, MLIRContext *context,
                ImportOptions options)
      : owner(std::move(owner)), model(*this->owner), network(network),
        builder(context), options(options) {}

  OwningOpRef<ModuleOp> run();

private:
  InFlightDiagnostic emitError() {
    return mlir::emitError(builder.getUnknownLoc());
  }
  LogicalResult createFunction(ModuleOp module);
  LogicalResult importPreprocessing();
  LogicalResult importStep(const spec::NeuralNetworkPreprocessing &step);
  LogicalResult importLayers(ModuleOp module);
  LogicalResult createReturn();
  LogicalResult addResult(const spec::FeatureDescription &feature);
  FailureOr<Value> getProbabilities();

  std::shared_ptr<const spec::Model> owner;
  const spec::Model &model;
  const Network &network;
  OpBuilder builder;
  ImportOptions options;
  func::FuncOp function;
  llvm::StringMap<Value> blobs;
  SmallVector<Value> results;
  SmallVector<DictionaryAttr> resultAttributes;
};

} // namespace

//===----------------------------------------------------------------------===//
// Inputs and preprocessing
//===----------------------------------------------------------------------===//

LogicalResult ModelImporter::createFunction(ModuleOp module) {
  SmallVector<Type> types;
  SmallVector<Location> locs;
  SmallVector<DictionaryAttr> attributes;
  const spec::ModelDescription &shapes =
      options.assumed ? *options.assumed : model.description();
  for (auto [input, shape] :
       llvm::zip(model.description().input(), shapes.input())) {
    Location loc = NameLoc::get(builder.getStringAttr(input.name()));
    FailureOr<RankedTensorType> type =
        getInputType(builder.getUnknownLoc(), shape, network);
    if (failed(type))
      return failure();
    types.push_back(*type);
    locs.push_back(loc);
    attributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
        "coreml.feature", describeFeature(builder, input))));
  }
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, builder.getUnknownLoc(), "main",
                                  builder.getFunctionType(types, {}));
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  for (auto [index, input] : llvm::enumerate(model.description().input())) {
    BlockArgument argument = body->getArgument(index);
    argument.setLoc(locs[index]);
    blobs[input.name()] = argument;
  }
  function.setAllArgAttrs(attributes);
  return success();
}

LogicalResult
ModelImporter::importStep(const spec::NeuralNetworkPreprocessing &step) {
  // A step without a name is for the only image.
  const spec::FeatureDescription *feature = nullptr;
  for (const spec::FeatureDescription &input : model.description().input()) {
    bool isImage = input.type().has_imagetype();
    if (step.featurename().empty() ? isImage
                                   : input.name() == step.featurename()) {
      feature = &input;
      break;
    }
  }
  if (!feature || !feature->type().has_imagetype())
    return emitError() << "preprocessing of '" << step.featurename()
                       << "', which is no image among the inputs";

  Value image = blobs[feature->name()];
  auto name = builder.getStringAttr(feature->name());
  LayerImporter layer(builder, NameLoc::get(name),
                      step.has_scaler() ? "scaler" : "mean_image", owner, image,
                      1);
  if (failed(layer.setFields(feature->type().imagetype())))
    return failure();
  if (step.has_scaler()) {
    if (failed(layer.setFields(step.scaler())))
      return failure();
  } else if (step.has_meanimage()) {
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(image.getType()).getShape().take_back(3);
    if (failed(
            layer.setFloats("meanImage", step.meanimage().meanimage(), shape)))
      return failure();
  } else {
    return emitError() << "preprocessing of '" << feature->name()
                       << "' is neither a scaler nor a mean image";
  }
  Operation *op = layer.create();
  if (!op)
    return failure();
  blobs[feature->name()] = op->getResult(0);
  return success();
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

LogicalResult ModelImporter::importLayers(ModuleOp module) {
  NetworkImporter importer(
      builder, module, owner, network.arrayMapping == spec::EXACT_ARRAY_MAPPING,
      options.keepFileForm && hasControlFlow(network.layers), options);
  for (auto &[name, value] : blobs)
    importer.define(name, value);
  // Which outputs are read matters for what a sub-network returns.
  llvm::StringSet<> outputs;
  for (const spec::FeatureDescription &output : model.description().output())
    outputs.insert(output.name());
  if (model.has_neuralnetworkclassifier())
    outputs.insert(model.neuralnetworkclassifier().labelprobabilitylayername());
  auto isRead = [&](StringRef blob) { return outputs.contains(blob); };
  if (failed(importer.importLayers(network.layers, 0, isRead)))
    return failure();
  blobs = importer.takeBlobs();
  return success();
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// The blob that holds a classifier's probabilities: named as a blob, as a
/// layer, or not at all.
FailureOr<Value> ModelImporter::getProbabilities() {
  const spec::NeuralNetworkClassifier &classifier =
      model.neuralnetworkclassifier();
  const std::string &name = classifier.labelprobabilitylayername();
  Value value = blobs.lookup(name);
  if (!value)
    for (const spec::NeuralNetworkLayer &layer : network.layers)
      if (layer.output_size() > 0 && (layer.name() == name || name.empty()))
        value = blobs.lookup(layer.output(0));
  if (!value) {
    emitError() << "labelProbabilityLayerName is '" << name
                << "', which is neither a blob nor a layer";
    return failure();
  }
  int64_t labels = classifier.has_int64classlabels()
                       ? classifier.int64classlabels().vector_size()
                       : classifier.stringclasslabels().vector_size();
  auto type = cast<RankedTensorType>(value.getType());
  if (labels != type.getNumElements()) {
    // Of a layer, if one computes them.
    Location loc =
        value.getDefiningOp() ? value.getLoc() : builder.getUnknownLoc();
    mlir::emitError(loc) << "there are " << labels << " class labels, but "
                         << type.getNumElements()
                         << " probabilities: it gives the shape "
                         << formatShape(type.getShape());
    return failure();
  }
  return value;
}

/// Whether an output is a classifier's label beside its probabilities.
static bool
isLabelBesideProbabilities(const spec::Model &model,
                           const spec::FeatureDescription &feature) {
  const spec::ModelDescription &description = model.description();
  return model.has_neuralnetworkclassifier() &&
         feature.name() == description.predictedfeaturename() &&
         llvm::any_of(description.output(), [](const auto &output) {
           return output.type().has_dictionarytype();
         });
}

LogicalResult
ModelImporter::addResult(const spec::FeatureDescription &feature) {
  bool isNumbers =
      feature.type().has_imagetype() || feature.type().has_multiarraytype() ||
      (!model.has_neuralnetworkclassifier() &&
       (feature.type().has_doubletype() || feature.type().has_int64type()));
  Value value;
  if (isNumbers) {
    value = blobs.lookup(feature.name());
    if (!value)
      return emitError() << "output '" << feature.name()
                         << "' is not written by any layer";
    if (feature.type().has_imagetype() &&
        failed(checkImageOutput(
            builder.getUnknownLoc(), feature,
            cast<RankedTensorType>(value.getType()).getShape())))
      return failure();
  } else if (model.has_neuralnetworkclassifier()) {
    FailureOr<Value> probabilities = getProbabilities();
    if (failed(probabilities))
      return failure();
    value = *probabilities;
  } else {
    return emitError() << "output '" << feature.name()
                       << "' is neither an image, nor a multi-array, nor a "
                          "number";
  }
  results.push_back(value);
  resultAttributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
      "coreml.feature", describeFeature(builder, feature))));
  return success();
}

LogicalResult ModelImporter::createReturn() {
  llvm::StringMap<bool> names;
  for (const spec::FeatureDescription &output : model.description().output()) {
    if (!names.try_emplace(output.name(), true).second)
      return emitError() << "two outputs have the name '" << output.name()
                         << "'";
    if (isLabelBesideProbabilities(model, output)) {
      function->getParentOp()->setAttr("coreml.label",
                                       describeFeature(builder, output));
      continue;
    }
    if (failed(addResult(output)))
      return failure();
  }
  func::ReturnOp::create(builder, builder.getUnknownLoc(), results);
  function.setFunctionType(builder.getFunctionType(
      function.getArgumentTypes(), ValueRange(results).getTypes()));
  function.setAllResultAttrs(resultAttributes);
  return success();
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

OwningOpRef<ModuleOp> ModelImporter::run() {
  MLIRContext *context = builder.getContext();
  context->loadDialect<coreml::CoreMLDialect, func::FuncDialect>();
  const spec::ModelDescription &description = model.description();
  if (network.layers.empty())
    return emitError() << "the network has no layers", nullptr;
  if (description.input().empty())
    return emitError() << "the model has no inputs", nullptr;
  if (description.output().empty())
    return emitError() << "the model has no outputs", nullptr;
  if (failed(checkLayerTypes(context, network)) ||
      failed(checkCustomClasses(context, network.layers)) ||
      failed(checkGraph(context, description, network)))
    return nullptr;

  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
  for (NamedAttribute attribute : describeModel(builder, model, network))
    (*module)->setAttr(attribute.getName(), attribute.getValue());
  if (failed(createFunction(*module)))
    return nullptr;
  for (const spec::NeuralNetworkPreprocessing &step : network.preprocessing)
    if (failed(importStep(step)))
      return nullptr;
  if (failed(importLayers(*module)))
    return nullptr;
  if (failed(createReturn()))
    return nullptr;

  // A user's error is one line: no print of the operation after it.
  bool printOp = context->shouldPrintOpOnDiagnostic();
  context->printOpOnDiagnostic(false);
  llvm::scope_exit restore([&] { context->printOpOnDiagnostic(printOp); });
  if (failed(verify(*module)) ||
      (options.keepFileForm && failed(recordFileForm(*module, model))))
    return nullptr;
  return module;
}

OwningOpRef<ModuleOp> mlc::importModel(std::shared_ptr<const spec::Model> model,
                                       MLIRContext *context,
                                       ImportOptions options) {
  auto import = [&](const auto &kind) {
    Network network = viewNetwork(kind);
    return ModelImporter(model, network, context, options).run();
  };
  switch (model->Type_case()) {
  case spec::Model::kNeuralNetwork:
    return import(model->neuralnetwork());
  case spec::Model::kNeuralNetworkClassifier:
    return import(model->neuralnetworkclassifier());
  case spec::Model::kNeuralNetworkRegressor:
    return import(model->neuralnetworkregressor());
  default:
    emitError(UnknownLoc::get(context))
        << "the model is of kind " << getModelKind(*model)
        << "; only neuralNetwork, neuralNetworkClassifier and "
           "neuralNetworkRegressor are supported";
    return nullptr;
  }
}

namespace {

/// A fault of a file, kept to be reported later.
struct KeptError {
  Location loc;
  std::string text;
};

} // namespace

/// Imports `model` and, if given, keeps the first error instead of reporting
/// all.
static OwningOpRef<ModuleOp>
importQuietly(const std::shared_ptr<spec::Model> &model, MLIRContext *context,
              const ImportOptions &options, std::optional<KeptError> &error) {
  ScopedDiagnosticHandler keep(context, [&](Diagnostic &diagnostic) {
    bool isError = diagnostic.getSeverity() == DiagnosticSeverity::Error;
    if (isError && !error)
      error = KeptError{diagnostic.getLocation(), diagnostic.str()};
    return success(isError);
  });
  return importModel(model, context, options);
}

OwningOpRef<ModuleOp>
mlc::importSequence(const std::shared_ptr<spec::Model> &model,
                    MLIRContext *context, ImportOptions options,
                    ArrayRef<InputShape> chosen,
                    const spec::ModelDescription &original) {
  if (!hasOpenSequence(*model, chosen))
    return importModel(model, context, options);
  // Each try takes about as long as there are layers.
  constexpr size_t kMaxTriedLayers = 20000, kMaxTries = 64;
  std::optional<KeptError> error;
  if (auto module = importQuietly(model, context, options, error))
    return module;
  std::vector<std::vector<InputShape>> suggestions;
  if (error && isa<NameLoc>(error->loc))
    suggestions = suggestSequences(*model, chosen);
  size_t layers = 1;
  visitNetwork(*model,
               [&](const auto &network) { layers += network.layers_size(); });
  std::string hint;
  spec::ModelDescription described = model->description();
  options.onLayer = nullptr;
  for (auto [tries, shapes] : llvm::enumerate(suggestions)) {
    if (tries == kMaxTries || tries * layers > kMaxTriedLayers)
      break;
    *model->mutable_description() = original;
    if (llvm::Error fault = setInputShapes(*model, shapes)) {
      llvm::consumeError(std::move(fault));
      continue;
    }
    std::optional<KeptError> ignored;
    auto module = importQuietly(model, context, options, ignored);
    if (!module)
      continue;
    hint = "; a sequence of " + std::to_string(shapes.back().shape[0]) +
           " fits: " + formatInputShapes(shapes);
    break;
  }
  *model->mutable_description() = described;
  if (error)
    emitError(error->loc) << error->text << hint;
  return nullptr;
}

OwningOpRef<ModuleOp> mlc::importModelFile(StringRef path, MLIRContext *context,
                                           ArrayRef<InputShape> shapes,
                                           std::vector<std::string> *defaults,
                                           ImportOptions options) {
  auto report = [&](llvm::Error error) -> OwningOpRef<ModuleOp> {
    emitError(UnknownLoc::get(context)) << llvm::toString(std::move(error));
    return nullptr;
  };
  auto model = readModelFile(path);
  if (!model)
    return report(model.takeError());
  std::vector<std::string> names, notes;
  for (const spec::FeatureDescription &input : (*model)->description().input())
    names.push_back(input.name());
  std::vector<FileShape> files;
  if (options.fileShapes)
    files = options.fileShapes(names);
  auto chosen = chooseInputShapes(**model, shapes, files, notes);
  if (!chosen)
    return report(chosen.takeError());
  if (defaults) {
    *defaults = describeDefaults(**model, *chosen);
    llvm::append_range(*defaults, notes);
  }
  if (options.brokenRules)
    *options.brokenRules = checkModel(**model);
  spec::ModelDescription original = (*model)->description();
  if (llvm::Error error = setInputShapes(**model, *chosen))
    return report(std::move(error));
  return importSequence(std::move(*model), context, options, *chosen, original);
}

//===----------------------------------------------------------------------===//
// Models that are written again
//===----------------------------------------------------------------------===//

/// "input 'x' is taken as 4x1x1x1x1", for inputs that differ from the file.
static std::string describeAssumed(const spec::ModelDescription &declared,
                                   const spec::ModelDescription &assumed) {
  std::string text;
  for (auto [input, other] : llvm::zip(declared.input(), assumed.input())) {
    auto sizeOf = [](const spec::FeatureType &type) {
      if (!type.has_imagetype())
        return getDeclaredShape(type.multiarraytype());
      auto [height, width] = getDeclaredSize(type.imagetype());
      return SmallVector<int64_t>{height, width};
    };
    SmallVector<int64_t> shape = sizeOf(other.type());
    if (shape != sizeOf(input.type()))
      text += (text.empty() ? "input '" : ", input '") + input.name() +
              "' as " + formatShape(shape);
  }
  return text;
}

OwningOpRef<ModuleOp> mlc::importForExport(StringRef path, MLIRContext *context,
                                           ArrayRef<InputShape> shapes,
                                           std::vector<std::string> &notes) {
  auto report = [&](llvm::Error error) -> OwningOpRef<ModuleOp> {
    emitError(UnknownLoc::get(context)) << llvm::toString(std::move(error));
    return nullptr;
  };
  auto read = readModelFile(path);
  if (!read)
    return report(read.takeError());
  std::shared_ptr<spec::Model> model = std::move(*read);
  spec::ModelDescription declared = model->description();
  for (const std::string &line : describeDefaults(*model, shapes))
    notes.push_back(line);
  if (std::string line = summarizeBrokenRules(checkModel(*model));
      !line.empty())
    notes.push_back(line);
  if (llvm::Error error = setInputShapes(*model, shapes))
    return report(std::move(error));
  spec::ModelDescription chosen = model->description();
  *model->mutable_description() = declared;
  ImportOptions options;
  options.keepFileForm = true;
  options.assumed = &chosen;
  // What is said of the default is for the user if nothing else fits either.
  SmallVector<std::pair<Location, std::string>> errors;
  auto attempt = [&]() -> OwningOpRef<ModuleOp> {
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
        errors.emplace_back(diagnostic.getLocation(), diagnostic.str());
      return success();
    });
    return importModel(model, context, options);
  };
  OwningOpRef<ModuleOp> module = attempt();
  if (module)
    return module;
  auto first = errors;
  // A network that fits no shape at all is refused soon.
  constexpr auto kMaxTime = std::chrono::seconds(5);
  auto start = std::chrono::steady_clock::now();
  if (shapes.empty())
    for (const spec::ModelDescription &proposal : proposeShapes(*model)) {
      if (std::chrono::steady_clock::now() - start > kMaxTime)
        break;
      options.assumed = &proposal;
      if (!(module = attempt()))
        continue;
      notes.push_back("the layers do not fit the default shape; the file is "
                      "optimised with " +
                      describeAssumed(declared, proposal));
      return module;
    }
  for (auto &[location, text] : first)
    mlir::emitError(location) << text;
  return nullptr;
}
