// The graph of a network is given only by the names of blobs, so each way to
// get them wrong is told apart here, once, instead of in every layer.

#include "ImportGraph.h"
#include "NetworkImporter.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlc;

Location mlc::getLayerLocation(MLIRContext *context,
                               const spec::NeuralNetworkLayer &layer,
                               int index) {
  std::string name =
      layer.name().empty() ? "layer " + std::to_string(index) : layer.name();
  return NameLoc::get(StringAttr::get(context, name));
}

static LogicalResult checkTypes(MLIRContext *context, const Layers &layers) {
  LogicalResult result = success();
  for (auto [index, layer] : llvm::enumerate(layers)) {
    forEachSubnetwork(layer, [&](const Layers &inner) {
      if (failed(checkTypes(context, inner)))
        result = failure();
    });
    if (lookupLayer(layer.layer_case()))
      continue;
    StringRef type = getLayerType(layer);
    InFlightDiagnostic error =
        emitError(getLayerLocation(context, layer, index));
    error << "layer " << index << " '" << layer.name() << "' ";
    if (type.empty())
      error << "has no type, or one that is not known";
    else
      error << "has the type " << type << ", which is not supported";
    result = failure();
  }
  return result;
}

LogicalResult mlc::checkLayerTypes(MLIRContext *context,
                                   const Network &network) {
  return checkTypes(context, network.layers);
}

namespace {

/// The layers as a graph: an edge leads from each writer to its readers.
class Graph {
public:
  Graph(MLIRContext *context, const Network &network)
      : context(context), layers(network.layers) {}

  LogicalResult addInputs(const spec::ModelDescription &description);
  LogicalResult addOutputs();
  LogicalResult checkReads() const;

private:
  /// No layer: the blob is an input of the model.
  static constexpr int kInput = -1;

  InFlightDiagnostic emitError(int index) const {
    return mlir::emitError(getLayerLocation(context, layers[index], index));
  }
  bool reaches(int from, int to) const;
  void addInnerOutputs(const spec::NeuralNetworkLayer &layer, int index);

  MLIRContext *context;
  const Layers &layers;
  /// The first writer of each blob, and the first that is no sub-network.
  llvm::StringMap<int> writers, ownWriters;
};

} // namespace

LogicalResult Graph::addInputs(const spec::ModelDescription &description) {
  for (const spec::FeatureDescription &input : description.input())
    if (!writers.try_emplace(input.name(), kInput).second ||
        !ownWriters.try_emplace(input.name(), kInput).second)
      return mlir::emitError(UnknownLoc::get(context))
             << "two inputs have the name '" << input.name() << "'";
  return success();
}

/// What sub-networks write is seen around them, and may be there before.
void Graph::addInnerOutputs(const spec::NeuralNetworkLayer &layer, int index) {
  forEachSubnetwork(layer, [&](const Layers &inner) {
    for (const spec::NeuralNetworkLayer &each : inner) {
      for (const std::string &blob : each.output())
        writers.try_emplace(blob, index);
      addInnerOutputs(each, index);
    }
  });
}

/// A name of a sub-network may be written again behind it: coremltools names
/// equal constants alike wherever they are.
LogicalResult Graph::addOutputs() {
  for (auto [index, layer] : llvm::enumerate(layers)) {
    addInnerOutputs(layer, index);
    for (const std::string &blob : layer.output()) {
      writers.try_emplace(blob, index);
      auto [writer, isFirst] = ownWriters.try_emplace(blob, index);
      // A copy is there to give a blob another value.
      if (isFirst || (layer.has_copy() && layer.input_size() == 1 &&
                      layer.input(0) != blob))
        continue;
      InFlightDiagnostic error = emitError(index);
      error << "output '" << blob << "' is already ";
      if (writer->second == kInput)
        error << "an input of the model";
      else if (writer->second == static_cast<int>(index))
        error << "another output of this layer";
      else
        error << "written by layer " << writer->second << " '"
              << layers[writer->second].name() << "'";
      return error;
    }
  }
  return success();
}

/// Whether data can flow from one layer to another.
bool Graph::reaches(int from, int to) const {
  // Walks from readers to writers, for `writers` has that direction.
  llvm::BitVector seen(layers.size());
  SmallVector<int> work{to};
  while (!work.empty()) {
    int layer = work.pop_back_val();
    if (layer == from)
      return true;
    for (const std::string &blob : layers[layer].input()) {
      auto writer = writers.find(blob);
      if (writer == writers.end() || writer->second == kInput ||
          seen.test(writer->second))
        continue;
      seen.set(writer->second);
      work.push_back(writer->second);
    }
  }
  return false;
}

LogicalResult Graph::checkReads() const {
  for (auto [index, layer] : llvm::enumerate(layers)) {
    int reader = static_cast<int>(index);
    for (const std::string &blob : layer.input()) {
      auto found = writers.find(blob);
      if (found == writers.end())
        return emitError(reader) << "input '" << blob
                                 << "' is neither an input of the model nor "
                                    "the output of any layer";
      int writer = found->second;
      if (writer < reader)
        continue;
      if (writer == reader)
        return emitError(reader)
               << "reads its own output '" << blob << "' (a cycle)";
      InFlightDiagnostic error = emitError(reader);
      error << "input '" << blob << "' is written later, by layer " << writer
            << " '" << layers[writer].name() << "'";
      if (reaches(reader, writer))
        error << ", which depends on this layer (a cycle)";
      else
        error << "; layers must come after those they read from";
      return error;
    }
  }
  return success();
}

/// "1 input", "2 to 3 inputs", "at least 2 inputs".
static std::string formatArity(unsigned min, unsigned max, StringRef what) {
  std::string text = std::to_string(min);
  if (max == kAny)
    text = "at least " + text;
  else if (max != min)
    text += " to " + std::to_string(max);
  return text + " " + what.str() + ((max == kAny ? min : max) == 1 ? "" : "s");
}

static LogicalResult checkArity(MLIRContext *context, const Layers &layers) {
  LogicalResult result = success();
  for (auto [index, layer] : llvm::enumerate(layers)) {
    const LayerEntry &entry = *lookupLayer(layer.layer_case());
    auto emitError = [&, &layer = layer, index = index] {
      return mlir::emitError(getLayerLocation(context, layer, index))
             << getLayerType(layer);
    };
    unsigned inputs = layer.input_size(), outputs = layer.output_size();
    if (inputs < entry.minInputs || inputs > entry.maxInputs)
      return emitError() << " takes "
                         << formatArity(entry.minInputs, entry.maxInputs,
                                        "input")
                         << ", but has " << inputs;
    if (outputs < entry.minOutputs || outputs > entry.maxOutputs)
      return emitError() << " gives "
                         << formatArity(entry.minOutputs, entry.maxOutputs,
                                        "output")
                         << ", but has " << outputs;
    // One error is enough.
    forEachSubnetwork(layer, [&](const Layers &inner) {
      if (succeeded(result))
        result = checkArity(context, inner);
    });
    if (failed(result))
      return failure();
  }
  return success();
}

LogicalResult mlc::checkGraph(MLIRContext *context,
                              const spec::ModelDescription &description,
                              const Network &network) {
  Graph graph(context, network);
  return success(succeeded(graph.addInputs(description)) &&
                 succeeded(graph.addOutputs()) &&
                 succeeded(graph.checkReads()) &&
                 succeeded(checkArity(context, network.layers)));
}
