// Branches and loops. Breaks and continues become flags: the rest of the list
// after a branch that may stop the iteration is a branch itself, on the flag
// that says whether the iteration goes on.
#include "ImportGraph.h"
#include "NetworkImporter.h"
#include "mlc/Support/ControlFlow.h"
#include "mlc/Support/Truth.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

// Whether the iteration goes on, and whether the loop does.
static constexpr StringRef kGoesOn("\1goes on"), kRepeats("\1repeats");

static LogicalResult importCopy(LayerImporter &, const Layer &) {
  return success();
}

ArrayRef<LayerEntry> mlc::getControlLayers() {
  static const LayerEntry entries[] = {
      {Layer::kBranch, "branch", 1, 1, 0, 0, nullptr},
      {Layer::kLoop, "loop", 0, 1, 0, 0, nullptr},
      {Layer::kLoopBreak, "loop", 0, 0, 0, 0, nullptr},
      {Layer::kLoopContinue, "loop", 0, 0, 0, 0, nullptr},
      {Layer::kCopy, "copy", 1, 1, 1, 1, importCopy},
  };
  return entries;
}

//===----------------------------------------------------------------------===//
// Which names are read and written
//===----------------------------------------------------------------------===//

void mlc::forEachSubnetwork(const Layer &layer,
                            llvm::function_ref<void(const Layers &)> visit) {
  if (layer.has_branch()) {
    visit(layer.branch().ifbranch().layers());
    visit(layer.branch().elsebranch().layers());
  } else if (layer.has_loop()) {
    visit(layer.loop().conditionnetwork().layers());
    visit(layer.loop().bodynetwork().layers());
  }
}

bool mlc::hasControlFlow(const Layers &layers) {
  return llvm::any_of(layers, [](const Layer &layer) {
    return layer.has_branch() || layer.has_loop() || layer.has_copy();
  });
}

static void addReads(const Layer &layer,
                     llvm::function_ref<void(StringRef)> add) {
  for (const std::string &blob : layer.input())
    add(blob);
  forEachSubnetwork(layer, [&](const Layers &layers) {
    for (const Layer &inner : layers)
      addReads(inner, add);
  });
}

// Whether the layers may end the iteration of the loop around them.
static bool mayStop(const Layers &layers);

static bool mayStop(const Layer &layer) {
  return layer.has_loopbreak() || layer.has_loopcontinue() ||
         (layer.has_branch() &&
          (mayStop(layer.branch().ifbranch().layers()) ||
           mayStop(layer.branch().elsebranch().layers())));
}

static bool mayStop(const Layers &layers) {
  return llvm::any_of(layers,
                      [](const Layer &layer) { return mayStop(layer); });
}

static void addWrites(const Layers &layers, int first, BlobNames &names) {
  for (int i = first; i < layers.size(); ++i) {
    for (const std::string &blob : layers[i].output())
      names.insert(blob);
    forEachSubnetwork(layers[i],
                      [&](const Layers &inner) { addWrites(inner, 0, names); });
  }
}

//===----------------------------------------------------------------------===//
// Lists of layers
//===----------------------------------------------------------------------===//

LogicalResult NetworkImporter::importLayers(const Layers &layers, int first,
                                            IsRead isReadOutside) {
  // Where each name is read, and where it gets another value in any case.
  struct Uses {
    SmallVector<int, 2> reads, writes;
  };
  llvm::StringMap<Uses> uses;
  // What comes behind a layer that may end the iteration may not happen.
  bool isReached = true;
  if (hasControlFlow(layers))
    for (int i = first; i < layers.size(); ++i) {
      addReads(layers[i],
               [&](StringRef blob) { uses[blob].reads.push_back(i); });
      for (const std::string &blob : layers[i].output())
        if (isReached)
          uses[blob].writes.push_back(i);
      isReached = isReached && !mayStop(layers[i]);
    }
  for (int i = first; i < layers.size(); ++i) {
    const Layer &layer = layers[i];
    auto isRead = [&](StringRef blob) {
      auto found = uses.find(blob);
      if (found == uses.end())
        return isReadOutside(blob);
      const auto &[reads, writes] = found->second;
      const auto *read = llvm::upper_bound(reads, i);
      const auto *write = llvm::upper_bound(writes, i);
      if (read != reads.end())
        return write == writes.end() || *read <= *write;
      return write == writes.end() && isReadOutside(blob);
    };
    Location loc = getLayerLocation(builder.getContext(), layer, i);
    if (layer.has_loopbreak() || layer.has_loopcontinue())
      return stop(layer, loc); // nothing after it is ever run
    if (layer.has_branch()) {
      if (failed(importBranch(layer, loc, isRead)))
        return failure();
      if (mayStop(layer) && i + 1 < layers.size())
        return importRest(layers, i + 1, loc, isReadOutside);
    } else if (layer.has_loop()) {
      if (failed(importLoop(layer, loc, isRead)))
        return failure();
    } else if (failed(importLayer(layer, i))) {
      return failure();
    }
  }
  return success();
}

