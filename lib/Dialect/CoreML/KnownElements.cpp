// The elements of values that follow from constants and shapes alone.
//
// Elements are a list in row-major order, so a rule holds for lists (rank 1),
// for layers that keep the order, for a single number, or where all elements
// are equal; all else is unknown. The count must be that of the type, which
// tells apart operands that repeat along different dimensions.
// Converters compute the shapes of "dynamic" layers that way, so with static
// inputs such a layer is static after all.
#include "Inference.h"

#include "mlc/Support/Constants.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlir::coreml;

using Elements = std::optional<SmallVector<float>>;

// Shapes are short, masks and indices may be longer; weights are none of these.
static constexpr int64_t kMaxKnownElements = 4096;
// Chains of shape arithmetic are short too; this ends the recursion.
static constexpr int kMaxSteps = 64;

namespace {
// What is known already: values may be read many times along a chain.
struct Walk {
  DenseMap<Value, Elements> results;
  int depth = 0;
};
} // namespace

static Elements known(Value value, Walk &walk);

static Elements readWeights(ElementsAttr attr) {
  FailureOr<std::vector<float>> elements = mlc::readFloats(attr);
  if (failed(elements))
    return std::nullopt;
  return SmallVector<float>(elements->begin(), elements->end());
}

// Element by element, one side may be a single number.
static Elements join(ArrayRef<float> a, ArrayRef<float> b,
                     function_ref<float(float, float)> function) {
  if (a.size() != b.size() && a.size() != 1 && b.size() != 1)
    return std::nullopt;
  SmallVector<float> result;
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    result.push_back(
        function(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]));
  return result;
}

// Of any number of inputs, as add and its like do; `alpha` joins a single one.
static Elements joinAll(ValueRange inputs, Walk &walk,
                        function_ref<float(float, float)> function,
                        std::optional<float> alpha = std::nullopt) {
  Elements result = known(inputs.front(), walk);
  for (Value input : inputs.drop_front()) {
    Elements other = known(input, walk);
    if (!result || !other)
      return std::nullopt;
    result = join(*result, *other, function);
  }
  if (result && alpha && inputs.size() == 1)
    return join(*result, {*alpha}, function);
  return result;
}

static float isTrue(float x) { return x != 0; }
static float greatest(float a, float b) { return std::max(a, b); }
static float least(float a, float b) { return std::min(a, b); }

template <typename Op>
static Elements compare(Op op, Walk &walk,
                        function_ref<bool(float, float)> function) {
  return joinAll(
      op.getInputs(), walk,
      [&](float a, float b) { return float(function(a, b)); },
      op.getAlpha().convertToFloat());
}

static Elements select(WhereBroadcastableOp op, RankedTensorType type,
                       Walk &walk) {
  SmallVector<SmallVector<float>> parts;
  for (Value input : op.getInputs()) {
    Elements part = known(input, walk);
    if (!part ||
        (part->size() != 1 && int64_t(part->size()) != type.getNumElements()))
      return std::nullopt;
    part->resize(type.getNumElements(), part->front());
    parts.push_back(*part);
  }
  SmallVector<float> result;
  for (auto [condition, yes, no] : llvm::zip(parts[0], parts[1], parts[2]))
    result.push_back(isTrue(condition) ? yes : no);
  return result;
}

static Elements unaryFunction(UnaryFunctionOp op, Walk &walk) {
  Elements result = known(op.getInput(), walk);
  if (!result)
    return std::nullopt;
  float scale = op.getScale().convertToFloat(),
        shift = op.getShift().convertToFloat(),
        alpha = op.getAlpha().convertToFloat();
  for (float &x : *result) {
    x = x * scale + shift;
    switch (op.getType()) {
    case UnaryOperation::ABS:
      x = std::fabs(x);
      break;
    case UnaryOperation::POWER:
      x = std::pow(x, alpha);
      break;
    case UnaryOperation::SQRT:
      x = std::sqrt(x);
      break;
    case UnaryOperation::THRESHOLD:
      x = std::max(x, alpha);
      break;
    default: // shapes are not made with these
      return std::nullopt;
    }
  }
  return result;
}

// All elements become one.
static Elements reduce(Operation *op, RankedTensorType type, Walk &walk,
                       function_ref<float(float, float)> function,
                       bool isMean = false) {
  Elements from = known(op->getOperand(0), walk);
  if (!from || type.getNumElements() != 1)
    return std::nullopt;
  float result = from->front();
  for (float x : llvm::drop_begin(*from))
    result = function(result, x);
  return SmallVector<float>{isMean ? result / float(from->size()) : result};
}

// Some elements of a list.
static Elements pick(Value input, int64_t begin, int64_t stride, int64_t size,
                     Walk &walk) {
  Elements from = known(input, walk);
  if (!from || cast<RankedTensorType>(input.getType()).getRank() != 1)
    return std::nullopt;
  SmallVector<float> result;
  for (int64_t i = 0; i < size; ++i)
    result.push_back((*from)[begin + i * stride]);
  return result;
}

