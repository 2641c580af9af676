// A NaN that appears somewhere in a network is in nearly everything behind it,
// so what helps is the first layer that has one.
#include "mlc/Tool/NonFinite.h"

#include "mlc/Support/Constants.h"
#include "mlc/Support/Progress.h"
#include "mlc/Support/Provenance.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlc;

void mlc::reportWarning(const llvm::Twine &message) {
  clearProgress();
  llvm::errs() << "mlc: warning: " << message << "\n";
}

NonFiniteCount mlc::countNonFinite(ElementsAttr weights) {
  NonFiniteCount count;
  // Large ones in half are not converted for this.
  auto resource = dyn_cast<DenseResourceElementsAttr>(weights);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  if (blob && weights.getElementType().isF16()) {
    ArrayRef<char> bytes = blob->getData();
    for (size_t i = 0; i + 2 <= bytes.size(); i += 2, ++count.total) {
      uint16_t half;
      std::memcpy(&half, bytes.data() + i, sizeof half);
      bool isFinite = (half & 0x7c00) != 0x7c00, isNaN = half & 0x3ff;
      count.nans += !isFinite && isNaN;
      count.infinities += !isFinite && !isNaN;
    }
    return count;
  }
  if (FailureOr<FloatView> values = viewFloats(weights); succeeded(values))
    count = countNonFinite(ArrayRef<float>(*values));
  return count;
}

SmallVector<std::pair<StringAttr, ElementsAttr>>
mlc::weightsOfLayer(Operation *layer) {
  SmallVector<std::pair<StringAttr, ElementsAttr>> weights;
  for (NamedAttribute attr : layer->getAttrs())
    if (auto elements = dyn_cast<ElementsAttr>(attr.getValue());
        elements && !isa<DenseArrayAttr>(attr.getValue()) &&
        isa<FloatType>(elements.getElementType()))
      weights.push_back({attr.getName(), elements});
  return weights;
}

std::string mlc::describeLayers(const Bundle &bundle, unsigned index) {
  ArrayRef<std::string> origin = bundle.dispatches[index].origin;
  if (origin.empty())
    return "a layer without a name";
  // Inputs have names, too.
  std::vector<std::string> others;
  for (const std::string &name : origin.drop_back())
    if (llvm::none_of(bundle.inputs, [&](const BundleFeature &input) {
          return input.name == name;
        }))
      others.push_back(name);
  std::string text = "layer '" + origin.back() + "'";
  if (others.empty())
    return text;
  return text + " (in one kernel with '" + llvm::join(others, "', '") + "')";
}

//===----------------------------------------------------------------------===//
// In the reference
//===----------------------------------------------------------------------===//

NonFiniteTrace::NonFiniteTrace(ModuleOp module)
    : main(*module.getOps<func::FuncOp>().begin()) {}

Observer NonFiniteTrace::observer() {
  return [this](Operation *op, unsigned index, const Tensor &value) {
    bool isFinite = true;
    double most = 0;
    for (float element : value.data) {
      if (std::isfinite(element))
        most = std::max(most, double(std::fabs(element)));
      else
        isFinite = false;
    }
    for (StringRef name : layerNames(op->getLoc())) {
      double &known = magnitudes[name];
      known = std::max(known, most);
    }
    bool isInner = op->getParentOp() != main;
    if (isInner) {
      if (!isFinite && lastInner.empty())
        lastInner = "layer '" + layerList(op->getLoc()) + "'";
      return;
    }
    if (!lastInner.empty())
      inner[op] = std::exchange(lastInner, "");
    if (isFinite)
      return;
    seen.insert(op->getResult(index));
    order.push_back(op->getResult(index));
  };
}

void NonFiniteTrace::begin(const Bundle &bundle, LoadedModel &reference) {
  order.clear();
  seen.clear();
  inner.clear();
  lastInner.clear();
  inputNames.clear();
  Region &body = main->getRegion(0);
  for (auto [argument, input] : llvm::zip(body.getArguments(), bundle.inputs)) {
    inputNames.push_back(input.name);
    if (countNonFinite(outputValues(input, reference)).sum() == 0)
      continue;
    seen.insert(argument);
    order.push_back(argument);
  }
}

bool NonFiniteTrace::isOrigin(Value value) const {
  Operation *op = value.getDefiningOp();
  return !op || llvm::none_of(op->getOperands(), [&](Value operand) {
    return seen.contains(operand);
  });
}

std::string NonFiniteTrace::describe(Value value) const {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return "input '" + inputNames[argument.getArgNumber()] + "'";
  Operation *op = value.getDefiningOp();
  if (auto it = inner.find(op); it != inner.end())
    return it->second;
  std::string text = "layer '" + layerList(op->getLoc()) + "'";
  for (auto [name, weights] : weightsOfLayer(op))
    if (NonFiniteCount count = countNonFinite(weights); count.sum())
      text += " (of its " + name.str() + ", " + count.text() + ")";
  return text;
}

std::string NonFiniteTrace::originOf(unsigned index) const {
  Value output = main->getRegion(0).front().getTerminator()->getOperand(index);
  if (!seen.contains(output))
    return "";
  // Everything not finite that the output is computed of.
  llvm::DenseSet<Value> found = {output};
  SmallVector<Value> worklist = {output};
  while (!worklist.empty()) {
    Operation *op = worklist.pop_back_val().getDefiningOp();
    for (Value operand : op ? ValueRange(op->getOperands()) : ValueRange())
      if (seen.contains(operand) && found.insert(operand).second)
        worklist.push_back(operand);
  }
  for (Value value : order)
    if (found.contains(value) && isOrigin(value))
      return describe(value);
  return describe(output);
}

std::string NonFiniteTrace::firstOrigin() const {
  return order.empty() ? "" : describe(order.front());
}

