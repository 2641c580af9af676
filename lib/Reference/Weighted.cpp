// Layers with weights, by their formulas.
#include "Layers.h"

#include "llvm/Support/Parallel.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

// Adds `factor` times a row of `count` inputs, `step` apart, to `sums`.
static void addRow(double *sums, const float *row, int64_t step, int64_t count,
                   double factor) {
  if (step == 1)
    for (int64_t i = 0; i < count; ++i)
      sums[i] += factor * row[i];
  else
    for (int64_t i = 0; i < count; ++i)
      sums[i] += factor * row[i * step];
}

// The outputs of one row whose input column for a tap exists: [first, end).
static std::pair<int64_t, int64_t> validOutputs(const coreml::Window &x,
                                                int64_t tap) {
  int64_t shift = tap * x.dilation - x.before;
  int64_t first = shift >= 0 ? 0 : (-shift + x.stride - 1) / x.stride;
  int64_t end = 0;
  if (x.input - 1 - shift >= 0)
    end = std::min(x.output, (x.input - 1 - shift) / x.stride + 1);
  return {first, std::max(first, end)};
}

static Tensor convolve(coreml::ConvolutionOp op, const Tensor &input,
                       ArrayRef<float> weights) {
  Tensor output = resultTensor(op);
  ImageShape in(input.shape), out(output.shape);
  coreml::Window y = coreml::getWindow(op, 0), x = coreml::getWindow(op, 1);
  std::vector<float> bias = weightsOf(op.getBiasAttr());
  int64_t groups = op.getNGroups();
  int64_t groupInputs = in.c / groups, groupOutputs = out.c / groups;
  llvm::parallelFor(0, out.n * out.c, [&](size_t plane) {
    int64_t n = plane / out.c, o = plane % out.c;
    int64_t firstInput = o / groupOutputs * groupInputs;
    std::vector<double> sums(out.w);
    for (int64_t row = 0; row < out.h; ++row) {
      std::fill(sums.begin(), sums.end(), bias.empty() ? 0.0 : bias[o]);
      for (int64_t ky = 0; ky < y.kernel; ++ky) {
        int64_t from = row * y.stride + ky * y.dilation - y.before;
        if (from < 0 || from >= in.h)
          continue;
        for (int64_t c = 0; c < groupInputs; ++c)
          for (int64_t kx = 0; kx < x.kernel; ++kx) {
            auto [first, end] = validOutputs(x, kx);
            int64_t column = first * x.stride + kx * x.dilation - x.before;
            if (first == end)
              continue;
            float weight =
                weights[((o * groupInputs + c) * y.kernel + ky) * x.kernel +
                        kx];
            addRow(&sums[first],
                   &input.data[in.at(n, firstInput + c, from, column)],
                   x.stride, end - first, weight);
          }
      }
      for (int64_t column = 0; column < out.w; ++column)
        output.data[out.at(n, o, row, column)] = float(sums[column]);
    }
  });
  return output;
}

// Every input pixel adds the filter to the output around its place.
static Tensor deconvolve(coreml::ConvolutionOp op, const Tensor &input) {
  Tensor output = resultTensor(op);
  ImageShape in(input.shape), out(output.shape);
  coreml::Window y = coreml::getWindow(op, 0), x = coreml::getWindow(op, 1);
  std::vector<float> weights = weightsOf(op.getWeightsAttr()),
                     bias = weightsOf(op.getBiasAttr());
  int64_t groups = op.getNGroups();
  int64_t groupInputs = in.c / groups, groupOutputs = out.c / groups;
  llvm::parallelFor(0, out.n * out.c, [&](size_t plane) {
    int64_t n = plane / out.c, o = plane % out.c, group = o / groupOutputs;
    std::vector<double> sums(out.pixels(), bias.empty() ? 0.0 : bias[o]);
    for (int64_t c = group * groupInputs; c < (group + 1) * groupInputs; ++c)
      for (int64_t iy = 0; iy < in.h; ++iy)
        for (int64_t ky = 0; ky < y.kernel; ++ky) {
          int64_t row = iy * y.stride + ky * y.dilation - y.before;
          if (row < 0 || row >= out.h)
            continue;
          for (int64_t ix = 0; ix < in.w; ++ix)
            for (int64_t kx = 0; kx < x.kernel; ++kx) {
              int64_t column = ix * x.stride + kx * x.dilation - x.before;
              if (column < 0 || column >= out.w)
                continue;
              float weight =
                  weights[((c * groupOutputs + o % groupOutputs) * y.kernel +
                           ky) *
                              x.kernel +
                          kx];
              sums[row * out.w + column] +=
                  double(input.data[in.at(n, c, iy, ix)]) * weight;
            }
        }
    for (int64_t i = 0; i < out.pixels(); ++i)
      output.data[out.at(n, o, 0, 0) + i] = float(sums[i]);
  });
  return output;
}

