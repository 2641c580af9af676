// The elements of values that follow from constants and shapes alone.
// Converters compute the shapes of "dynamic" layers that way, so with static
// inputs such a layer is static after all.
#include "Inference.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlir::coreml;

using Elements = std::optional<SmallVector<float>>;

// Shapes are short: whatever is longer is no shape.
static constexpr int64_t kMostElements = 64;
// Chains of shape arithmetic are short too; this ends the recursion.
static constexpr int kMostSteps = 64;

namespace {
// What is known already: values may be read many times along a chain.
struct Walk {
  DenseMap<Value, Elements> results;
  int depth = 0;
};
} // namespace

static Elements known(Value value, Walk &walk);

static Elements readWeights(ElementsAttr attr) {
  SmallVector<float> elements;
  Type type = attr.getElementType();
  if (auto dense = dyn_cast<DenseElementsAttr>(Attribute(attr))) {
    for (const APFloat &element : dense.getValues<APFloat>()) {
      APFloat copy = element;
      bool loses;
      copy.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &loses);
      elements.push_back(copy.convertToFloat());
    }
    return elements;
  }
  auto resource = dyn_cast<DenseResourceElementsAttr>(Attribute(attr));
  if (!resource || !resource.getRawHandle().getBlob() || !type.isF32())
    return std::nullopt;
  ArrayRef<char> bytes = resource.getRawHandle().getBlob()->getData();
  elements.resize(bytes.size() / sizeof(float));
  memcpy(elements.data(), bytes.data(), elements.size() * sizeof(float));
  return elements;
}

// Element by element, one side may be a single number.
static Elements join(ValueRange inputs, Walk &walk,
                     function_ref<float(float, float)> function) {
  if (inputs.size() != 2)
    return std::nullopt;
  Elements a = known(inputs[0], walk), b = known(inputs[1], walk);
  if (!a || !b || (a->size() != b->size() && a->size() != 1 && b->size() != 1))
    return std::nullopt;
  SmallVector<float> result;
  for (size_t i = 0; i < std::max(a->size(), b->size()); ++i)
    result.push_back(
        function((*a)[a->size() == 1 ? 0 : i], (*b)[b->size() == 1 ? 0 : i]));
  return result;
}

static Elements slice(SliceStaticOp op, Walk &walk) {
  Elements from = known(op.getInput(), walk);
  std::optional<BoxRange> box = getBox(op);
  if (!from || !box || box->begin.size() != 1)
    return std::nullopt;
  SmallVector<float> result;
  for (int64_t i = 0; i < box->size[0]; ++i)
    result.push_back((*from)[box->begin[0] + i * box->stride[0]]);
  return result;
}

static Elements gather(GatherOp op, Walk &walk) {
  Elements from = known(op.getInput(), walk),
           indices = known(op.getIndices(), walk);
  if (!from || !indices || op.getInput().getType().getRank() != 1)
    return std::nullopt;
  SmallVector<float> result;
  auto size = float(from->size());
  for (float index : *indices) {
    float at = index < 0 ? index + size : index;
    if (!(at >= 0 && at < size))
      return std::nullopt;
    result.push_back((*from)[size_t(at)]);
  }
  return result;
}

static Elements concat(ValueRange inputs, Walk &walk) {
  SmallVector<float> result;
  for (Value input : inputs) {
    Elements part = known(input, walk);
    if (!part || cast<RankedTensorType>(input.getType()).getRank() > 1)
      return std::nullopt;
    result.append(*part);
  }
  return result;
}