//===----------------------------------------------------------------------===//
// In the kernels
//===----------------------------------------------------------------------===//

// The manifest's list `key` of `object`, or an empty one.
static const llvm::json::Array &listOf(const llvm::json::Object *object,
                                       StringRef key) {
  static const llvm::json::Array none;
  const llvm::json::Array *list = object ? object->getArray(key) : nullptr;
  return list ? *list : none;
}

static const llvm::json::Object *entryOf(const llvm::json::Array &list,
                                         size_t index) {
  return index < list.size() ? list[index].getAsObject() : nullptr;
}

NonFiniteWatch::NonFiniteWatch(const Bundle &bundle, LoadedModel &model)
    : bundle(bundle), model(model) {
  const llvm::json::Object *manifest = bundle.manifest.getAsObject();
  const llvm::json::Object *variant =
      bundle.variant == 0
          ? manifest
          : entryOf(listOf(manifest, "variants"), bundle.variant - 1);
  const llvm::json::Array &kernels = listOf(manifest, "kernels");
  for (auto [index, dispatch] : llvm::enumerate(bundle.dispatches)) {
    auto &list = places.emplace_back();
    const llvm::json::Array &bindings =
        listOf(entryOf(listOf(variant, "dispatches"), index), "bindings");
    const llvm::json::Array &arguments =
        listOf(entryOf(kernels, dispatch.kernel), "arguments");
    for (auto [number, binding] : llvm::enumerate(dispatch.bindings)) {
      const llvm::json::Object *argument = entryOf(arguments, number);
      const llvm::json::Object *range = entryOf(bindings, number);
      BufferKind kind = bundle.buffers[binding.buffer].kind;
      StringRef type =
          argument ? argument->getString("dataType").value_or("") : "";
      // Weights are what they are.
      if (!range || kind == BufferKind::Weights || kind == BufferKind::Decoded)
        continue;
      bool isWritten = argument->getString("access") == "write";
      int64_t bytes = range->getInteger("bytes").value_or(0);
      // Bytes cannot hold what is not finite; where they are written matters.
      if (type != "float16" && type != "float32" && !isWritten)
        continue;
      if (type == "uint8")
        bytes = 0;
      list.push_back({binding.buffer, binding.offset, bytes, type == "float16",
                      isWritten});
    }
  }
  model.observe(
      [this](unsigned dispatch, bool isDone) { look(dispatch, isDone); });
}

NonFiniteWatch::~NonFiniteWatch() { model.observe({}); }

MutableArrayRef<char> NonFiniteWatch::memory(const Place &place) {
  MutableArrayRef<char> buffer = model.buffer(place.buffer);
  size_t offset = std::min<size_t>(place.offset, buffer.size());
  return buffer.slice(offset,
                      std::min<size_t>(place.bytes, buffer.size() - offset));
}

// Calls `visit` with each number of some memory.
template <typename Visit>
static void visitNumbers(ArrayRef<char> bytes, bool isHalf, Visit visit) {
  size_t size = isHalf ? sizeof(uint16_t) : sizeof(float);
  for (size_t i = 0; i + size <= bytes.size(); i += size) {
    float value;
    if (isHalf) {
      uint16_t half;
      std::memcpy(&half, bytes.data() + i, size);
      value = (half & 0x7c00) == 0x7c00 ? fromHalf(half) : 0;
    } else {
      std::memcpy(&value, bytes.data() + i, size);
    }
    visit(i, value);
  }
}

static bool isNonFiniteAt(ArrayRef<char> bytes, size_t at, bool isHalf) {
  bool result = false;
  visitNumbers(bytes.slice(at, isHalf ? 2 : 4), isHalf,
               [&](size_t, float value) { result = !std::isfinite(value); });
  return result;
}

// What was not finite before a dispatch is left from something else: bytes
// between the elements that it writes may belong to others.
void NonFiniteWatch::look(unsigned dispatch, bool isDone) {
  if (std::exchange(isFirstLook, false))
    for (auto [index, buffer] : llvm::enumerate(bundle.buffers))
      if (buffer.kind == BufferKind::Arena)
        llvm::fill(model.buffer(index), 0);
  if (!isDone) {
    before.clear();
    bool readsNonFinite = false;
    for (const Place &place : places[dispatch]) {
      MutableArrayRef<char> bytes = memory(place);
      if (place.isWritten && !firstStore)
        llvm::append_range(before, bytes);
      if (!place.isWritten && firstStore)
        visitNumbers(bytes, place.isHalf, [&](size_t, float value) {
          readsNonFinite |= !std::isfinite(value);
        });
    }
    for (const Place &place : places[dispatch])
      if (place.isWritten && readsNonFinite)
        reached.insert(place.buffer);
    return;
  }
  if (firstStore)
    return;
  size_t start = 0;
  NonFiniteStore store;
  store.dispatch = dispatch;
  for (const Place &place : places[dispatch]) {
    if (!place.isWritten)
      continue;
    MutableArrayRef<char> bytes = memory(place);
    ArrayRef<char> old = ArrayRef(before).slice(start, bytes.size());
    start += bytes.size();
    visitNumbers(bytes, place.isHalf, [&](size_t at, float value) {
      ++store.count.total;
      if (std::isfinite(value) || isNonFiniteAt(old, at, place.isHalf))
        return;
      ++(std::isnan(value) ? store.count.nans : store.count.infinities);
      store.isHalf = place.isHalf;
    });
  }
  if (store.count.sum())
    firstStore = store;
}

std::optional<NonFiniteStore> mlc::findNonFiniteStore(const Bundle &bundle,
                                                      LoadedModel &model) {
  NonFiniteWatch watch(bundle, model);
  model.run();
  return watch.first();
}
