// Finds the entry of a layer type in the tables of the families.

#include "LayerImporter.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <google/protobuf/descriptor.h>

using namespace mlc;

/// Calls `function` with each entry of each family.
static void
forEachEntry(llvm::function_ref<void(const LayerEntry &)> function) {
  for (llvm::ArrayRef<LayerEntry> table :
       {getWeightedLayers(), getElementwiseLayers(), getWindowLayers(),
        getShapeLayers(), getArrayElementwiseLayers(), getArrayShapeLayers(),
        getArrayReductionLayers(), getRecurrentLayers(), getVolumeLayers(),
        getControlLayers(), getCustomLayers()})
    llvm::for_each(table, function);
}

const LayerEntry *mlc::lookupLayer(spec::NeuralNetworkLayer::LayerCase type) {
  static const llvm::DenseMap<int, const LayerEntry *> entries = [] {
    llvm::DenseMap<int, const LayerEntry *> map;
    forEachEntry([&](const LayerEntry &entry) {
      [[maybe_unused]] bool isNew = map.try_emplace(entry.type, &entry).second;
      assert(isNew && "two entries for one layer type");
    });
    return map;
  }();
  return entries.lookup(type);
}

const LayerEntry *mlc::lookupLayer(llvm::StringRef operation) {
  static const llvm::StringMap<const LayerEntry *> entries = [] {
    llvm::StringMap<const LayerEntry *> map;
    // Of layer types that share an operation the first is its own.
    forEachEntry([&](const LayerEntry &entry) {
      map.try_emplace(entry.operation, &entry);
    });
    return map;
  }();
  return entries.lookup(operation);
}

llvm::StringRef mlc::getLayerType(const spec::NeuralNetworkLayer &layer) {
  const auto *field = spec::NeuralNetworkLayer::descriptor()->FindFieldByNumber(
      layer.layer_case());
  return field ? llvm::StringRef(field->name()) : "";
}
