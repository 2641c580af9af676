// Scalar regions of the nn dialect: arith and math ops by their definitions, in
// double.
#include "NNOps.h"

#include "llvm/ADT/StringMap.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

namespace {
using Function = double (*)(double, double, double);
} // namespace

// The larger one; NaN if either is.
static double maximum(double x, double y, double) {
  return std::isnan(x) || std::isnan(y) ? NAN : std::max(x, y);
}
static double minimum(double x, double y, double) {
  return std::isnan(x) || std::isnan(y) ? NAN : std::min(x, y);
}

// By the names of ops; those of three operands are select and fma.
static const llvm::StringMap<Function> &functions() {
#define MLC_SCALAR(formula)                                                    \
  [](double x, double y, double z) -> double {                                 \
    (void)x, (void)y, (void)z;                                                 \
    return formula;                                                            \
  }
  static const llvm::StringMap<Function> table = {
      {"arith.addf", MLC_SCALAR(x + y)},
      {"arith.subf", MLC_SCALAR(x - y)},
      {"arith.mulf", MLC_SCALAR(x * y)},
      {"arith.divf", MLC_SCALAR(x / y)},
      {"arith.remf", MLC_SCALAR(std::fmod(x, y))},
      {"arith.negf", MLC_SCALAR(-x)},
      {"arith.maximumf", maximum},
      {"arith.minimumf", minimum},
      {"arith.maxnumf", MLC_SCALAR(std::fmax(x, y))},
      {"arith.minnumf", MLC_SCALAR(std::fmin(x, y))},
      {"arith.select", MLC_SCALAR(x != 0 ? y : z)},
      {"arith.andi", MLC_SCALAR(x != 0 && y != 0)},
      {"arith.ori", MLC_SCALAR(x != 0 || y != 0)},
      {"arith.xori", MLC_SCALAR((x != 0) != (y != 0))},
      {"arith.extf", MLC_SCALAR(x)},
      {"arith.truncf", MLC_SCALAR(x)},
      {"arith.uitofp", MLC_SCALAR(x)},
      {"arith.sitofp", MLC_SCALAR(x)},
      {"math.absf", MLC_SCALAR(std::fabs(x))},
      {"math.acos", MLC_SCALAR(std::acos(x))},
      {"math.acosh", MLC_SCALAR(std::acosh(x))},
      {"math.asin", MLC_SCALAR(std::asin(x))},
      {"math.asinh", MLC_SCALAR(std::asinh(x))},
      {"math.atan", MLC_SCALAR(std::atan(x))},
      {"math.atan2", MLC_SCALAR(std::atan2(x, y))},
      {"math.atanh", MLC_SCALAR(std::atanh(x))},
      {"math.ceil", MLC_SCALAR(std::ceil(x))},
      {"math.cos", MLC_SCALAR(std::cos(x))},
      {"math.cosh", MLC_SCALAR(std::cosh(x))},
      {"math.copysign", MLC_SCALAR(std::copysign(x, y))},
      {"math.erf", MLC_SCALAR(std::erf(x))},
      {"math.exp", MLC_SCALAR(std::exp(x))},
      {"math.exp2", MLC_SCALAR(std::exp2(x))},
      {"math.expm1", MLC_SCALAR(std::expm1(x))},
      {"math.floor", MLC_SCALAR(std::floor(x))},
      {"math.fma", MLC_SCALAR(x * y + z)},
      {"math.log", MLC_SCALAR(std::log(x))},
      {"math.log1p", MLC_SCALAR(std::log1p(x))},
      {"math.log2", MLC_SCALAR(std::log2(x))},
      {"math.powf", MLC_SCALAR(std::pow(x, y))},
      {"math.round", MLC_SCALAR(std::round(x))},
      {"math.roundeven", MLC_SCALAR(std::nearbyint(x))},
      {"math.rsqrt", MLC_SCALAR(1 / std::sqrt(x))},
      {"math.sin", MLC_SCALAR(std::sin(x))},
      {"math.sinh", MLC_SCALAR(std::sinh(x))},
      {"math.sqrt", MLC_SCALAR(std::sqrt(x))},
      {"math.tan", MLC_SCALAR(std::tan(x))},
      {"math.tanh", MLC_SCALAR(std::tanh(x))},
      {"math.trunc", MLC_SCALAR(std::trunc(x))},
  };
  return table;
}

// Ordered comparisons are false for NaN, unordered ones true.
static Function comparison(arith::CmpFPredicate predicate) {
  using P = arith::CmpFPredicate;
#define MLC_ORDERED(name, test)                                                \
  case P::O##name:                                                             \
    return MLC_SCALAR(!std::isnan(x) && !std::isnan(y) && (test));             \
  case P::U##name:                                                             \
    return MLC_SCALAR(std::isnan(x) || std::isnan(y) || (test));
  switch (predicate) {
    MLC_ORDERED(EQ, x == y)
    MLC_ORDERED(NE, x != y)
    MLC_ORDERED(LT, x < y)
    MLC_ORDERED(LE, x <= y)
    MLC_ORDERED(GT, x > y)
    MLC_ORDERED(GE, x >= y)
  case P::ORD:
    return MLC_SCALAR(!std::isnan(x) && !std::isnan(y));
  case P::UNO:
    return MLC_SCALAR(std::isnan(x) || std::isnan(y));
  case P::AlwaysFalse:
    return MLC_SCALAR(0);
  case P::AlwaysTrue:
    return MLC_SCALAR(1);
  }
  llvm_unreachable("all predicates are above");
#undef MLC_ORDERED
}

