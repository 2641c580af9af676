// Windows over volumes, random numbers, and boxes.
#include "Places.h"

#include "mlc/Support/Random.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlir::coreml;

// Calls `visit` for each tap of a window with the position it reads and
// whether that is inside.
static void forEachTap(ArrayRef<Window> windows, Place out,
                       function_ref<void(Place tap, Place at, bool)> visit) {
  forEachPlace({windows[0].kernel, windows[1].kernel, windows[2].kernel},
               [&](Place tap) {
                 Spot at(3);
                 bool inside = true;
                 for (int d = 0; d < 3; ++d) {
                   const Window &w = windows[d];
                   at[d] =
                       out[2 + d] * w.stride + tap[d] * w.dilation - w.before;
                   inside = inside && at[d] >= 0 && at[d] < w.input;
                 }
                 visit(tap, at, inside);
               });
}

static Results compute(Pooling3DOp op, Operands in) {
  Window windows[] = {getWindow(op, 0), getWindow(op, 1), getWindow(op, 2)};
  bool isMean = op.getType() == PoolingType::AVERAGE;
  return only(fillPlaces(resultTensor(op), [&](Place out) {
    double sum = 0, largest = -INFINITY;
    int64_t inside = 0, all = 0;
    forEachTap(windows, out, [&](Place, Place at, bool isInside) {
      ++all;
      if (!isInside)
        return;
      ++inside;
      double x = elementAt(*in[0], {out[0], out[1], at[0], at[1], at[2]});
      sum += x;
      largest = std::max(largest, x);
    });
    if (!isMean)
      return largest;
    return sum / double(op.getCountExcludePadding() ? inside : all);
  }));
}

static Results compute(GlobalPooling3DOp op, Operands in) {
  Tensor output = resultTensor(op);
  int64_t length = in[0]->size() / output.size();
  for (int64_t i = 0; i < output.size(); ++i) {
    const float *x = &in[0]->data[i * length];
    double sum = 0;
    for (int64_t j = 0; j < length; ++j)
      sum += x[j];
    output.data[i] = op.getType() == PoolingType::MAX
                         ? *std::max_element(x, x + length)
                         : float(sum / double(length));
  }
  return only(std::move(output));
}

static Results convolve(Convolution3DOp op, Operands in) {
  Window windows[] = {getWindow(op, 0), getWindow(op, 1), getWindow(op, 2)};
  Tensor weights(op.getWeights().getShapedType().getShape());
  weights.data = weightsOf(op.getWeightsAttr());
  std::vector<float> bias = weightsOf(op.getBiasAttr());
  Tensor output = resultTensor(op);
  int64_t channels = weights.shape[1],
          perGroup = output.shape[1] / int64_t(op.getNGroups());
  return only(fillPlaces(std::move(output), [&](Place out) {
    double sum = bias.empty() ? 0 : bias[out[1]];
    int64_t first = out[1] / perGroup * channels;
    forEachTap(windows, out, [&](Place tap, Place at, bool inside) {
      for (int64_t c = 0; inside && c < channels; ++c)
        sum += double(elementAt(*in[0],
                                {out[0], first + c, at[0], at[1], at[2]})) *
               elementAt(weights, {out[1], c, tap[0], tap[1], tap[2]});
    });
    return sum;
  }));
}

// Each input element adds to the outputs that its taps reach.
static Results spread(Convolution3DOp op, Operands in) {
  Window windows[] = {getWindow(op, 0), getWindow(op, 1), getWindow(op, 2)};
  Tensor weights(op.getWeights().getShapedType().getShape());
  weights.data = weightsOf(op.getWeightsAttr());
  std::vector<float> bias = weightsOf(op.getBiasAttr());
  Tensor output = resultTensor(op);
  int64_t outputs = weights.shape[1],
          perGroup = in[0]->shape[1] / int64_t(op.getNGroups());
  std::vector<double> sums(output.size(), 0);
  forEachPlace(in[0]->shape, [&](Place from) {
    forEachPlace(Place(weights.shape).drop_front(2), [&](Place tap) {
      Spot at(3);
      for (int d = 0; d < 3; ++d) {
        const Window &w = windows[d];
        at[d] = from[2 + d] * w.stride + tap[d] * w.dilation - w.before;
        if (at[d] < 0 || at[d] >= w.output)
          return;
      }
      for (int64_t o = 0; o < outputs; ++o) {
        int64_t index =
            from[0] * output.shape[1] + from[1] / perGroup * outputs + o;
        for (int d = 0; d < 3; ++d)
          index = index * output.shape[2 + d] + at[d];
        sums[index] += double(elementAt(*in[0], from)) *
                       elementAt(weights, {from[1], o, tap[0], tap[1], tap[2]});
      }
    });
  });
  size_t next = 0;
  return only(fillPlaces(std::move(output), [&](Place at) {
    return sums[next++] + (bias.empty() ? 0 : bias[at[1]]);
  }));
}

static Results constant(Operation *op, std::vector<float> values) {
  Tensor output = resultTensor(op);
  output.data = std::move(values);
  return only(std::move(output));
}

static int64_t count(Operation *op) {
  return cast<ShapedType>(op->getResult(0).getType()).getNumElements();
}

