// Where a network that is stored in half stays in float, so that the lowering
// only reads it. Three reasons:
//
// - The choice that was made by layer, from measurements
//   (lib/Tool/Precision.cpp), reaches the ops that are left of these layers.
// - Weights that halves cannot hold stay floats.
// - What is compared, sorted or counted is computed on floats: half precision
//   makes near-equal numbers equal and counts to 2048 only, so that boxes,
//   classes or branches would be others, which no tolerance covers. That goes
//   back from the op that compares to those that compute with weights, whose
//   results have the error of their weights anyway, and from indices and counts
//   on to what is computed of them.
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Dialect/NN/Precision.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/HalfLoss.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_ASSIGNPRECISION
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

//===----------------------------------------------------------------------===//
// What compares and what counts
//===----------------------------------------------------------------------===//

// x >= 0 ? x : x * a and the like, which are 0 on both sides of 0.
static bool isContinuous(arith::SelectOp select) {
  auto compare = select.getCondition().getDefiningOp<arith::CmpFOp>();
  Value other = select.getFalseValue();
  return compare && select.getTrueValue() == compare.getLhs() &&
         matchPattern(compare.getRhs(), m_AnyZeroFloat()) &&
         (matchPattern(other, m_AnyZeroFloat()) ||
          other.getDefiningOp<arith::MulFOp>());
}

// Whether a scalar region makes a step somewhere: a small difference of what it
// reads can be a large one of what it yields.
static bool hasStep(Region &region) {
  return llvm::any_of(region.getOps(), [](Operation &op) {
    if (isa<math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp,
            math::TruncOp, arith::RemFOp>(op))
      return true;
    return isa<arith::CmpFOp>(op) &&
           !llvm::all_of(op.getUsers(), [](Operation *user) {
             auto select = dyn_cast<arith::SelectOp>(user);
             return select && isContinuous(select);
           });
  });
}

static bool givesIndex(Operation *op) {
  auto reduce = dyn_cast<ReduceOp>(op);
  return isa<ArgSortOp, NMSOp>(op) ||
         (reduce && (reduce.getKind() == ReduceKind::ArgMax ||
                     reduce.getKind() == ReduceKind::ArgMin));
}

static bool addsUp(Operation *op) {
  auto reduce = dyn_cast<ReduceOp>(op);
  return isa<CumSumOp>(op) ||
         (reduce && (reduce.getKind() == ReduceKind::Sum ||
                     reduce.getKind() == ReduceKind::Mean));
}

// Whether the elements of `value` are or depend on answers of comparisons.
static bool isAnswer(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && isView(op))
    op = op->getOperand(0).getDefiningOp();
  auto map = dyn_cast_or_null<MapOp>(op);
  return map && hasStep(map.getBody());
}

// The operands whose values decide something in `op`.
static SmallVector<Value> decidingOperands(Operation *op) {
  if (auto map = dyn_cast<MapOp>(op))
    return hasStep(map.getBody()) ? SmallVector<Value>(map.getInputs())
                                  : SmallVector<Value>();
  if (isa<NMSOp>(op))
    return SmallVector<Value>(op->getOperands());
  SmallVector<Value> values;
  if (auto fusable = dyn_cast<FusableOpInterface>(op)) {
    bool sorts = givesIndex(op);
    if (sorts || hasStep(fusable.getPrologue())) {
      values.push_back(fusable.getMainInput());
      llvm::append_range(values, fusable.getPrologueInputs());
    }
    if (hasStep(fusable.getEpilogue()))
      llvm::append_range(values, fusable.getEpilogueInputs());
  }
  if (isa<TakeOp, ScatterOp, CropResizeOp>(op))
    values.push_back(op->getOperand(1));
  if (isa<GatherOp>(op))
    values.push_back(op->getOperand(0));
  if (auto branch = dyn_cast<IfOp>(op))
    values.push_back(branch.getCondition());
  if (auto loop = dyn_cast<LoopOp>(op); loop && loop.getCount())
    values.push_back(loop.getCount());
  return values;
}

// The weights of `op`, which are stored in the precision of the network.
static Value weightsOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<Conv2DOp, ConvTranspose2DOp>(
          [](auto conv) { return conv.getFilter(); })
      .Case([](RecurrentOp recurrent) { return recurrent.getRecursion(); })
      .Case([](GatherOp gather) { return gather.getTable(); })
      .Default([](Operation *) { return Value(); });
}

