// The export of lists of layers: those of the network, and those of the
// sub-networks that branches and loops hold.

#include "LayerExporter.h"
#include "ModelExporter.h"

using namespace mlir;
using namespace mlc;

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

LogicalResult ModelExporter::exportLoop(coreml::LoopOp op,
                                        spec::LoopLayerParams &params) {
  const Subnetworks &subnetworks = names.getSubnetworks();
  std::optional<int64_t> limit = op.getMaxLoopIterations();
  FlatSymbolRefAttr condition = op.getConditionNetworkAttr();
  if (condition) {
    func::FuncOp function = subnetworks.lookup(op, condition);
    Operation *terminator = function.getBody().front().getTerminator();
    params.set_conditionvar(names.getBlob(terminator->getOperand(0)).str());
    params.mutable_conditionnetwork();
  }
  params.mutable_bodynetwork();
  if (limit && *limit < 0)
    return op.emitError() << "maxLoopIterations is " << *limit;
  if (op.getCount())
    return success();
  if (!limit && !condition)
    return op.emitError() << "has nothing that ends it";
  if (limit && *limit == 0 && condition)
    return op.emitError() << "maxLoopIterations cannot be 0 in a file, where "
                             "that means no limit";
  params.set_maxloopiterations(limit.value_or(0));
  return success();
}

/// The layer without its sub-networks.
LogicalResult ModelExporter::exportControl(Operation *op,
                                           spec::NeuralNetworkLayer &layer) {
  const Subnetworks &subnetworks = names.getSubnetworks();
  layer.set_name(names.getLayer(op).str());
  layer.set_isupdatable(op->hasAttr("coreml.isUpdatable"));
  if (auto loop = dyn_cast<coreml::LoopOp>(op)) {
    if (loop.getCount())
      layer.add_input(names.getBlob(loop.getCount()).str());
    return exportLoop(loop, *layer.mutable_loop());
  }
  auto branch = cast<coreml::BranchOp>(op);
  layer.add_input(names.getBlob(branch.getCondition()).str());
  layer.mutable_branch()->mutable_ifbranch();
  // One without layers need not be there.
  func::FuncOp other = subnetworks.lookup(op, branch.getElseBranchAttr());
  bool isEmpty = names.getCopies(other).empty();
  for (Operation &inner : other.getBody().front().without_terminator())
    isEmpty &= subnetworks.isImplied(&inner) && getFlow(&inner) != kBreak &&
               getFlow(&inner) != kContinue;
  if (!isEmpty)
    layer.mutable_branch()->mutable_elsebranch();
  return success();
}

LogicalResult
ModelExporter::exportSubnetworks(Operation *op,
                                 spec::NeuralNetworkLayer &layer) {
  const Subnetworks &subnetworks = names.getSubnetworks();
  auto exportTo = [&](FlatSymbolRefAttr name, spec::NeuralNetwork &network) {
    return exportList(subnetworks.lookup(op, name), *network.mutable_layers(),
                      nullptr);
  };
  if (auto branch = dyn_cast<coreml::BranchOp>(op)) {
    spec::BranchLayerParams &params = *layer.mutable_branch();
    if (failed(exportTo(branch.getIfBranchAttr(), *params.mutable_ifbranch())))
      return failure();
    return params.has_elsebranch() ? exportTo(branch.getElseBranchAttr(),
                                              *params.mutable_elsebranch())
                                   : success();
  }
  auto loop = cast<coreml::LoopOp>(op);
  spec::LoopLayerParams &params = *layer.mutable_loop();
  FlatSymbolRefAttr condition = loop.getConditionNetworkAttr();
  if (condition &&
      failed(exportTo(condition, *params.mutable_conditionnetwork())))
    return failure();
  func::FuncOp body = subnetworks.lookup(op, loop.getBodyNetworkAttr());
  spec::NeuralNetwork &network = *params.mutable_bodynetwork();
  if (failed(exportList(body, *network.mutable_layers(), nullptr)))
    return failure();
  if (loop.getBodyMayBreak())
    exportLeaving(body, *network.mutable_layers());
  return success();
}

/// The end of a loop by a value that the body computes, if it is one.
void ModelExporter::exportLeaving(func::FuncOp body, LayerList &layers) {
  Value goesOn = body.getBody().front().getTerminator()->getOperand(0);
  if (names.getSubnetworks().isFlag(goesOn))
    return;
  auto &layer = *layers.Add();
  layer.add_input(names.getBlob(goesOn).str());
  layer.mutable_branch()->mutable_ifbranch();
  layer.mutable_branch()
      ->mutable_elsebranch()
      ->add_layers()
      ->mutable_loopbreak();
}

void ModelExporter::exportStop(Operation *op, spec::NeuralNetworkLayer &layer) {
  layer.set_name(names.getLayer(op).str());
  if (getFlow(op) == kBreak)
    layer.mutable_loopbreak();
  else
    layer.mutable_loopcontinue();
}

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

void ModelExporter::exportCopies(Operation *where, LayerList &layers) {
  for (const BlobCopy &copy : names.getCopies(where)) {
    auto &layer = *layers.Add();
    layer.set_name(copy.layer);
    layer.add_input(copy.from.str());
    layer.add_output(copy.to.str());
    layer.mutable_copy();
  }
}

/// Layers that no iteration reaches, as the file had them.
static LogicalResult exportUnreachable(Operation *op, LayerList &layers) {
  auto list = op->getAttrOfType<ArrayAttr>(kUnreachable);
  if (!list)
    return success();
  for (auto layer : list.getAsRange<DictionaryAttr>())
    if (failed(fromAttribute(layer, *layers.Add(),
                             [&] { return op->emitError(); })))
      return failure();
  return success();
}

LogicalResult ModelExporter::exportList(func::FuncOp list, LayerList &layers,
                                        StepList *steps) {
  const Subnetworks &subnetworks = names.getSubnetworks();
  HeldElements held;
  Operation *stop = nullptr;
  for (Operation &op : list.getBody().front().without_terminator()) {
    if (subnetworks.isImplied(&op)) {
      if (getFlow(&op) == kBreak || getFlow(&op) == kContinue)
        stop = &op;
      continue;
    }
    if (isPreprocessing(&op)) {
      if (!steps)
        return op.emitError() << "is preprocessing in a sub-network";
      auto &step = *steps->Add();
      if (failed(exportStep(&op, step, held)) ||
          failed(applyFileForm(&op, step)))
        return failure();
      continue;
    }
    auto branch = dyn_cast<coreml::BranchOp>(op);
    if (branch && subnetworks.isRest(branch)) {
      func::FuncOp rest = subnetworks.lookup(&op, branch.getIfBranchAttr());
      if (failed(exportList(rest, layers, nullptr)))
        return failure();
      continue;
    }
    exportCopies(&op, layers);
    auto &layer = *layers.Add();
    if (failed(exportLayer(&op, layer, held)) ||
        failed(applyFileForm(&op, layer)) ||
        (!getCallees(&op).empty() && failed(exportSubnetworks(&op, layer))))
      return failure();
  }
  // Whoever goes on with the next iteration has copied before.
  exportCopies(list, layers);
  if (!stop)
    return success();
  auto &layer = *layers.Add();
  exportStop(stop, layer);
  return success(succeeded(applyFileForm(stop, layer)) &&
                 succeeded(exportUnreachable(stop, layers)));
}