template <typename Op> static Elements slice(Op op, Value input, Walk &walk) {
  std::optional<BoxRange> box = getBox(op);
  if (!box || box->begin.size() != 1)
    return std::nullopt;
  return pick(input, box->begin[0], box->stride[0], box->size[0], walk);
}

// The begin is moved so that the piece lies inside.
static Elements sliceBySize(SliceBySizeOp op, Walk &walk) {
  Elements begin = known(op.getOther(), walk);
  int64_t count = op.getInput().getType().getNumElements(), size = op.getSize();
  if (!begin || !(begin->front() >= 0 && begin->front() <= count - size))
    return std::nullopt;
  return pick(op.getInput(), int64_t(begin->front()), 1, size, walk);
}

static Elements split(SplitNDOp op, unsigned result, Walk &walk) {
  int64_t begin = 0;
  for (unsigned i = 0; i < result; ++i)
    begin +=
        cast<RankedTensorType>(op->getResult(i).getType()).getNumElements();
  auto type = cast<RankedTensorType>(op->getResult(result).getType());
  return pick(op.getInput(), begin, 1, type.getNumElements(), walk);
}

static Elements range(RankedTensorType type, float start, float step) {
  SmallVector<float> result;
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    result.push_back(start + float(i) * step);
  return result;
}

static Elements whereNonZero(WhereNonZeroOp op, Walk &walk) {
  Elements from = known(op.getInput(), walk);
  if (!from || op.getInput().getType().getRank() != 1)
    return std::nullopt;
  SmallVector<float> result;
  for (auto [index, x] : llvm::enumerate(*from))
    if (isTrue(x))
      result.push_back(float(index));
  return result;
}