// Whether half precision cannot hold constant weights.
static bool losesWeights(Operation *op) {
  Value weights = weightsOf(op);
  FailureOr<mlc::FloatView> view =
      weights ? mlc::viewConstant(weights) : FailureOr<mlc::FloatView>();
  if (failed(view))
    return false;
  mlc::HalfLoss loss(1);
  for (float x : ArrayRef<float>(*view)) {
    // Nothing holds these.
    if (!std::isfinite(x))
      return false;
    loss.add(0, x);
  }
  return !loss.isAcceptable();
}

namespace {

//===----------------------------------------------------------------------===//
// Values stored in float
//===----------------------------------------------------------------------===//

// Finds them, through functions and what calls them.
class FloatValues {
public:
  explicit FloatValues(ModuleOp module) : symbols(module) {
    module.walk([&](Operation *op) {
      if (isa<IfOp, LoopOp>(op))
        for (StringRef name : calleesOf(op))
          callers[symbols.lookup(name)].push_back(op);
    });
    module.walk([&](Operation *op) { addSeeds(op); });
    while (!work.empty()) {
      auto [value, isCount] = work.pop_back_val();
      goUp(value);
      if (isCount)
        goDown(value);
    }
  }

  ArrayRef<Operation *> producers() const { return ops.getArrayRef(); }

private:
  void addSeeds(Operation *op) {
    if (givesIndex(op) ||
        (addsUp(op) && llvm::any_of(op->getOperands(), isAnswer)))
      count(op->getResult(0));
    for (Value value : decidingOperands(op))
      require(value);
  }

  void require(Value value) {
    if (required.insert(value).second)
      work.push_back({value, false});
  }
  void count(Value value) {
    required.insert(value);
    if (counts.insert(value).second)
      work.push_back({value, true});
  }

  // What `value` is computed of.
  void goUp(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return goUpFromArgument(argument);
    Operation *op = value.getDefiningOp();
    if (op->hasTrait<OpTrait::ConstantLike>())
      return;
    if (!isView(op))
      ops.insert(op);
    if (isa<IfOp, LoopOp>(op))
      return goUpFromCall(op, cast<OpResult>(value).getResultNumber());
    if (weightsOf(op) || isa<MatMulOp>(op))
      return;
    for (Value operand : op->getOperands())
      require(operand);
  }

  void goUpFromCall(Operation *op, unsigned number) {
    if (auto loop = dyn_cast<LoopOp>(op))
      require(loop.getInits()[number]);
    for (StringRef name : calleesOf(op)) {
      func::FuncOp callee = symbols.lookup<func::FuncOp>(name);
      if (!callee)
        continue;
      Operation *results = callee.getBody().front().getTerminator();
      for (OpOperand &operand : results->getOpOperands())
        if (resultOf(op, name, operand.getOperandNumber()) == number)
          require(operand.get());
    }
  }

  void goUpFromArgument(BlockArgument argument) {
    for (Operation *caller : callers.lookup(argument.getOwner()->getParentOp()))
      require(argumentsOf(caller)[argument.getArgNumber()]);
  }

  // What is computed of indices or counts, up to what compares or weighs them.
  void goDown(Value value) {
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (auto map = dyn_cast<MapOp>(user)) {
        if (!hasStep(map.getBody()))
          count(map.getResult());
      } else if (isView(user) ||
                 isa<ConcatOp, CopyOp, ReduceOp, CumSumOp, PadOp>(user)) {
        count(user->getResult(0));
      } else if (isa<TakeOp, ScatterOp>(user) && use.getOperandNumber() != 1) {
        count(user->getResult(0));
      } else if (isa<IfOp, LoopOp>(user)) {
        goDownIntoCall(user, use);
      } else if (isa<func::ReturnOp>(user)) {
        goDownFromReturn(user, use.getOperandNumber());
      }
    }
  }

  void goDownIntoCall(Operation *op, OpOperand &use) {
    if (auto loop = dyn_cast<LoopOp>(op))
      for (auto [init, state] : llvm::zip(loop.getInits(), loop.getStates()))
        if (init == use.get())
          count(state);
    for (StringRef name : calleesOf(op))
      if (auto callee = symbols.lookup<func::FuncOp>(name))
        for (auto [number, argument] : llvm::enumerate(argumentsOf(op)))
          if (argument == use.get())
            count(callee.getArgument(number));
  }