Tensor mlc::evaluateConvolution(coreml::ConvolutionOp op, Operands in) {
  if (op.getIsDeconvolution())
    return deconvolve(op, *in[0]);
  if (op.getFilter())
    return convolve(op, *in[0], in[1]->data);
  return convolve(op, *in[0], weightsOf(op.getWeightsAttr()));
}

Tensor mlc::evaluateInnerProduct(coreml::InnerProductOp op, Operands in) {
  Tensor output = resultTensor(op);
  std::vector<float> weights = weightsOf(op.getWeights()),
                     bias = weightsOf(op.getBiasAttr());
  ArrayRef<int64_t> shape =
      cast<ShapedType>(op.getWeights().getType()).getShape();
  int64_t outputs = shape[0], inputs = shape[1];
  int64_t rows = in[0]->size() / inputs;
  llvm::parallelFor(0, rows * outputs, [&](size_t i) {
    int64_t row = i / outputs, o = i % outputs;
    double sum = bias.empty() ? 0.0 : bias[o];
    for (int64_t c = 0; c < inputs; ++c)
      sum += double(in[0]->data[row * inputs + c]) * weights[o * inputs + c];
    output.data[row * outputs + o] = float(sum);
  });
  return output;
}

Tensor mlc::evaluateEmbedding(coreml::EmbeddingOp op, Operands in) {
  Tensor output = resultTensor(op);
  std::vector<float> weights = weightsOf(op.getWeights()),
                     bias = weightsOf(op.getBiasAttr());
  ArrayRef<int64_t> shape =
      cast<ShapedType>(op.getWeights().getType()).getShape();
  int64_t outputs = shape[0], rows = shape[1];
  for (int64_t i = 0; i < in[0]->size(); ++i) {
    double wanted = std::trunc(in[0]->data[i]);
    int64_t row = int64_t(std::min(std::max(wanted, 0.0), double(rows - 1)));
    for (int64_t o = 0; o < outputs; ++o)
      output.data[i * outputs + o] =
          weights[o * rows + row] + (bias.empty() ? 0.0f : bias[o]);
  }
  return output;
}

Tensor mlc::evaluateBatchnorm(coreml::BatchnormOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  std::vector<float> gamma = weightsOf(op.getGamma()),
                     beta = weightsOf(op.getBeta()),
                     mean = weightsOf(op.getMeanAttr()),
                     variance = weightsOf(op.getVarianceAttr());
  double epsilon = op.getEpsilon().convertToDouble();
  // Statistics of one channel over the images [first, end).
  auto normalise = [&](int64_t c, int64_t first, int64_t end) {
    double m, v = 0;
    if (op.getComputeMeanVar()) {
      double sum = 0, count = double((end - first) * s.pixels());
      for (int64_t n = first; n < end; ++n)
        for (int64_t i = 0; i < s.pixels(); ++i)
          sum += in[0]->data[s.at(n, c, 0, 0) + i];
      m = sum / count;
      for (int64_t n = first; n < end; ++n)
        for (int64_t i = 0; i < s.pixels(); ++i) {
          double d = in[0]->data[s.at(n, c, 0, 0) + i] - m;
          v += d * d;
        }
      v /= count;
    } else {
      m = mean[c];
      v = variance[c];
    }
    double scale = gamma[c] / std::sqrt(v + epsilon);
    for (int64_t n = first; n < end; ++n)
      for (int64_t i = 0; i < s.pixels(); ++i) {
        int64_t at = s.at(n, c, 0, 0) + i;
        output.data[at] = float((in[0]->data[at] - m) * scale + beta[c]);
      }
  };
  for (int64_t c = 0; c < s.c; ++c) {
    if (!op.getInstanceNormalization()) {
      normalise(c, 0, s.n);
      continue;
    }
    for (int64_t n = 0; n < s.n; ++n)
      normalise(c, n, n + 1);
  }
  return output;
}

