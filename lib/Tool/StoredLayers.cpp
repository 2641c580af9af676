// A layer is stored if some reader of its value is in none of the kernels that
// compute it. Layers that no kernel computes are views; they are looked
// through, and shown where what they read is.
#include "mlc/Tool/StoredLayers.h"

#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Dialect/NN/Precision.h"
#include "mlc/Runtime/Device.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Tool/HalfSimulation.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlc;

LayeredProgram::~LayeredProgram() = default;

namespace {

class StorageFinder {
public:
  StorageFinder(func::FuncOp network, ModuleOp compiled) {
    // Inputs have names, too.
    llvm::StringSet<> known;
    for (Operation &op : network.getBody().front())
      for (StringRef name : layerNames(op.getLoc()))
        known.insert(name);
    compiled.walk([&](metal::DispatchOp dispatch) {
      auto &layers = layersOf.emplace_back();
      for (StringRef name : layerNames(dispatch.getLoc()))
        if (known.contains(name)) {
          kernelsOf[name].push_back(layersOf.size() - 1);
          layers.push_back(name.str());
        }
    });
  }

  bool isStored(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op)
      return true;
    auto [it, isNew] = known.try_emplace(value, false);
    if (!isNew)
      return it->second;
    bool result = false;
    llvm::SetVector<unsigned> own = kernels(op);
    if (own.empty()) {
      result = llvm::any_of(op->getOperands(),
                            [&](Value operand) { return isStored(operand); });
    } else {
      llvm::SmallPtrSet<Operation *, 8> readers;
      findReaders(value, readers);
      result = llvm::any_of(readers, [&](Operation *reader) {
        return llvm::none_of(kernels(reader), [&](unsigned kernel) {
          return own.contains(kernel);
        });
      });
    }
    return known[value] = result;
  }

  // The layers that are computed in one kernel with `op`, in front of it.
  std::vector<std::string> others(Operation *op) {
    std::vector<std::string> names;
    SmallVector<StringRef> own = layerNames(op->getLoc());
    for (unsigned kernel : kernels(op))
      for (const std::string &name : layersOf[kernel]) {
        if (llvm::is_contained(own, name))
          break;
        if (!llvm::is_contained(names, name))
          names.push_back(name);
      }
    return names;
  }

private:
  llvm::SetVector<unsigned> kernels(Operation *op) {
    llvm::SetVector<unsigned> result;
    for (StringRef name : layerNames(op->getLoc()))
      if (auto it = kernelsOf.find(name); it != kernelsOf.end())
        result.insert_range(it->second);
    return result;
  }

  void findReaders(Value value, llvm::SmallPtrSetImpl<Operation *> &readers) {
    llvm::SmallPtrSet<Operation *, 8> views;
    SmallVector<Value> worklist = {value};
    while (!worklist.empty())
      for (Operation *user : worklist.pop_back_val().getUsers()) {
        if (user->hasTrait<OpTrait::IsTerminator>())
          continue;
        if (!kernels(user).empty())
          readers.insert(user);
        else if (views.insert(user).second)
          llvm::append_range(worklist, user->getResults());
      }
  }

  llvm::StringMap<SmallVector<unsigned>> kernelsOf;
  std::vector<std::vector<std::string>> layersOf;
  DenseMap<Value, bool> known;
};

} // namespace

static func::FuncOp mainOf(ModuleOp module) {
  return *module.getOps<func::FuncOp>().begin();
}

// Makes the values that are stored outputs of a copy of `network`.
static OwningOpRef<ModuleOp> returnStored(ModuleOp network, ModuleOp compiled,
                                          std::vector<StoredLayer> &outputs) {
  func::FuncOp main = mainOf(network);
  StorageFinder finder(main, compiled);
  Operation *ret = main.getBody().front().getTerminator();
  Builder b(network.getContext());
  SmallVector<Value> values(ret->getOperands());
  SmallVector<DictionaryAttr> attributes;
  DenseMap<Operation *, unsigned> positions;
  for (Operation &op : main.getBody().front())
    positions[&op] = positions.size() + 1;
  for (auto [index, value] : llvm::enumerate(values)) {
    attributes.push_back(main.getResultAttrDict(index));
    Operation *op = value.getDefiningOp();
    outputs.push_back({"", op ? finder.others(op) : std::vector<std::string>(),
                       positions.lookup(op)});
  }
  llvm::StringSet<> names;
  llvm::DenseSet<Value> seen(values.begin(), values.end());
  for (Operation &op : main.getBody().front().without_terminator())
    for (OpResult result : op.getResults()) {
      if (result.use_empty() || op.getNumOperands() == 0 ||
          seen.contains(result) || !finder.isStored(result))
        continue;
      std::string name = layerList(op.getLoc()), unique = name;
      for (unsigned n = 2; !names.insert(unique).second; ++n)
        unique = name + "_" + std::to_string(n);
      values.push_back(result);
      outputs.push_back({unique, finder.others(&op), positions[&op]});
      auto feature = b.getDictionaryAttr(
          {b.getNamedAttr("name", b.getStringAttr(unique)),
           b.getNamedAttr("type", b.getStringAttr("multiArray"))});
      attributes.push_back(b.getDictionaryAttr(
          {b.getNamedAttr("coreml.feature", feature),
           b.getNamedAttr(nn::kStoredAttr, b.getUnitAttr())}));
    }
  IRMapping mapping;
  OwningOpRef<ModuleOp> layered(cast<ModuleOp>(network->clone(mapping)));
  func::FuncOp copy = mainOf(*layered);
  for (Value &value : values)
    value = mapping.lookup(value);
  copy.getBody().front().getTerminator()->setOperands(values);
  copy.setType(b.getFunctionType(copy.getArgumentTypes(),
                                 TypeRange(ValueRange(values))));
  copy.setAllResultAttrs(attributes);
  return layered;
}

llvm::Expected<std::unique_ptr<LayeredProgram>>
LayeredProgram::create(ModuleOp network, ModuleOp compiled, Precision precision,
                       bool wholeGroups) {
  std::unique_ptr<LayeredProgram> program(new LayeredProgram());
  program->network = returnStored(network, compiled, program->outputs);
  OwningOpRef<ModuleOp> lowered = program->network->clone();
  // The choice was made for the network as it is.
  if (precision.name == "auto") {
    precision.name = "f16";
    if (Attribute floats = compiled->getAttr(nn::kFloatLayersAttr))
      (*lowered)->setAttr(nn::kFloatLayersAttr, floats);
  }
  if (failed(compileModule(*lowered, precision)))
    return llvm::make_error<ReportedError>();
  llvm::Expected<Bundle> bundle = bundleOf(*lowered);
  if (!bundle)
    return bundle.takeError();
  program->bundle = std::make_unique<Bundle>(std::move(*bundle));
  auto kernels = loadOnHost(*program->bundle, {0, wholeGroups});
  if (!kernels)
    return kernels.takeError();
  program->kernels = std::move(*kernels);
  for (auto [output, feature] :
       llvm::zip(program->outputs, program->bundle->outputs))
    output.name = feature.name;
  return std::move(program);
}
