// A layer that reads indices, lengths or the argument of a logarithm narrows
// what the input that it reads may hold. Only inputs that reach it unchanged
// count: of others, the network itself has to make what it needs.
#include "mlc/Tool/InputDomains.h"

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlc;
using namespace mlir::coreml;

using Domain = std::optional<InputDomain>;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<ShapedType>(value.getType()).getShape();
}

static InputDomain whole(int64_t low, int64_t high) {
  return {double(low), double(std::max(low, high)), true};
}

// Indices into `size` elements, from both ends.
static InputDomain indices(int64_t size) { return whole(-size, size - 1); }

static int64_t sizeAlong(Value value, int64_t axis) {
  ArrayRef<int64_t> shape = shapeOf(value);
  return shape[fromFront(axis, int64_t(shape.size()))];
}

// Tuples of indices into the first dimensions of `data`.
static InputDomain tuples(Value data, Value at) {
  ArrayRef<int64_t> sizes = shapeOf(data).take_front(shapeOf(at).back());
  return indices(*std::min_element(sizes.begin(), sizes.end()));
}

// Where x * scale + shift is what a root, a logarithm or a quotient takes.
static Domain ofUnary(UnaryFunctionOp op) {
  switch (op.getType()) {
  case UnaryOperation::SQRT:
  case UnaryOperation::RSQRT:
  case UnaryOperation::INVERSE:
  case UnaryOperation::LOG:
  case UnaryOperation::POWER:
    break;
  default:
    return std::nullopt;
  }
  double shift = op.getShift().convertToDouble(),
         scale = op.getScale().convertToDouble();
  if (scale == 0)
    return std::nullopt;
  double a = (0.1 - shift) / scale, b = (2 - shift) / scale;
  return InputDomain{std::min(a, b), std::max(a, b)};
}

static Domain ofBoxes(NonMaximumSuppressionOp op, unsigned operand) {
  if (operand == 0)
    return InputDomain{0.1, 1};
  if (operand == 4)
    return whole(0, shapeOf(op->getOperand(0))[1]);
  return InputDomain{0, 1}; // scores and their limits
}

// The corners of boxes within the image; where a box names its image the first
// number is one of these, too.
static Domain ofCorners(CropResizeOp op) {
  ArrayRef<int64_t> image = shapeOf(op.getInput()).take_back(2);
  double most = op.getNormalizedCoordinates()
                    ? 1
                    : double(std::min(image[0], image[1]) - 1);
  return InputDomain{
      0, most / std::max(op.getSpatialScale().convertToDouble(), 1e-3)};
}

// What operand number `operand` of `op` may be, if not anything.
static Domain domainOf(Operation *op, unsigned operand) {
  using Switch = llvm::TypeSwitch<Operation *, Domain>;
  Domain none;
  Value first = op->getOperand(0);
  if (operand == 1) {
    Domain found =
        Switch(op)
            .Case<GatherOp, GatherAlongAxisOp, ScatterOp, ScatterAlongAxisOp>(
                [&](auto o) { return indices(sizeAlong(first, o.getAxis())); })
            .Case<GatherNDOp, ScatterNDOp>(
                [&](auto o) { return tuples(first, op->getOperand(1)); })
            .Case([&](ReverseSeqOp o) {
              return whole(0, sizeAlong(first, o.getSequenceAxis()));
            })
            .Case([&](SliceBySizeOp o) {
              return whole(0, sizeAlong(first, o.getAxis()) -
                                  int64_t(o.getSize()));
            })
            .Case<DivideBroadcastableOp, FloorDivBroadcastableOp,
                  ModBroadcastableOp>([](auto) { return InputDomain{0.5, 2}; })
            .Case([](CropResizeOp o) { return ofCorners(o); })
            .Default(none);
    if (found)
      return found;
  }
  if (auto boxes = dyn_cast<NonMaximumSuppressionOp>(op))
    return ofBoxes(boxes, operand);
  if (isa<LogicalAndOp, LogicalOrOp, LogicalXorOp, LogicalNotOp>(op))
    return whole(-1, 1);
  if (operand != 0)
    return none;
  return Switch(op)
      .Case<EmbeddingOp, EmbeddingNDOp>([](auto o) {
        return whole(0, o.getWeights().getShapedType().getShape()[1] - 1);
      })
      .Case([](OneHotOp o) {
        return whole(0, int64_t(o.getOneHotVectorSize()) - 1);
      })
      .Case([](LoopOp o) { return o.getCount() ? whole(0, 4) : Domain(); })
      .Case([](UnaryFunctionOp o) { return ofUnary(o); })
      .Case<AsinOp, AcosOp>([](auto) { return InputDomain{-1, 1}; })
      .Case([](AtanhOp) { return InputDomain{-0.9, 0.9}; })
      .Case([](AcoshOp) { return InputDomain{1, 4}; })
      .Case([](TanOp) { return InputDomain{-1.2, 1.2}; })
      .Case<PowBroadcastableOp, ReduceLogSumOp>(
          [](auto) { return InputDomain{0.1, 2}; })
      .Case([](ReduceOp o) {
        return o.getMode() == ReduceOperation::LOGSUM ? InputDomain{0.1, 2}
                                                      : Domain();
      })
      .Case([](CategoricalDistributionOp o) {
        return o.getIsLogits() ? Domain() : InputDomain{0, 1};
      })
      .Default(none);
}

