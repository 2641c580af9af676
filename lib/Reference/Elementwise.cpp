// Elementwise layers, reductions and normalisations, by their formulas.
#include "Layers.h"

#include <cmath>

using namespace mlir;
using namespace mlc;

//===----------------------------------------------------------------------===//
// One input
//===----------------------------------------------------------------------===//

static double softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

double mlc::activate(coreml::ActivationKind kind, double x, double alpha,
                     double beta) {
  using Kind = coreml::ActivationKind;
  switch (kind) {
  case Kind::linear:
    return alpha * x + beta;
  case Kind::relu:
    return std::max(0.0, x);
  case Kind::leaky_relu:
  case Kind::prelu:
    return x >= 0 ? x : alpha * x;
  case Kind::thresholded_relu:
    return x >= alpha ? x : 0;
  case Kind::tanh:
    return std::tanh(x);
  case Kind::scaled_tanh:
    return alpha * std::tanh(beta * x);
  case Kind::sigmoid:
    return 1 / (1 + std::exp(-x));
  case Kind::sigmoid_hard:
    return std::min(std::max(alpha * x + beta, 0.0), 1.0);
  case Kind::elu:
    return x >= 0 ? x : alpha * std::expm1(x);
  case Kind::softsign:
    return x / (1 + std::fabs(x));
  case Kind::softplus:
    return softplus(x);
  case Kind::parametric_softplus:
    return alpha * softplus(beta * x);
  }
  llvm_unreachable("all kinds are handled");
}

Tensor mlc::evaluateActivation(coreml::ActivationOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  std::vector<float> alpha = weightsOf(op.getAlphaAttr()),
                     beta = weightsOf(op.getBetaAttr());
  // One number for all channels, one for each, or none.
  auto parameter = [](ArrayRef<float> values, int64_t c) -> double {
    return values.empty() ? 0 : values.size() == 1 ? values[0] : values[c];
  };
  for (int64_t i = 0; i < output.size(); ++i) {
    int64_t c = i / s.pixels() % s.c;
    output.data[i] = float(activate(op.getKind(), in[0]->data[i],
                                    parameter(alpha, c), parameter(beta, c)));
  }
  return output;
}

Tensor mlc::evaluateUnary(coreml::UnaryFunctionOp op, Operands in) {
  using Function = coreml::UnaryOperation;
  Tensor output = resultTensor(op);
  double alpha = op.getAlpha().convertToDouble(),
         epsilon = op.getEpsilon().convertToDouble(),
         shift = op.getShift().convertToDouble(),
         scale = op.getScale().convertToDouble();
  auto apply = [&](double x) {
    switch (op.getType()) {
    case Function::SQRT:
      return std::sqrt(x);
    case Function::RSQRT:
      return 1 / std::sqrt(x + epsilon);
    case Function::INVERSE:
      return 1 / (x + epsilon);
    case Function::POWER:
      return std::pow(x, alpha);
    case Function::EXP:
      return std::exp(x);
    case Function::LOG:
      return std::log(x + epsilon);
    case Function::ABS:
      return std::fabs(x);
    case Function::THRESHOLD:
      return std::max(alpha, x);
    }
    llvm_unreachable("all functions are handled");
  };
  for (int64_t i = 0; i < output.size(); ++i)
    output.data[i] = float(apply(in[0]->data[i] * scale + shift));
  return output;
}

//===----------------------------------------------------------------------===//
// Many inputs
//===----------------------------------------------------------------------===//

// The element of `input` that broadcasts to the place `at` of a result.
static double elementAt(const Tensor &input, ArrayRef<int64_t> at) {
  int64_t index = 0;
  size_t missing = at.size() - input.shape.size();
  for (size_t i = 0; i < input.shape.size(); ++i)
    index =
        index * input.shape[i] + (input.shape[i] == 1 ? 0 : at[missing + i]);
  return input.data[index];
}

static double join(Operation *op, double a, double b) {
  if (isa<coreml::MultiplyOp>(op))
    return a * b;
  if (isa<coreml::MaxOp>(op))
    return std::max(a, b);
  if (isa<coreml::MinOp>(op))
    return std::min(a, b);
  return a + b;
}

Tensor mlc::evaluateJoin(Operation *op, Operands in) {
  Tensor output = resultTensor(op);
  SmallVector<int64_t> at(output.rank(), 0);
  for (int64_t i = 0; i < output.size(); ++i) {
    double value = elementAt(*in[0], at);
    for (const Tensor *other : in.drop_front())
      value = join(op, value, elementAt(*other, at));
    if (in.size() == 1) {
      if (auto add = dyn_cast<coreml::AddOp>(op))
        value += add.getAlpha().convertToDouble();
      if (auto multiply = dyn_cast<coreml::MultiplyOp>(op))
        value *= multiply.getAlpha().convertToDouble();
    }
    if (isa<coreml::AverageOp>(op))
      value /= double(in.size());
    output.data[i] = float(value);
    for (size_t d = at.size(); d-- > 0;) {
      if (++at[d] < output.shape[d])
        break;
      at[d] = 0;
    }
  }
  return output;
}

Tensor mlc::evaluateDot(coreml::DotOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(in[0]->shape);
  for (int64_t n = 0; n < s.n; ++n) {
    double dot = 0, a = 0, b = 0;
    for (int64_t c = 0; c < s.c; ++c) {
      double x = in[0]->data[n * s.c + c], y = in[1]->data[n * s.c + c];
      dot += x * y;
      a += x * x;
      b += y * y;
    }
    if (op.getCosineSimilarity())
      dot /= std::sqrt(a) * std::sqrt(b);
    output.data[n] = float(dot);
  }
  return output;
}

//===----------------------------------------------------------------------===//
// Normalisations
//===----------------------------------------------------------------------===//