  void goDownFromReturn(Operation *op, unsigned operand) {
    auto callee = op->getParentOfType<func::FuncOp>();
    for (Operation *caller : callers.lookup(callee)) {
      int64_t number = resultOf(caller, callee.getName(), operand);
      if (number >= 0)
        count(caller->getResult(number));
    }
  }

  // The functions that control flow calls, what it hands to them, and which of
  // its results theirs become: -1 for conditions.
  static SmallVector<StringRef> calleesOf(Operation *op) {
    if (auto branch = dyn_cast<IfOp>(op))
      return {branch.getThenFunction(), branch.getElseFunction()};
    auto loop = cast<LoopOp>(op);
    SmallVector<StringRef> names = {loop.getBodyFunction()};
    if (auto condition = loop.getConditionFunction())
      names.push_back(*condition);
    return names;
  }
  static SmallVector<Value> argumentsOf(Operation *op) {
    if (auto branch = dyn_cast<IfOp>(op))
      return SmallVector<Value>(branch.getCaptures());
    auto loop = cast<LoopOp>(op);
    SmallVector<Value> values(loop.getStates());
    llvm::append_range(values, loop.getCaptures());
    return values;
  }
  static int64_t resultOf(Operation *op, StringRef callee, unsigned operand) {
    auto loop = dyn_cast<LoopOp>(op);
    if (!loop)
      return operand;
    bool isBody = callee == loop.getBodyFunction();
    ArrayRef<int64_t> numbers =
        isBody ? loop.getBodyStates() : loop.getConditionStates();
    unsigned first = isBody ? loop.getBodyMayBreak() : 1;
    return operand < first ? -1 : numbers[operand - first];
  }

  SymbolTable symbols;
  DenseMap<Operation *, SmallVector<Operation *, 1>> callers;
  DenseSet<Value> required, counts;
  SmallVector<std::pair<Value, bool>> work;
  llvm::SetVector<Operation *> ops;
};

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

struct AssignPrecision : mlc::impl::AssignPrecisionBase<AssignPrecision> {
  using AssignPrecisionBase::AssignPrecisionBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(mlc::checkConstants(module)))
      return signalPassFailure();
    llvm::StringSet<> wanted;
    if (auto names = module->getAttrOfType<ArrayAttr>(kFloatLayersAttr))
      for (Attribute name : names)
        if (auto text = dyn_cast<StringAttr>(name))
          wanted.insert(text.getValue());
    for (auto func : module.getOps<func::FuncOp>())
      keepLayers(func, wanted);
    FloatValues values(module);
    for (Operation *op : values.producers())
      if (isa<NNDialect>(op->getDialect()) && !isKeptInFloat(op) &&
          !isa<ConcatOp>(op)) {
        op->setAttr(kResultPrecisionAttr,
                    StringAttr::get(&getContext(), "f32"));
        ++numFloatResults;
      }
  }

private:
  // Layers named in `wanted`, and those whose weights must be floats.
  void keepLayers(func::FuncOp func, const llvm::StringSet<> &wanted) {
    // What shares a kernel shares its weights' type.
    llvm::SmallDenseSet<int64_t> kernels;
    for (Operation &op : func.getBody().front()) {
      if (!isa<NNDialect>(op.getDialect()) || isView(&op))
        continue;
      auto names = mlc::layerNames(op.getLoc());
      if (!losesWeights(&op) && llvm::none_of(names, [&](StringRef name) {
            return wanted.contains(name);
          }))
        continue;
      keepInFloat(&op);
      if (auto conv = dyn_cast<Conv2DOp>(op); conv && conv.getSharedKernel())
        kernels.insert(*conv.getSharedKernel());
    }
    for (auto conv : func.getOps<Conv2DOp>())
      if (conv.getSharedKernel() && kernels.contains(*conv.getSharedKernel()))
        keepInFloat(conv);
  }

  void keepInFloat(Operation *op) {
    if (isKeptInFloat(op))
      return;
    op->setAttr(kPrecisionAttr, StringAttr::get(op->getContext(), "f32"));
    ++numFloat;
  }
};

} // namespace