static Domain narrower(const Domain &a, const Domain &b) {
  if (!a || !b)
    return a ? a : b;
  InputDomain both = {std::max(a->low, b->low), std::min(a->high, b->high),
                      a->isWhole || b->isWhole};
  // Nothing suits both: the one that must be whole is an index.
  if (both.low > both.high)
    return b->isWhole ? b : a;
  return both;
}

// Whether `op` has the elements of its operand as they are.
static bool isMove(Operation *op) {
  return isa<CopyOp, TransposeOp, PermuteOp, ReshapeOp, FlattenOp,
             ReshapeStaticOp, ReshapeLikeOp, ReshapeDynamicOp,
             RankPreservingReshapeOp, ExpandDimsOp, SqueezeOp, FlattenTo2DOp,
             ConcatOp, ConcatNDOp, SplitOp, SplitNDOp, StackOp, TileOp, SliceOp,
             SliceStaticOp, SliceDynamicOp, SliceBySizeOp, CropOp, ReverseOp,
             BroadcastToStaticOp, BroadcastToLikeOp, BroadcastToDynamicOp,
             SequenceRepeatOp, ReorganizeDataOp>(op);
}

namespace {

// Follows a value to its readers, in sub-networks too.
class DomainSearch {
public:
  explicit DomainSearch(ModuleOp module) : symbols(module) {}

  Domain find(Value value) {
    if (!seen.insert(value).second)
      return std::nullopt;
    Domain domain;
    for (OpOperand &use : value.getUses()) {
      Operation *op = use.getOwner();
      unsigned number = use.getOperandNumber();
      domain = narrower(domain, domainOf(op, number));
      if (isMove(op) && (number == 0 || isa<ConcatOp, ConcatNDOp, StackOp>(op)))
        for (Value result : op->getResults())
          domain = narrower(domain, find(result));
      if (auto branch = dyn_cast<BranchOp>(op); branch && number > 0)
        for (StringRef name : {branch.getIfBranch(), branch.getElseBranch()})
          domain = narrower(domain, findArgument(name, number - 1));
      if (auto loop = dyn_cast<LoopOp>(op)) {
        unsigned first = loop.getCount() ? 1 : 0;
        if (number < first)
          continue;
        domain = narrower(domain,
                          findArgument(loop.getBodyNetwork(), number - first));
        if (auto condition = loop.getConditionNetwork())
          domain = narrower(domain, findArgument(*condition, number - first));
      }
    }
    return domain;
  }

private:
  Domain findArgument(StringRef name, unsigned number) {
    auto function = symbols.lookup<func::FuncOp>(name);
    return find(function.getArgument(number));
  }

  SymbolTable symbols;
  DenseSet<Value> seen;
};

} // namespace

std::vector<Domain> mlc::findInputDomains(ModuleOp module) {
  std::vector<Domain> domains;
  func::FuncOp main = *module.getOps<func::FuncOp>().begin();
  for (BlockArgument argument : main.getArguments())
    domains.push_back(DomainSearch(module).find(argument));
  return domains;
}

void mlc::setInputDomains(Bundle &bundle, ModuleOp module) {
  for (auto [feature, domain] :
       llvm::zip(bundle.inputs, findInputDomains(module)))
    feature.domain = domain;
}

std::vector<Tensor> mlc::drawInputs(ModuleOp module, uint64_t seed) {
  std::vector<Tensor> inputs;
  func::FuncOp main = *module.getOps<func::FuncOp>().begin();
  std::vector<Domain> domains = findInputDomains(module);
  for (BlockArgument argument : main.getArguments()) {
    unsigned index = argument.getArgNumber();
    Domain domain = domains[index];
    auto feature =
        main.getArgAttrOfType<DictionaryAttr>(index, "coreml.feature");
    auto type = feature ? feature.getAs<StringAttr>("type") : StringAttr();
    if (type && type.getValue() == "image")
      domain = whole(0, 255);
    Tensor &value = inputs.emplace_back(shapeOf(argument));
    value.data = drawNumbers(domain, value.size(), seed + index);
  }
  return inputs;
}