Tensor mlc::evaluateSoftmax(coreml::SoftmaxOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  int64_t channels = s.c, pixels = s.pixels(), images = s.n;
  if (output.rank() < 3) {
    // Without channels it is along the last dimension.
    channels = output.shape.back();
    pixels = 1;
    images = output.size() / channels;
  }
  for (int64_t n = 0; n < images; ++n)
    for (int64_t i = 0; i < pixels; ++i) {
      auto at = [&](int64_t c) { return (n * channels + c) * pixels + i; };
      double largest = in[0]->data[at(0)], sum = 0;
      for (int64_t c = 0; c < channels; ++c)
        largest = std::max(largest, double(in[0]->data[at(c)]));
      for (int64_t c = 0; c < channels; ++c)
        sum += std::exp(in[0]->data[at(c)] - largest);
      for (int64_t c = 0; c < channels; ++c)
        output.data[at(c)] =
            float(std::exp(in[0]->data[at(c)] - largest) / sum);
    }
  return output;
}

Tensor mlc::evaluateLRN(coreml::LRNOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  int64_t size = op.getLocalSize();
  double alpha = op.getAlpha().convertToDouble(),
         beta = op.getBeta().convertToDouble(), k = op.getK().convertToDouble();
  for (int64_t n = 0; n < s.n; ++n)
    for (int64_t c = 0; c < s.c; ++c)
      for (int64_t i = 0; i < s.pixels(); ++i) {
        double squares = 0;
        int64_t first = c - size / 2;
        for (int64_t j = first; j < first + size; ++j)
          if (j >= 0 && j < s.c) {
            double x = in[0]->data[s.at(n, j, 0, 0) + i];
            squares += x * x;
          }
        int64_t at = s.at(n, c, 0, 0) + i;
        output.data[at] =
            float(in[0]->data[at] /
                  std::pow(k + alpha / double(size) * squares, beta));
      }
  return output;
}

Tensor mlc::evaluateL2Normalize(coreml::L2NormalizeOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  int64_t count = s.c * s.pixels();
  for (int64_t n = 0; n < s.n; ++n) {
    double squares = op.getEpsilon().convertToDouble();
    for (int64_t i = 0; i < count; ++i) {
      double x = in[0]->data[n * count + i];
      squares += x * x;
    }
    for (int64_t i = 0; i < count; ++i)
      output.data[n * count + i] =
          float(in[0]->data[n * count + i] / std::sqrt(squares));
  }
  return output;
}

Tensor mlc::evaluateMVN(coreml::MVNOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  // Whole images, or each of their planes.
  int64_t count = op.getAcrossChannels() ? s.c * s.pixels() : s.pixels();
  for (int64_t start = 0; start < output.size(); start += count) {
    double mean = 0, variance = 0;
    for (int64_t i = 0; i < count; ++i)
      mean += in[0]->data[start + i];
    mean /= double(count);
    for (int64_t i = 0; i < count; ++i) {
      double d = in[0]->data[start + i] - mean;
      variance += d * d;
    }
    variance /= double(count);
    double divisor =
        op.getNormalizeVariance()
            ? std::sqrt(variance + op.getEpsilon().convertToDouble())
            : 1;
    for (int64_t i = 0; i < count; ++i)
      output.data[start + i] = float((in[0]->data[start + i] - mean) / divisor);
  }
  return output;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

// The reduction of `values`, in order.
static double reduce(coreml::ReduceOp op, ArrayRef<double> values) {
  using Mode = coreml::ReduceOperation;
  Mode mode = op.getMode();
  double epsilon = op.getEpsilon().convertToDouble();
  double result = mode == Mode::PROD ? 1 : 0;
  if (mode == Mode::MAX || mode == Mode::MIN || mode == Mode::ARGMAX)
    result = values.front();
  int64_t best = 0;
  for (auto [index, x] : llvm::enumerate(values)) {
    switch (mode) {
    case Mode::SUM:
    case Mode::AVG:
      result += x;
      break;
    case Mode::PROD:
      result *= x;
      break;
    case Mode::LOGSUM:
      result += std::log(x + epsilon);
      break;
    case Mode::SUMSQUARE:
    case Mode::L2:
      result += x * x;
      break;
    case Mode::L1:
      result += std::fabs(x);
      break;
    case Mode::MIN:
      result = std::min(result, x);
      break;
    case Mode::MAX:
    case Mode::ARGMAX:
      if (x > result) {
        result = x;
        best = index;
      }
      break;
    }
  }
  if (mode == Mode::AVG)
    return result / double(values.size());
  if (mode == Mode::L2)
    return std::sqrt(result);
  return mode == Mode::ARGMAX ? double(best) : result;
}

Tensor mlc::evaluateReduce(coreml::ReduceOp op, Operands in) {
  Tensor output = resultTensor(op);
  const Tensor &input = *in[0];
  SmallVector<unsigned> axes = coreml::getReducedAxes(op);
  // Gather, for every result, the elements it is made of.
  std::vector<SmallVector<double, 0>> parts(output.size());
  SmallVector<int64_t> at(input.rank(), 0);
  for (int64_t i = 0; i < input.size(); ++i) {
    int64_t index = 0;
    for (int64_t d = 0; d < input.rank(); ++d)
      index = index * output.shape[d] +
              (llvm::is_contained(axes, unsigned(d)) ? 0 : at[d]);
    parts[index].push_back(input.data[i]);
    for (int64_t d = input.rank(); d-- > 0;) {
      if (++at[d] < input.shape[d])
        break;
      at[d] = 0;
    }
  }
  for (int64_t i = 0; i < output.size(); ++i)
    output.data[i] = float(reduce(op, parts[i]));
  return output;
}