static Results compute(CategoricalDistributionOp op, Operands in) {
  Tensor output = resultTensor(op);
  int64_t classes = in[0]->shape.back(), samples = output.shape.back();
  std::vector<float> units = randomUniform(op.getSeed(), output.size(), 0, 1);
  for (int64_t i = 0; i < output.size(); ++i) {
    const float *x = &in[0]->data[i / samples * classes];
    double largest = *std::max_element(x, x + classes), total = 0;
    std::vector<double> weights;
    for (int64_t c = 0; c < classes; ++c) {
      weights.push_back(op.getIsLogits()
                            ? std::exp((x[c] - largest) /
                                       op.getTemperature().convertToDouble())
                            : x[c] + op.getEps().convertToDouble());
      total += weights.back();
    }
    double sum = 0;
    int64_t index = 0;
    for (; index < classes - 1; ++index)
      if (units[i] * total < (sum += weights[index]))
        break;
    output.data[i] = float(index);
  }
  return only(std::move(output));
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

// Intersection over union of boxes given as centre and size.
static double overlap(const float *a, const float *b) {
  auto common = [&](int d) {
    double low = std::max(a[d] - 0.5 * a[2 + d], b[d] - 0.5 * b[2 + d]),
           high = std::min(a[d] + 0.5 * a[2 + d], b[d] + 0.5 * b[2 + d]);
    return std::max(0.0, high - low);
  };
  double both = common(0) * common(1);
  return both / (double(a[2]) * a[3] + double(b[2]) * b[3] - both);
}

static Results compute(NonMaximumSuppressionOp op, Operands in) {
  Results results;
  for (unsigned i = 0; i < 4; ++i)
    results.push_back(resultTensor(op, i));
  int64_t boxes = in[0]->shape[1], classes = in[1]->shape[2],
          rows = results[2].shape[1], most = rows;
  if (in.size() > 4 && !(in[4]->data[0] >= float(rows)))
    most = in[4]->data[0] > 0 ? std::llround(in[4]->data[0]) : 0;
  double overlapLimit =
      in.size() > 2 ? in[2]->data[0] : op.getIouThreshold().convertToFloat();
  double scoreLimit =
      in.size() > 3 ? in[3]->data[0] : op.getScoreThreshold().convertToFloat();
  for (int64_t b = 0; b < in[0]->shape[0]; ++b) {
    const float *box = &in[0]->data[b * boxes * 4],
                *score = &in[1]->data[b * boxes * classes];
    auto bestClass = [&](int64_t i) {
      const float *own = score + i * classes;
      return std::max_element(own, own + classes) - own;
    };
    auto bestScore = [&](int64_t i) {
      return score[i * classes + bestClass(i)];
    };
    Spot order, kept;
    for (int64_t i = 0; i < boxes; ++i)
      order.push_back(i);
    llvm::sort(order, [&](int64_t i, int64_t j) {
      return bestScore(i) != bestScore(j) ? bestScore(i) > bestScore(j) : i < j;
    });
    for (int64_t i : order) {
      auto suppresses = [&](int64_t j) {
        return (!op.getPerClassSuppression() || bestClass(i) == bestClass(j)) &&
               overlap(box + 4 * i, box + 4 * j) > overlapLimit;
      };
      if (int64_t(kept.size()) < most && bestScore(i) >= scoreLimit &&
          llvm::none_of(kept, suppresses))
        kept.push_back(i);
    }
    if (kept.empty())
      kept.push_back(order.front());
    kept.resize(std::min<size_t>(kept.size(), most));
    results[3].data[b] = float(kept.size());
    for (int64_t m = 0; m < rows; ++m) {
      bool isKept = m < int64_t(kept.size());
      results[2].data[b * rows + m] = isKept ? float(kept[m]) : -1;
      if (!isKept)
        continue;
      std::copy_n(box + 4 * kept[m], 4, &results[0].data[(b * rows + m) * 4]);
      std::copy_n(score + classes * kept[m], classes,
                  &results[1].data[(b * rows + m) * classes]);
    }
  }
  return results;
}

std::optional<Results> mlc::evaluateVolume(Operation *op, Operands in) {
  using Optional = std::optional<Results>;
  auto number = [](const APFloat &x) { return x.convertToDouble(); };
  return llvm::TypeSwitch<Operation *, Optional>(op)
      .Case<Pooling3DOp, GlobalPooling3DOp, CategoricalDistributionOp,
            NonMaximumSuppressionOp>([&](auto o) { return compute(o, in); })
      .Case([&](Convolution3DOp o) {
        return o.getIsDeconvolution() ? spread(o, in) : convolve(o, in);
      })
      .Case<RandomNormalLikeOp, RandomNormalStaticOp, RandomNormalDynamicOp>(
          [&](auto o) {
            return constant(o, randomNormal(o.getSeed(), count(o),
                                            number(o.getMean()),
                                            number(o.getStdDev())));
          })
      .Case<RandomUniformLikeOp, RandomUniformStaticOp, RandomUniformDynamicOp>(
          [&](auto o) {
            return constant(o, randomUniform(o.getSeed(), count(o),
                                             number(o.getMinVal()),
                                             number(o.getMaxVal())));
          })
      .Case<RandomBernoulliLikeOp, RandomBernoulliStaticOp,
            RandomBernoulliDynamicOp>([&](auto o) {
        return constant(
            o, randomBernoulli(o.getSeed(), count(o), number(o.getProb())));
      })
      .Default([](Operation *) { return Optional(); });
}