// The element of weights of shape [1], [C], [1, H, W] or [C, H, W] that belongs
// to a place in an image.
static double broadcastAt(ArrayRef<float> weights, ArrayRef<int64_t> shape,
                          int64_t c, int64_t y, int64_t x) {
  if (weights.size() == 1)
    return weights[0];
  if (shape.size() < 3)
    return weights[c];
  int64_t channel = shape[0] == 1 ? 0 : c;
  int64_t row = shape[1] == 1 ? 0 : y, column = shape[2] == 1 ? 0 : x;
  return weights[(channel * shape[1] + row) * shape[2] + column];
}

// input * scale + bias, each broadcast; an absent one is 1 or 0.
static Tensor scaleAndShift(Operation *op, const Tensor &input,
                            ElementsAttr scale, ElementsAttr bias) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  std::vector<float> a = weightsOf(scale), b = weightsOf(bias);
  auto shapeOf = [](ElementsAttr attr) {
    return attr ? cast<ShapedType>(attr.getType()).getShape()
                : ArrayRef<int64_t>();
  };
  for (int64_t n = 0; n < s.n; ++n)
    for (int64_t c = 0; c < s.c; ++c)
      for (int64_t y = 0; y < s.h; ++y)
        for (int64_t x = 0; x < s.w; ++x) {
          int64_t at = s.at(n, c, y, x);
          double value = input.data[at];
          if (scale)
            value *= broadcastAt(a, shapeOf(scale), c, y, x);
          if (bias)
            value += broadcastAt(b, shapeOf(bias), c, y, x);
          output.data[at] = float(value);
        }
  return output;
}

Tensor mlc::evaluateScale(coreml::ScaleOp op, Operands in) {
  return scaleAndShift(op, *in[0], op.getScale(), op.getBiasAttr());
}

Tensor mlc::evaluateBias(coreml::BiasOp op, Operands in) {
  return scaleAndShift(op, *in[0], {}, op.getBiasAttr());
}

Tensor mlc::evaluateLoadConstant(coreml::LoadConstantOp op, Operands) {
  Tensor output = resultTensor(op);
  output.data = weightsOf(op.getData());
  return output;
}

Tensor mlc::evaluateScaler(coreml::ScalerOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape s(output.shape);
  double scale = op.getChannelScale().convertToDouble();
  for (int64_t n = 0; n < s.n; ++n)
    for (int64_t c = 0; c < s.c; ++c) {
      double bias = coreml::getChannelBias(op, c);
      for (int64_t i = 0; i < s.pixels(); ++i) {
        int64_t at = s.at(n, c, 0, 0) + i;
        output.data[at] = float(in[0]->data[at] * scale + bias);
      }
    }
  return output;
}

Tensor mlc::evaluateMeanImage(coreml::MeanImageOp op, Operands in) {
  Tensor output = resultTensor(op);
  std::vector<float> mean = weightsOf(op.getMeanImage());
  for (int64_t i = 0; i < output.size(); ++i)
    output.data[i] = in[0]->data[i] - mean[i % mean.size()];
  return output;
}
