// Array layers that look at many elements for each result.
#include "Places.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlc;
using namespace mlir::coreml;

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

// All elements that meet in one of the result, in their order.
static std::vector<std::vector<double>> groups(const Tensor &input,
                                               ArrayRef<int64_t> axes) {
  Spot kept(input.shape);
  int64_t count = input.size();
  for (int64_t axis : axes) {
    count /= kept[axis];
    kept[axis] = 1;
  }
  std::vector<std::vector<double>> result(count);
  forEachPlace(input.shape, [&](Place at) {
    int64_t group = 0;
    for (size_t i = 0; i < at.size(); ++i)
      group = group * kept[i] + (kept[i] == 1 ? 0 : at[i]);
    result[group].push_back(elementAt(input, at));
  });
  return result;
}

static double sum(ArrayRef<double> x, double (*term)(double)) {
  double total = 0;
  for (double element : x)
    total += term(element);
  return total;
}

static double reduce(Operation *op, ArrayRef<double> x) {
  auto same = [](double a) { return a; };
  auto square = [](double a) { return a * a; };
  return llvm::TypeSwitch<Operation *, double>(op)
      .Case<ReduceL1Op>([&](auto) { return sum(x, std::fabs); })
      .Case<ReduceL2Op>([&](auto) { return std::sqrt(sum(x, square)); })
      .Case<ReduceMaxOp>([&](auto) { return *llvm::max_element(x); })
      .Case<ReduceMinOp>([&](auto) { return *llvm::min_element(x); })
      .Case<ReduceSumOp>([&](auto) { return sum(x, same); })
      .Case<ReduceProdOp>([&](auto) {
        return std::accumulate(x.begin(), x.end(), 1.0, std::multiplies<>());
      })
      .Case<ReduceMeanOp>([&](auto) { return sum(x, same) / double(x.size()); })
      .Case<ReduceLogSumOp>([&](auto) { return std::log(sum(x, same)); })
      .Case<ReduceSumSquareOp>([&](auto) { return sum(x, square); })
      .Case<ReduceLogSumExpOp>([&](auto) {
        double largest = *llvm::max_element(x), total = 0;
        for (double element : x)
          total += std::exp(element - largest);
        return largest + std::log(total);
      })
      .Case<ArgMaxOp>(
          [&](auto) { return double(llvm::max_element(x) - x.begin()); })
      .Case<ArgMinOp>(
          [&](auto) { return double(llvm::min_element(x) - x.begin()); });
}

static Results reduceOver(Operation *op, const Tensor &input,
                          ArrayRef<int64_t> axes) {
  Tensor output = resultTensor(op);
  auto parts = groups(input, axes);
  for (size_t i = 0; i < parts.size(); ++i)
    output.data[i] = float(reduce(op, parts[i]));
  return only(std::move(output));
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

// `output` with what `function` makes of each line of `input` along `axis`.
static Tensor
mapLines(Tensor output, const Tensor &input, int64_t axis,
         function_ref<std::vector<double>(std::vector<double>)> function) {
  Spot starts(output.shape);
  starts[axis] = 1;
  forEachPlace(starts, [&](Place place) {
    Spot at(place);
    std::vector<double> elements;
    for (; at[axis] < input.shape[axis]; ++at[axis])
      elements.push_back(elementAt(input, at));
    elements = function(std::move(elements));
    for (at[axis] = 0; at[axis] < output.shape[axis]; ++at[axis])
      elementAt(output.data, output.shape, at) = float(elements[at[axis]]);
  });
  return output;
}

// The places of `x` in order; of equal elements the first comes first.
static std::vector<double> order(ArrayRef<double> x, bool descending) {
  std::vector<double> places(x.size());
  std::iota(places.begin(), places.end(), 0);
  llvm::sort(places, [&](double i, double j) {
    double a = x[size_t(i)], b = x[size_t(j)];
    if (a == b)
      return i < j;
    return descending ? a > b : a < b;
  });
  return places;
}

static Tensor argSort(Tensor output, const Tensor &input, int64_t axis,
                      bool descending) {
  return mapLines(std::move(output), input, axis,
                  [&](std::vector<double> x) { return order(x, descending); });
}

static Results compute(TopKOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank());
  Results results(2);
  results[1] = argSort(resultTensor(op, 1), *in[0], axis, !op.getUseBottomK());
  results[0] = fillPlaces(resultTensor(op, 0), [&](Place place) {
    Spot at(place);
    at[axis] = int64_t(elementAt(results[1], place));
    return elementAt(*in[0], at);
  });
  return results;
}

static Results compute(CumSumOp op, Operands in) {
  return only(mapLines(resultTensor(op), *in[0], *getAxis(op),
                       [&](std::vector<double> x) {
                         if (op.getReverse())
                           std::reverse(x.begin(), x.end());
                         double sum = 0;
                         for (double &element : x) {
                           double before = sum;
                           sum += element;
                           element = op.getExcludeFinalSum() ? before : sum;
                         }
                         if (op.getReverse())
                           std::reverse(x.begin(), x.end());
                         return x;
                       }));
}

static Results compute(OneHotOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank() + 1);
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    at.erase(at.begin() + axis);
    bool isOn = elementAt(*in[0], at) == float(place[axis]);
    return (isOn ? op.getOnValue() : op.getOffValue()).convertToDouble();
  }));
}

//===----------------------------------------------------------------------===//
// Normalisation, products, look-ups
//===----------------------------------------------------------------------===//

