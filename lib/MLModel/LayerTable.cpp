// Finds the entry of a layer type in the tables of the families.

#include "LayerImporter.h"
#include "llvm/ADT/DenseMap.h"
#include <google/protobuf/descriptor.h>

using namespace mlc;

const LayerEntry *mlc::lookupLayer(spec::NeuralNetworkLayer::LayerCase type) {
  static const llvm::DenseMap<int, const LayerEntry *> entries = [] {
    llvm::DenseMap<int, const LayerEntry *> map;
    for (llvm::ArrayRef<LayerEntry> table :
         {getWeightedLayers(), getElementwiseLayers(), getWindowLayers(),
          getShapeLayers(), getArrayElementwiseLayers(), getArrayShapeLayers(),
          getArrayReductionLayers(), getRecurrentLayers(), getVolumeLayers(),
          getControlLayers()})
      for (const LayerEntry &entry : table) {
        [[maybe_unused]] bool isNew =
            map.try_emplace(entry.type, &entry).second;
        assert(isNew && "two entries for one layer type");
      }
    return map;
  }();
  return entries.lookup(type);
}

llvm::StringRef mlc::getLayerType(const spec::NeuralNetworkLayer &layer) {
  const auto *field = spec::NeuralNetworkLayer::descriptor()->FindFieldByNumber(
      layer.layer_case());
  return field ? llvm::StringRef(field->name()) : "";
}