static Elements evaluate(Operation *op, RankedTensorType type, Walk &walk) {
  auto unary = [&](function_ref<float(float)> function) -> Elements {
    Elements result = known(op->getOperand(0), walk);
    if (result)
      llvm::for_each(*result, [&](float &x) { x = function(x); });
    return result;
  };
  return llvm::TypeSwitch<Operation *, Elements>(op)
      .Case<LoadConstantNDOp, LoadConstantOp>(
          [](auto load) { return readWeights(load.getDataAttr()); })
      .Case([](GetShapeOp shape) {
        ArrayRef<int64_t> sizes = shapeOf(shape.getInput());
        return SmallVector<float>(sizes.begin(), sizes.end());
      })
      .Case<FillStaticOp, FillLikeOp, FillDynamicOp>([&](auto fill) {
        return SmallVector<float>(type.getNumElements(),
                                  fill.getValue().convertToFloat());
      })
      .Case<ExpandDimsOp, SqueezeOp, ReshapeStaticOp, ReshapeLikeOp,
            ReshapeDynamicOp, RankPreservingReshapeOp, FlattenTo2DOp, CopyOp>(
          [&](auto reshape) { return known(reshape.getInput(), walk); })
      .Case([&](SliceStaticOp o) { return slice(o, walk); })
      .Case([&](GatherOp o) { return gather(o, walk); })
      .Case([&](ConcatNDOp o) {
        return o.getInterleave() ? Elements() : concat(o.getInputs(), walk);
      })
      .Case([&](StackOp o) {
        return type.getRank() == 2 && type.getDimSize(0) != 1 &&
                       type.getDimSize(1) != 1
                   ? Elements()
                   : concat(o.getInputs(), walk);
      })
      .Case<AddBroadcastableOp>(
          [&](auto o) { return join(o.getInputs(), walk, std::plus<float>()); })
      .Case<SubtractBroadcastableOp>([&](auto o) {
        return join(o.getInputs(), walk, std::minus<float>());
      })
      .Case<MultiplyBroadcastableOp>([&](auto o) {
        return join(o.getInputs(), walk, std::multiplies<float>());
      })
      .Case<DivideBroadcastableOp>([&](auto o) {
        return join(o.getInputs(), walk, std::divides<float>());
      })
      .Case<FloorDivBroadcastableOp>([&](auto o) {
        return join(o.getInputs(), walk,
                    [](float a, float b) { return std::floor(a / b); });
      })
      .Case<MaxBroadcastableOp>([&](auto o) {
        return join(o.getInputs(), walk,
                    [](float a, float b) { return std::max(a, b); });
      })
      .Case<MinBroadcastableOp>([&](auto o) {
        return join(o.getInputs(), walk,
                    [](float a, float b) { return std::min(a, b); });
      })
      .Case<FloorOp>(
          [&](auto) { return unary([](float x) { return std::floor(x); }); })
      .Case<CeilOp>(
          [&](auto) { return unary([](float x) { return std::ceil(x); }); })
      .Case([&](ReduceProdOp o) -> Elements {
        Elements from = known(o.getInput(), walk);
        if (!from || type.getNumElements() != 1)
          return std::nullopt;
        float product = 1;
        for (float x : *from)
          product *= x;
        return SmallVector<float>{product};
      })
      .Default([](Operation *) { return Elements(); });
}

// What the import has written down of a value that a sub-network reads.
static Elements readArgument(BlockArgument argument) {
  auto function =
      dyn_cast_or_null<FunctionOpInterface>(argument.getOwner()->getParentOp());
  auto attr = function ? dyn_cast_or_null<ElementsAttr>(function.getArgAttr(
                             argument.getArgNumber(), kKnownElements))
                       : ElementsAttr();
  if (!attr || attr.getNumElements() !=
                   cast<ShapedType>(argument.getType()).getNumElements())
    return std::nullopt;
  return readWeights(attr);
}

static Elements known(Value value, Walk &walk) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return readArgument(argument);
  Operation *op = value.getDefiningOp();
  auto type = cast<RankedTensorType>(value.getType());
  if (!op || walk.depth >= kMostSteps || type.getNumElements() > kMostElements)
    return std::nullopt;
  if (auto it = walk.results.find(value); it != walk.results.end())
    return it->second;
  ++walk.depth;
  Elements elements = evaluate(op, type, walk);
  --walk.depth;
  walk.results[value] = elements;
  return elements;
}

std::optional<SmallVector<float>> coreml::getKnownElements(Value value) {
  Walk walk;
  return known(value, walk);
}