static Results compute(SoftmaxNDOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank());
  return only(
      mapLines(resultTensor(op), *in[0], axis, [](std::vector<double> x) {
        double largest = *llvm::max_element(x), total = 0;
        for (double &element : x)
          total += element = std::exp(element - largest);
        for (double &element : x)
          element /= total;
        return x;
      }));
}

static Results compute(LayerNormalizationOp op, Operands in) {
  Tensor output = resultTensor(op);
  std::vector<float> gamma = weightsOf(op.getGammaAttr()),
                     beta = weightsOf(op.getBetaAttr());
  auto length = int64_t(gamma.size());
  double epsilon = op.getEps().convertToDouble();
  for (int64_t first = 0; first < output.size(); first += length) {
    const float *x = &in[0]->data[first];
    double mean = std::accumulate(x, x + length, 0.0) / double(length),
           variance = 0;
    for (int64_t i = 0; i < length; ++i)
      variance += (x[i] - mean) * (x[i] - mean) / double(length);
    for (int64_t i = 0; i < length; ++i)
      output.data[first + i] = float(
          gamma[i] * ((x[i] - mean) / std::sqrt(variance + epsilon)) + beta[i]);
  }
  return only(std::move(output));
}

// An operand as matrices.
static Tensor matrices(const Tensor &input, bool isRight, bool transpose) {
  Tensor result = input;
  if (result.rank() == 1)
    result.shape.insert(isRight ? result.shape.end() : result.shape.begin(), 1);
  if (!transpose)
    return result;
  Tensor turned = result;
  size_t last = result.rank() - 1;
  std::swap(turned.shape[last], turned.shape[last - 1]);
  return fillPlaces(turned, [&](Place place) {
    Spot at(place);
    std::swap(at[last], at[last - 1]);
    return elementAt(result, at);
  });
}

static Tensor product(Tensor output, const Tensor &a, const Tensor &b) {
  // A place in a batch that may broadcast, with row and column.
  auto element = [](const Tensor &tensor, Place place, int64_t row,
                    int64_t column) {
    Spot at(place.take_back(tensor.rank()));
    for (auto [index, size] : llvm::zip(at, tensor.shape))
      index = size == 1 ? 0 : index;
    at[at.size() - 2] = row;
    at[at.size() - 1] = column;
    return double(elementAt(tensor, at));
  };
  return fillPlaces(std::move(output), [&](Place at) {
    double total = 0;
    for (int64_t i = 0; i < a.shape.back(); ++i)
      total += element(a, at, at[at.size() - 2], i) *
               element(b, at, i, at[at.size() - 1]);
    return total;
  });
}

static Results compute(BatchedMatMulOp op, Operands in) {
  if (in.size() == 2)
    return only(product(resultTensor(op),
                        matrices(*in[0], false, op.getTransposeA()),
                        matrices(*in[1], true, op.getTransposeB())));
  Tensor output = resultTensor(op);
  std::vector<float> weights = weightsOf(op.getWeightsAttr()),
                     bias = weightsOf(op.getBiasAttr());
  int64_t inner = in[0]->shape.back(), columns = output.shape.back();
  for (int64_t i = 0; i < output.size(); ++i) {
    int64_t row = i / columns, column = i % columns;
    double total = bias.empty() ? 0 : bias[column];
    for (int64_t k = 0; k < inner; ++k)
      total +=
          double(in[0]->data[row * inner + k]) * weights[column * inner + k];
    output.data[i] = float(total);
  }
  return only(std::move(output));
}

static Results compute(EmbeddingNDOp op, Operands in) {
  Tensor output = resultTensor(op);
  std::vector<float> weights = weightsOf(op.getWeightsAttr()),
                     bias = weightsOf(op.getBiasAttr());
  int64_t length = output.shape.back(), rows = weights.size() / length;
  for (int64_t i = 0; i < output.size(); ++i) {
    double wanted = in[0]->data[i / length];
    auto row = int64_t(std::min(std::max(wanted, 0.0), double(rows - 1)));
    int64_t column = i % length;
    output.data[i] =
        weights[column * rows + row] + (bias.empty() ? 0 : bias[column]);
  }
  return only(std::move(output));
}

std::optional<Results> mlc::evaluateArrayReduction(Operation *op, Operands in) {
  using Optional = std::optional<Results>;
  return llvm::TypeSwitch<Operation *, Optional>(op)
      .Case<ReduceL1Op, ReduceL2Op, ReduceMaxOp, ReduceMinOp, ReduceSumOp,
            ReduceProdOp, ReduceMeanOp, ReduceLogSumOp, ReduceSumSquareOp,
            ReduceLogSumExpOp>([&](auto o) {
        return reduceOver(
            o, *in[0],
            *getReducedAxes(o.getAxes(), o.getReduceAll(), in[0]->rank()));
      })
      .Case<ArgMaxOp, ArgMinOp>([&](auto o) {
        return reduceOver(o, *in[0], fromFront(o.getAxis(), in[0]->rank()));
      })
      .Case([&](ArgSortOp o) {
        return only(argSort(resultTensor(o), *in[0],
                            fromFront(o.getAxis(), in[0]->rank()),
                            o.getDescending()));
      })
      .Case<TopKOp, CumSumOp, OneHotOp, SoftmaxNDOp, LayerNormalizationOp,
            BatchedMatMulOp, EmbeddingNDOp>(
          [&](auto o) { return compute(o, in); })
      .Default([](Operation *) { return Optional(); });
}