// A single number everywhere.
static Elements spread(Value input, RankedTensorType type, Walk &walk) {
  Elements from = known(input, walk);
  if (!from || llvm::any_of(*from, [&](float x) { return x != from->front(); }))
    return std::nullopt;
  return SmallVector<float>(type.getNumElements(), from->front());
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

// Layers that compute element by element.
static Elements evaluateElementwise(Operation *op, RankedTensorType type,
                                    Walk &walk) {
  auto unary = [&](auto function) {
    Elements result = known(op->getOperand(0), walk);
    if (result)
      llvm::for_each(*result, [&](float &x) { x = function(x); });
    return result;
  };
  auto joined = [&](auto function) {
    return joinAll(op->getOperands(), walk, function);
  };
  return llvm::TypeSwitch<Operation *, Elements>(op)
      .Case([&](AddOp o) {
        return joinAll(o.getInputs(), walk, std::plus<float>(),
                       o.getAlpha().convertToFloat());
      })
      .Case([&](MultiplyOp o) {
        return joinAll(o.getInputs(), walk, std::multiplies<float>(),
                       o.getAlpha().convertToFloat());
      })
      .Case<MaxOp, MaxBroadcastableOp>([&](auto) { return joined(greatest); })
      .Case<MinOp, MinBroadcastableOp>([&](auto) { return joined(least); })
      .Case<AddBroadcastableOp>(
          [&](auto) { return joined(std::plus<float>()); })
      .Case<SubtractBroadcastableOp>(
          [&](auto) { return joined(std::minus<float>()); })
      .Case<MultiplyBroadcastableOp>(
          [&](auto) { return joined(std::multiplies<float>()); })
      .Case<DivideBroadcastableOp>(
          [&](auto) { return joined(std::divides<float>()); })
      .Case<FloorDivBroadcastableOp>([&](auto) {
        return joined([](float a, float b) { return std::floor(a / b); });
      })
      .Case<ModBroadcastableOp>([&](auto) {
        return joined(
            [](float a, float b) { return a - std::floor(a / b) * b; });
      })
      .Case<PowBroadcastableOp>([&](auto) {
        return joined([](float a, float b) { return std::pow(a, b); });
      })
      .Case<LogicalAndOp>([&](auto) {
        return joined(
            [](float a, float b) { return std::min(isTrue(a), isTrue(b)); });
      })
      .Case<LogicalOrOp>([&](auto) {
        return joined(
            [](float a, float b) { return std::max(isTrue(a), isTrue(b)); });
      })
      .Case<LogicalNotOp>(
          [&](auto) { return unary([](float x) { return 1 - isTrue(x); }); })
      .Case([&](EqualOp o) { return compare(o, walk, std::equal_to<>()); })
      .Case(
          [&](NotEqualOp o) { return compare(o, walk, std::not_equal_to<>()); })
      .Case([&](LessThanOp o) { return compare(o, walk, std::less<>()); })
      .Case(
          [&](LessEqualOp o) { return compare(o, walk, std::less_equal<>()); })
      .Case([&](GreaterThanOp o) { return compare(o, walk, std::greater<>()); })
      .Case([&](GreaterEqualOp o) {
        return compare(o, walk, std::greater_equal<>());
      })
      .Case([&](WhereBroadcastableOp o) { return select(o, type, walk); })
      .Case([&](UnaryFunctionOp o) { return unaryFunction(o, walk); })
      .Case<FloorOp>(
          [&](auto) { return unary([](float x) { return std::floor(x); }); })
      .Case<CeilOp>(
          [&](auto) { return unary([](float x) { return std::ceil(x); }); })
      .Case<RoundOp>([&](auto) {
        return unary([](float x) { return std::nearbyint(x); });
      })
      .Case<SignOp>([&](auto) {
        return unary([](float x) { return float((x > 0) - (x < 0)); });
      })
      .Case([&](ClipOp o) {
        return unary([&](float x) {
          return std::min(std::max(x, o.getMinVal().convertToFloat()),
                          o.getMaxVal().convertToFloat());
        });
      })
      .Default([](Operation *) { return Elements(); });
}

// Layers that make, move or join elements.
static Elements evaluate(Operation *op, unsigned result, RankedTensorType type,
                         Walk &walk) {
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
      .Case<BroadcastToStaticOp, BroadcastToLikeOp, BroadcastToDynamicOp,
            TileOp>([&](auto) { return spread(op->getOperand(0), type, walk); })
      .Case([&](RangeStaticOp o) {
        return range(type, o.getStartValue().convertToFloat(),
                     o.getStepSizeValue().convertToFloat());
      })
      .Case([&](RangeDynamicOp o) -> Elements {
        auto bounds = getRange(o);
        return bounds ? range(type, bounds->first, bounds->second)
                      : std::nullopt;
      })
      .Case<ExpandDimsOp, SqueezeOp, ReshapeStaticOp, ReshapeLikeOp,
            ReshapeDynamicOp, RankPreservingReshapeOp, FlattenTo2DOp, CopyOp>(
          [&](auto reshape) { return known(reshape.getInput(), walk); })
      .Case([&](SliceStaticOp o) { return slice(o, o.getInput(), walk); })
      .Case([&](SliceDynamicOp o) {
        return slice(o, o.getInputs().front(), walk);
      })
      .Case([&](SliceBySizeOp o) { return sliceBySize(o, walk); })
      .Case([&](SplitNDOp o) { return split(o, result, walk); })
      .Case([&](ReverseOp o) {
        int64_t count = type.getNumElements();
        bool isReversed = o.getReverseDim().front();
        return pick(o.getInput(), isReversed ? count - 1 : 0,
                    isReversed ? -1 : 1, count, walk);
      })
      .Case([&](GatherOp o) { return gather(o, walk); })
      .Case([&](WhereNonZeroOp o) { return whereNonZero(o, walk); })
      .Case([&](ConcatNDOp o) {
        return o.getInterleave() ? Elements() : concat(o.getInputs(), walk);
      })
      .Case([&](StackOp o) {
        return type.getRank() == 2 && type.getDimSize(0) != 1 &&
                       type.getDimSize(1) != 1
                   ? Elements()
                   : concat(o.getInputs(), walk);
      })
      .Case<ReduceProdOp>([&](auto) {
        return reduce(op, type, walk, std::multiplies<float>());
      })
      .Case<ReduceSumOp>(
          [&](auto) { return reduce(op, type, walk, std::plus<float>()); })
      .Case<ReduceMeanOp>([&](auto) {
        return reduce(op, type, walk, std::plus<float>(), /*isMean=*/true);
      })
      .Case<ReduceMaxOp>([&](auto) { return reduce(op, type, walk, greatest); })
      .Case<ReduceMinOp>([&](auto) { return reduce(op, type, walk, least); })
      .Default(
          [&](Operation *) { return evaluateElementwise(op, type, walk); });
}

// What the import has written down of a value that a sub-network reads.
static Elements readArgument(BlockArgument argument) {
  auto function =
      dyn_cast_or_null<FunctionOpInterface>(argument.getOwner()->getParentOp());
  // While a function is imported, its type may not have all arguments yet.
  unsigned number = argument.getArgNumber();
  if (!function || number >= function.getNumArguments())
    return std::nullopt;
  auto attr = dyn_cast_or_null<ElementsAttr>(
      function.getArgAttr(number, kKnownElements));
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
  if (!op || walk.depth >= kMaxSteps || type.getNumElements() < 1 ||
      type.getNumElements() > kMaxKnownElements)
    return std::nullopt;
  if (auto it = walk.results.find(value); it != walk.results.end())
    return it->second;
  ++walk.depth;
  unsigned result = cast<OpResult>(value).getResultNumber();
  Elements elements = evaluate(op, result, type, walk);
  --walk.depth;
  // Two sides that both repeat are joined as if neither did.
  if (elements && int64_t(elements->size()) != type.getNumElements())
    elements = std::nullopt;
  walk.results[value] = elements;
  return elements;
}

std::optional<SmallVector<float>> coreml::getKnownElements(Value value) {
  Walk walk;
  return known(value, walk);
}