LogicalResult NetworkImporter::stop(const Layer &layer, Location loc) {
  if (loops == 0)
    return mlir::emitError(loc) << getLayerType(layer) << " is in no loop";
  bool isBreak = layer.has_loopbreak();
  define(kGoesOn,
         createConstant(loc, {1}, {0.0f}, isBreak ? kFlag : kContinue));
  if (isBreak)
    define(kRepeats, createConstant(loc, {1}, {0.0f}, kBreak));
  return success();
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

func::FuncOp NetworkImporter::createFunction(Location loc, StringRef suffix,
                                             TypeRange arguments) {
  std::string name = (cast<NameLoc>(loc).getName().getValue() + suffix).str();
  OpBuilder::InsertionGuard guard(builder);
  auto function =
      func::FuncOp::create(loc, name, builder.getFunctionType(arguments, {}));
  function.setPrivate();
  symbols.insert(function); // makes the name unique
  function.addEntryBlock();
  return function;
}

LogicalResult
NetworkImporter::importInto(Subnetwork &network, Location loc,
                            llvm::function_ref<LogicalResult()> import) {
  if (depth >= kMaxLevels)
    return mlir::emitError(loc) << "is inside more than " << kMaxLevels
                                << " levels of branches and loops";
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&network.scope.function.getBody().front());
  network.scope.outer = scope;
  scope = &network.scope;
  ++depth;
  LogicalResult result = import();
  --depth;
  scope = network.scope.outer;
  return result;
}

void NetworkImporter::finish(Subnetwork &network, ArrayRef<Value> results) {
  func::FuncOp function = network.scope.function;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&function.getBody().front());
  func::ReturnOp::create(builder, function.getLoc(), results);
  settleArguments(network.scope);
  function.setFunctionType(builder.getFunctionType(
      function.getArgumentTypes(), ValueRange(results).getTypes()));
}

