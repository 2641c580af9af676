// Elementwise array layers, by their formulas.
#include "Places.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <functional>

using namespace mlir;
using namespace mlc;
using namespace mlir::coreml;

using Number = double;
using Elements = ArrayRef<Number>;
using Function = std::function<double(Elements)>;

static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

static double gelu(GeluMode mode, double x) {
  switch (mode) {
  case GeluMode::EXACT:
    return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
  case GeluMode::TANH_APPROXIMATION:
    return 0.5 * x *
           (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  case GeluMode::SIGMOID_APPROXIMATION:
    return x * sigmoid(1.702 * x);
  }
  llvm_unreachable("all modes are handled");
}

static double modulo(double a, double b) {
  double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static Function unaryFunction(Operation *op) {
  auto lift = [](double (*function)(double)) {
    return [=](Elements x) { return function(x[0]); };
  };
  return llvm::TypeSwitch<Operation *, Function>(op)
      .Case<CeilOp>([&](auto) { return lift(std::ceil); })
      .Case<FloorOp>([&](auto) { return lift(std::floor); })
      .Case<RoundOp>([&](auto) { return lift(std::nearbyint); })
      .Case<Exp2Op>([&](auto) { return lift(std::exp2); })
      .Case<SinOp>([&](auto) { return lift(std::sin); })
      .Case<CosOp>([&](auto) { return lift(std::cos); })
      .Case<TanOp>([&](auto) { return lift(std::tan); })
      .Case<AsinOp>([&](auto) { return lift(std::asin); })
      .Case<AcosOp>([&](auto) { return lift(std::acos); })
      .Case<AtanOp>([&](auto) { return lift(std::atan); })
      .Case<SinhOp>([&](auto) { return lift(std::sinh); })
      .Case<CoshOp>([&](auto) { return lift(std::cosh); })
      .Case<TanhOp>([&](auto) { return lift(std::tanh); })
      .Case<AsinhOp>([&](auto) { return lift(std::asinh); })
      .Case<AcoshOp>([&](auto) { return lift(std::acosh); })
      .Case<AtanhOp>([&](auto) { return lift(std::atanh); })
      .Case<ErfOp>([&](auto) { return lift(std::erf); })
      .Case<SignOp>([](auto) {
        return [](Elements x) { return double((x[0] > 0) - (x[0] < 0)); };
      })
      .Case<LogicalNotOp>(
          [](auto) { return [](Elements x) { return double(x[0] == 0); }; })
      .Case([](GeluOp gelu) {
        return
            [mode = gelu.getMode()](Elements x) { return ::gelu(mode, x[0]); };
      })
      .Case([](ClipOp clip) {
        double low = clip.getMinVal().convertToDouble(),
               high = clip.getMaxVal().convertToDouble();
        return [=](Elements x) { return std::min(std::max(x[0], low), high); };
      })
      .Case([](ClampedReLUOp relu) {
        double alpha = relu.getAlpha().convertToDouble(),
               beta = relu.getBeta().convertToDouble();
        return [=](Elements x) {
          return std::min(beta, x[0] >= 0 ? x[0] : alpha * x[0]);
        };
      })
      .Default([](Operation *) { return Function(); });
}

static Function arithmeticFunction(Operation *op) {
  auto lift = [](double (*function)(double, double)) {
    return [=](Elements x) { return function(x[0], x[1]); };
  };
  return llvm::TypeSwitch<Operation *, Function>(op)
      .Case<AddBroadcastableOp>(
          [&](auto) { return lift([](Number a, Number b) { return a + b; }); })
      .Case<SubtractBroadcastableOp>(
          [&](auto) { return lift([](Number a, Number b) { return a - b; }); })
      .Case<MultiplyBroadcastableOp>(
          [&](auto) { return lift([](Number a, Number b) { return a * b; }); })
      .Case<DivideBroadcastableOp>(
          [&](auto) { return lift([](Number a, Number b) { return a / b; }); })
      .Case<FloorDivBroadcastableOp>([&](auto) {
        return lift([](Number a, Number b) { return std::floor(a / b); });
      })
      .Case<PowBroadcastableOp>([&](auto) {
        return lift([](Number a, Number b) { return std::pow(a, b); });
      })
      .Case<MinBroadcastableOp>([&](auto) {
        return lift([](Number a, Number b) { return std::min(a, b); });
      })
      .Case<MaxBroadcastableOp>([&](auto) {
        return lift([](Number a, Number b) { return std::max(a, b); });
      })
      .Case<LogicalOrOp>([&](auto) {
        return lift(
            [](Number a, Number b) { return Number(a != 0 || b != 0); });
      })
      .Case<LogicalAndOp>([&](auto) {
        return lift(
            [](Number a, Number b) { return Number(a != 0 && b != 0); });
      })
      .Case<LogicalXorOp>([&](auto) {
        return lift(
            [](Number a, Number b) { return Number((a != 0) != (b != 0)); });
      })
      .Case<ModBroadcastableOp>([&](auto) { return lift(modulo); })
      .Case<WhereBroadcastableOp>([](auto) {
        return [](Elements x) { return x[0] != 0 ? x[1] : x[2]; };
      })
      .Default([](Operation *) { return Function(); });
}

// With one input, alpha takes the place of the second.
template <typename Op>
static Function comparison(Op op, bool (*holds)(double, double)) {
  double alpha = op.getAlpha().convertToDouble();
  return [=](Elements x) {
    return double(holds(x[0], x.size() == 2 ? x[1] : alpha));
  };
}

static Function comparisonFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, Function>(op)
      .Case([](EqualOp o) {
        return comparison(o, [](Number a, Number b) { return a == b; });
      })
      .Case([](NotEqualOp o) {
        return comparison(o, [](Number a, Number b) { return a != b; });
      })
      .Case([](LessThanOp o) {
        return comparison(o, [](Number a, Number b) { return a < b; });
      })
      .Case([](LessEqualOp o) {
        return comparison(o, [](Number a, Number b) { return a <= b; });
      })
      .Case([](GreaterThanOp o) {
        return comparison(o, [](Number a, Number b) { return a > b; });
      })
      .Case([](GreaterEqualOp o) {
        return comparison(o, [](Number a, Number b) { return a >= b; });
      })
      .Default([](Operation *) { return Function(); });
}

// The element that broadcasts to the place `at` of a larger shape.
static double broadcastElement(const Tensor &tensor, Place at) {
  SmallVector<int64_t> own(at.take_back(tensor.rank()));
  for (auto [index, size] : llvm::zip(own, tensor.shape))
    if (size == 1)
      index = 0;
  return elementAt(tensor, own);
}

std::optional<Results> mlc::evaluateArrayElementwise(Operation *op,
                                                     Operands in) {
  Function function = unaryFunction(op);
  if (!function)
    function = arithmeticFunction(op);
  if (!function)
    function = comparisonFunction(op);
  if (!function)
    return std::nullopt;
  return only(fillPlaces(resultTensor(op), [&](Place at) {
    SmallVector<double> elements;
    for (const Tensor *input : in)
      elements.push_back(broadcastElement(*input, at));
    return function(elements);
  }));
}