// Integers are as their unsigned number; pixels, of 8 bits, may be compared as
// signed ones.
static double asSigned(double x) { return x > 127 ? x - 256 : x; }

static Function comparison(arith::CmpIPredicate predicate, Type type) {
  using P = arith::CmpIPredicate;
#define MLC_SIGNED(name, test)                                                 \
  case P::u##name:                                                             \
    return MLC_SCALAR(test);                                                   \
  case P::s##name:                                                             \
    if (!type.isInteger(8))                                                    \
      return nullptr;                                                          \
    return [](double a, double b, double) -> double {                          \
      double x = asSigned(a), y = asSigned(b);                                 \
      return test;                                                             \
    };
  switch (predicate) {
  case P::eq:
    return MLC_SCALAR(x == y);
  case P::ne:
    return MLC_SCALAR(x != y);
    MLC_SIGNED(lt, x < y)
    MLC_SIGNED(le, x <= y)
    MLC_SIGNED(gt, x > y)
    MLC_SIGNED(ge, x >= y)
  }
  llvm_unreachable("all predicates are above");
#undef MLC_SIGNED
}

llvm::Expected<ScalarProgram> ScalarProgram::compile(Region &region) {
  ScalarProgram program;
  if (region.empty()) {
    program.numArguments = program.firstResult = 1;
    program.slots.resize(1);
    return program;
  }
  Block &block = region.front();
  DenseMap<Value, unsigned> slotOf;
  auto define = [&](Value value, double initial) {
    slotOf[value] = program.slots.size();
    program.slots.push_back(initial);
  };
  for (BlockArgument argument : block.getArguments())
    define(argument, 0);
  program.numArguments = program.slots.size();
  for (auto constant : block.getOps<arith::ConstantOp>()) {
    Attribute value = constant.getValue();
    if (auto number = dyn_cast<FloatAttr>(value))
      define(constant, number.getValueAsDouble());
    else
      define(constant,
             double(cast<IntegerAttr>(value).getValue().getZExtValue()));
  }
  program.firstResult = program.slots.size();
  for (Operation &op : block.without_terminator()) {
    if (isa<arith::ConstantOp>(op))
      continue;
    Step step = {nullptr, {0, 0, 0}};
    if (auto compare = dyn_cast<arith::CmpFOp>(op))
      step.function = comparison(compare.getPredicate());
    else if (auto integers = dyn_cast<arith::CmpIOp>(op))
      step.function =
          comparison(integers.getPredicate(), integers.getLhs().getType());
    else
      step.function = functions().lookup(op.getName().getStringRef());
    if (!step.function || op.getNumOperands() > 3 || op.getNumResults() != 1)
      return llvm::createStringError("'" + op.getName().getStringRef() +
                                     "' cannot be evaluated");
    for (auto [index, operand] : llvm::enumerate(op.getOperands())) {
      auto found = slotOf.find(operand);
      if (found == slotOf.end())
        return llvm::createStringError("'" + op.getName().getStringRef() +
                                       "' reads a value from outside of its "
                                       "region");
      step.operands[index] = found->second;
    }
    define(op.getResult(0), 0);
    program.steps.push_back(step);
  }
  program.yielded = slotOf.lookup(block.getTerminator()->getOperand(0));
  return program;
}

double ScalarProgram::run(ArrayRef<double> arguments) {
  std::copy_n(arguments.begin(), numArguments, slots.begin());
  unsigned result = firstResult;
  for (const Step &step : steps)
    slots[result++] =
        step.function(slots[step.operands[0]], slots[step.operands[1]],
                      slots[step.operands[2]]);
  return slots[yielded];
}

llvm::Expected<Tensor> mlc::mapElements(Region &region, ArrayRef<int64_t> shape,
                                        Operands inputs) {
  llvm::Expected<ScalarProgram> program = ScalarProgram::compile(region);
  if (!program)
    return program.takeError();
  // A step along a dimension of the result moves so far in each input.
  SmallVector<SmallVector<int64_t>> strides;
  for (const Tensor *input : inputs) {
    SmallVector<int64_t> &own = strides.emplace_back(shape.size(), 0);
    int64_t stride = 1;
    for (size_t i = 0; i < input->shape.size(); ++i) {
      int64_t extent = input->shape[input->shape.size() - 1 - i];
      own[shape.size() - 1 - i] = extent == 1 ? 0 : stride;
      stride *= extent;
    }
  }
  SmallVector<double> arguments(inputs.size());
  return fillPlaces(Tensor(shape), [&](Place at) {
    for (auto [index, input] : llvm::enumerate(inputs)) {
      int64_t offset = 0;
      for (size_t i = 0; i < at.size(); ++i)
        offset += at[i] * strides[index][i];
      arguments[index] = input->data[offset];
    }
    return program->run(arguments);
  });
}