void NetworkImporter::addMissingCaptures(Subnetwork &network,
                                         Captures &captures) {
  if (!captures.empty())
    (void)capture(network.scope, captures.back().first);
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

// What is known of a condition when compiling.
static std::optional<bool> getKnownTruth(Value condition) {
  auto elements = coreml::getKnownElements(condition);
  if (!elements || elements->size() != 1)
    return std::nullopt;
  return std::fabs(elements->front()) > kTruthThreshold;
}

/// Imports a branch whose sides `importIf` and `importElse` import; afterwards
/// the blobs `results` have the values that they have after either.
LogicalResult
NetworkImporter::importEither(Location loc, Value condition,
                              llvm::function_ref<LogicalResult()> importIf,
                              llvm::function_ref<LogicalResult()> importElse,
                              const BlobNames &results, bool isRest) {
  if (auto truth = keepsForm ? std::nullopt : getKnownTruth(condition))
    return *truth ? importIf() : importElse();

  Captures captures;
  Subnetwork sides[2];
  const llvm::function_ref<LogicalResult()> imports[] = {importIf, importElse};
  for (unsigned i = 0; i < 2; ++i) {
    Subnetwork &side = sides[i];
    side.scope.captures = &captures;
    side.scope.function = createFunction(loc, i == 0 ? ".if" : ".else", {});
    auto importSide = [&]() -> LogicalResult {
      if (failed(imports[i]()))
        return failure();
      for (StringRef blob : results)
        if (Value value =
                isFlagName(blob) ? lookup(blob) : lookupResult(*scope, blob))
          side.written[blob] = value;
      return success();
    };
    if (failed(importInto(side, loc, importSide)))
      return failure();
  }

  SmallVector<StringRef> names;
  SmallVector<Value> values[2];
  for (StringRef blob : results) {
    Type types[2];
    for (unsigned i = 0; i < 2; ++i)
      if (Value value = sides[i].written.lookup(blob))
        types[i] = value.getType();
    if (!types[0] && !types[1])
      continue;
    if (types[0] && types[1] && types[0] != types[1])
      return mlir::emitError(loc)
             << "gives blob '" << blob << "' the type " << types[0]
             << " on one side and " << types[1]
             << " on the other: it must be known when compiling";
    names.push_back(blob);
    for (unsigned i = 0; i < 2; ++i) {
      Value value = sides[i].written.lookup(blob);
      if (!value) {
        auto type = cast<RankedTensorType>(types[1 - i]);
        OpBuilder::InsertionGuard guard(builder);
        builder.setInsertionPointToEnd(
            &sides[i].scope.function.getBody().front());
        value = createConstant(loc, type.getShape(), {0.0f}, kUnset);
      }
      values[i].push_back(value);
    }
  }
  for (auto [side, returned] : llvm::zip(sides, values)) {
    addMissingCaptures(side, captures);
    finish(side, returned);
  }

  SmallVector<Value> operands;
  for (auto &[value, number] : captures)
    operands.push_back(value);
  auto op = coreml::BranchOp::create(
      builder, loc, ValueRange(values[0]).getTypes(), condition, operands,
      sides[0].scope.function.getSymName(),
      sides[1].scope.function.getSymName());
  for (auto [blob, value] : llvm::zip(names, op.getOutputs()))
    define(blob, value);
  if (isRest)
    op->setDiscardableAttr(kFlow, builder.getStringAttr(kRest));
  for (StringRef &blob : names)
    if (isFlagName(blob))
      blob = "";
  keepNames(op, names);
  return success();
}

LogicalResult NetworkImporter::importBranch(const Layer &layer, Location loc,
                                            IsRead isRead) {
  SmallVector<Value> inputs;
  if (failed(readInputs(layer, loc, inputs)))
    return failure();
  const spec::BranchLayerParams &params = layer.branch();
  if (!params.has_ifbranch())
    return mlir::emitError(loc) << "has no ifBranch";
  if (!isSingleElement(inputs[0].getType()))
    return mlir::emitError(loc) << "its condition is " << inputs[0].getType()
                                << ", which is more than one element";
  const Layers &ifLayers = params.ifbranch().layers();
  const Layers &elseLayers = params.elsebranch().layers();
  BlobNames written, results;
  addWrites(ifLayers, 0, written);
  addWrites(elseLayers, 0, written);
  if (mayStop(ifLayers) || mayStop(elseLayers)) {
    results.insert(kGoesOn);
    results.insert(kRepeats);
  }
  for (StringRef blob : written)
    if (isRead(blob))
      results.insert(blob);
  auto isResult = [&](StringRef blob) { return isRead(blob); };
  return importEither(
      loc, inputs[0], [&] { return importLayers(ifLayers, 0, isResult); },
      [&] { return importLayers(elseLayers, 0, isResult); }, results,
      /*isRest=*/false);
}

/// The layers after a branch that may have stopped the iteration.
LogicalResult NetworkImporter::importRest(const Layers &layers, int first,
                                          Location loc, IsRead isRead) {
  BlobNames written, results;
  addWrites(layers, first, written);
  results.insert(kGoesOn);
  results.insert(kRepeats);
  for (StringRef blob : written)
    if (isRead(blob))
      results.insert(blob);
  return importEither(
      loc, lookup(kGoesOn), [&] { return importLayers(layers, first, isRead); },
      [] { return success(); }, results, /*isRest=*/true);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

LogicalResult NetworkImporter::importLoop(const Layer &layer, Location loc,
                                          IsRead isRead) {
  SmallVector<Value> inputs;
  if (failed(readInputs(layer, loc, inputs)))
    return failure();
  const spec::LoopLayerParams &params = layer.loop();
  bool hasCondition = params.has_conditionnetwork();
  if (!params.has_bodynetwork())
    return mlir::emitError(loc) << "has no bodyNetwork";
  if (hasCondition == params.conditionvar().empty())
    return mlir::emitError(loc)
           << "needs both conditionNetwork and conditionVar, or neither";
  Value count = inputs.empty() ? Value() : inputs[0];
  if (count && !isSingleElement(count.getType()))
    return mlir::emitError(loc)
           << "its input, how often the loop runs, is " << count.getType();
  const Layers &conditionLayers = params.conditionnetwork().layers();
  const Layers &bodyLayers = params.bodynetwork().layers();
  bool bodyMayStop = mayStop(bodyLayers);

  // What changes in the loop and matters afterwards or in another iteration.
  // What has a value before is a state from the beginning, what does not is
  // one from where it is first written.
  BlobNames writtenByCondition, writtenByBody, written, initial, late;
  llvm::StringSet<> read;
  addWrites(conditionLayers, 0, writtenByCondition);
  addWrites(bodyLayers, 0, writtenByBody);
  addReads(layer, [&](StringRef blob) { read.insert(blob); });
  written.insert_range(writtenByCondition);
  written.insert_range(writtenByBody);
  for (StringRef blob : written) {
    bool isReadInside =
        read.contains(blob) || (hasCondition && blob == params.conditionvar());
    if (lookup(blob)) {
      if (isRead(blob) || isReadInside)
        initial.insert(blob);
    } else if (isRead(blob) ||
               (isReadInside && writtenByCondition.contains(blob))) {
      late.insert(blob);
    }
  }
  auto isState = [&](StringRef blob) {
    return initial.contains(blob) || late.contains(blob);
  };

  Captures captures;
  Subnetwork condition, body;
  SmallVector<StringRef> names(initial.begin(), initial.end());
  SmallVector<Value> inits;
  for (StringRef blob : names)
    inits.push_back(lookup(blob));
  SmallVector<Type> types(ValueRange(inits).getTypes());

  // Imports one of the two networks as a function of the states so far, and
  // adds the states that it is the first to write.
  auto import = [&](Subnetwork &network, StringRef suffix, const Layers &layers,
                    const BlobNames &writes, SmallVectorImpl<Value> &results,
                    SmallVectorImpl<int64_t> &states) -> LogicalResult {
    network.scope.captures = &captures;
    network.scope.firstCapture = types.size();
    network.scope.function = createFunction(loc, suffix, types);
    for (auto [blob, argument] :
         llvm::zip(names, network.scope.function.getArguments()))
      network.scope.blobs[blob] = argument;
    auto importNetwork = [&]() -> LogicalResult {
      if (&network == &body) {
        define(kGoesOn, createConstant(loc, {1}, {1.0f}, kFlag));
        define(kRepeats, createConstant(loc, {1}, {1.0f}, kFlag));
      }
      if (failed(importLayers(layers, 0, isState)))
        return failure();
      if (&network == &body && bodyMayStop)
        results.push_back(lookup(kRepeats));
      if (&network == &condition) {
        Value flag = lookup(params.conditionvar());
        if (!flag || !isSingleElement(flag.getType()))
          return mlir::emitError(loc)
                 << "conditionVar '" << params.conditionvar()
                 << "' is not one element that conditionNetwork writes";
        results.push_back(flag);
      }
      for (StringRef blob : writes) {
        Value value = isState(blob) ? lookup(blob) : Value();
        if (!value)
          continue;
        auto *known = llvm::find(names, blob);
        if (known == names.end()) {
          names.push_back(blob);
          types.push_back(value.getType());
          known = &names.back();
        }
        size_t number = known - names.begin();
        if (types[number] != value.getType())
          return mlir::emitError(loc)
                 << "blob '" << blob << "' is " << types[number]
                 << " before an iteration and " << value.getType()
                 << " after it: its shape must be known when compiling";
        results.push_back(value);
        states.push_back(number);
      }
      return success();
    };
    return importInto(network, loc, importNetwork);
  };
  SmallVector<Value> conditionResults, bodyResults;
  SmallVector<int64_t> conditionStates, bodyStates;
  if (hasCondition &&
      failed(import(condition, ".condition", conditionLayers,
                    writtenByCondition, conditionResults, conditionStates)))
    return failure();
  ++loops;
  LogicalResult imported =
      import(body, ".body", bodyLayers, writtenByBody, bodyResults, bodyStates);
  --loops;
  if (failed(imported))
    return failure();

  // Both take all states: also those that were not there yet.
  auto complete = [&](Subnetwork &network, ArrayRef<Value> results) {
    Scope &scope = network.scope;
    Block &entry = scope.function.getBody().front();
    for (unsigned i = scope.firstCapture; i < types.size(); ++i) {
      entry.insertArgument(i, types[i], loc);
      if (i < scope.attributes.size())
        scope.attributes.insert(scope.attributes.begin() + i, DictionaryAttr());
    }
    scope.firstCapture = types.size();
    addMissingCaptures(network, captures);
    finish(network, results);
  };
  FlatSymbolRefAttr conditionName;
  if (hasCondition) {
    complete(condition, conditionResults);
    conditionName = FlatSymbolRefAttr::get(condition.scope.function);
  }
  complete(body, bodyResults);
  for (Type type : llvm::drop_begin(types, inits.size()))
    inits.push_back(createConstant(loc, cast<RankedTensorType>(type).getShape(),
                                   {0.0f}, kUnset));

  SmallVector<Value> operands;
  for (auto &[value, number] : captures)
    operands.push_back(value);
  // Without a limit the condition alone ends the loop.
  IntegerAttr limit;
  if (!count && !(hasCondition && params.maxloopiterations() == 0))
    limit = builder.getI64IntegerAttr(static_cast<int64_t>(
        std::min<uint64_t>(params.maxloopiterations(), INT64_MAX)));
  auto op = coreml::LoopOp::create(
      builder, loc, types, count, inits, operands, limit, conditionName,
      builder.getDenseI64ArrayAttr(conditionStates),
      FlatSymbolRefAttr::get(body.scope.function),
      builder.getDenseI64ArrayAttr(bodyStates),
      bodyMayStop ? builder.getUnitAttr() : UnitAttr());
  for (auto [blob, value] : llvm::zip(names, op.getStates()))
    define(blob, value);
  keepNames(op, names);
  return success();
}
