// Ops of the nn dialect whose elements are made of a window of the input:
// convolutions, pooling, resampling, padding.
#include "NNOps.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlir::nn;

Tensor mlc::nnResult(Operation *op) {
  return Tensor(cast<ShapedType>(op->getResult(0).getType()).getShape());
}

namespace {

// A tensor [N, H, W, C].
class Images {
public:
  explicit Images(const Tensor &tensor)
      : n(tensor.shape[0]), h(tensor.shape[1]), w(tensor.shape[2]),
        c(tensor.shape[3]), data(tensor.data.data()) {}

  bool has(int64_t y, int64_t x) const {
    return y >= 0 && y < h && x >= 0 && x < w;
  }
  double at(int64_t in, int64_t y, int64_t x, int64_t ic) const {
    return data[((in * h + y) * w + x) * c + ic];
  }
  /// With rows and columns between pixels.
  double between(int64_t in, double y, double x, int64_t ic) const {
    y = std::clamp(y, 0.0, double(h - 1));
    x = std::clamp(x, 0.0, double(w - 1));
    int64_t top = int64_t(y), left = int64_t(x);
    int64_t bottom = std::min(top + 1, h - 1),
            right = std::min(left + 1, w - 1);
    double below = y - double(top), beside = x - double(left);
    auto row = [&](int64_t r) {
      return at(in, r, left, ic) * (1 - beside) + at(in, r, right, ic) * beside;
    };
    return row(top) * (1 - below) + row(bottom) * below;
  }

  int64_t n, h, w, c;

private:
  const float *data;
};

} // namespace

static Tensor convolve(Conv2DOp op, Operands in) {
  Images input(*in[0]);
  const Tensor &filter = *in[1];
  int64_t kh = filter.shape[0], kw = filter.shape[1], depth = filter.shape[2],
          outputs = filter.shape[3],
          ofGroup = outputs / int64_t(op.getGroups());
  ArrayRef<int64_t> strides = op.getStrides(), dilations = op.getDilations(),
                    padding = op.getPadding();
  // How many windows there are, before the maximum of some is taken.
  auto windows = [&](unsigned d, int64_t size, int64_t kernel) {
    return (size + padding[2 * d] + padding[2 * d + 1] -
            ((kernel - 1) * dilations[d] + 1)) /
               strides[d] +
           1;
  };
  Tensor whole(
      {input.n, windows(0, input.h, kh), windows(1, input.w, kw), outputs});
  return fillPlaces(std::move(whole), [&](Place at) {
    double sum = 0;
    for (int64_t ky = 0; ky < kh; ++ky)
      for (int64_t kx = 0; kx < kw; ++kx) {
        int64_t y = at[1] * strides[0] + ky * dilations[0] - padding[0],
                x = at[2] * strides[1] + kx * dilations[1] - padding[2];
        if (!input.has(y, x))
          continue;
        for (int64_t c = 0; c < depth; ++c)
          sum += input.at(at[0], y, x, at[3] / ofGroup * depth + c) *
                 filter.data[((ky * kw + kx) * depth + c) * outputs + at[3]];
      }
    return sum;
  });
}

Tensor mlc::poolWindows(const Tensor &images, std::array<int64_t, 2> size) {
  Images input(images);
  return fillPlaces(
      Tensor({input.n, input.h / size[0], input.w / size[1], input.c}),
      [&](Place at) {
        double most = -INFINITY;
        for (int64_t y = 0; y < size[0]; ++y)
          for (int64_t x = 0; x < size[1]; ++x)
            most = std::max(most, input.at(at[0], at[1] * size[0] + y,
                                           at[2] * size[1] + x, at[3]));
        return most;
      });
}

static Tensor convolveTransposed(ConvTranspose2DOp op, Operands in) {
  Images input(*in[0]);
  const Tensor &filter = *in[1];
  Tensor output = nnResult(op);
  int64_t kh = filter.shape[0], kw = filter.shape[1],
          channels = filter.shape[2], ofGroup = filter.shape[3],
          groups = op.getGroups();
  int64_t h = output.shape[1], w = output.shape[2], outputs = output.shape[3];
  std::vector<double> sums(output.data.size());
  for (int64_t n = 0; n < input.n; ++n)
    for (int64_t iy = 0; iy < input.h; ++iy)
      for (int64_t ix = 0; ix < input.w; ++ix)
        for (int64_t ky = 0; ky < kh; ++ky)
          for (int64_t kx = 0; kx < kw; ++kx) {
            int64_t y = iy * op.getStrides()[0] + ky * op.getDilations()[0] -
                        op.getPadding()[0];
            int64_t x = ix * op.getStrides()[1] + kx * op.getDilations()[1] -
                        op.getPadding()[1];
            if (y < 0 || y >= h || x < 0 || x >= w)
              continue;
            for (int64_t c = 0; c < channels; ++c)
              for (int64_t o = 0; o < ofGroup; ++o)
                sums[((n * h + y) * w + x) * outputs +
                     c / (channels / groups) * ofGroup + o] +=
                    input.at(n, iy, ix, c) *
                    filter.data[((ky * kw + kx) * channels + c) * ofGroup + o];
          }
  llvm::copy(sums, output.data.begin());
  return output;
}

static Tensor pool(Pool2DOp op, Operands in) {
  Images input(*in[0]);
  return fillPlaces(nnResult(op), [&](Place at) {
    double most = 0, sum = 0, squares = 0;
    int64_t inside = 0, counted = 0;
    for (int64_t ky = 0; ky < op.getWindow()[0]; ++ky)
      for (int64_t kx = 0; kx < op.getWindow()[1]; ++kx) {
        int64_t y = at[1] * op.getStrides()[0] + ky - op.getPadding()[0],
                x = at[2] * op.getStrides()[1] + kx - op.getPadding()[2];
        if (auto around = op.getCountedPadding())
          counted += y >= -(*around)[0] && y < input.h + (*around)[1] &&
                     x >= -(*around)[2] && x < input.w + (*around)[3];
        if (!input.has(y, x))
          continue;
        double value = input.at(at[0], y, x, at[3]);
        most = inside++ ? std::max(most, value) : value;
        sum += value;
        squares += value * value;
      }
    switch (op.getKind()) {
    case PoolKind::Max:
      return most;
    case PoolKind::L2:
      return std::sqrt(squares);
    case PoolKind::Average: {
      int64_t count = op.getCountedPadding() ? counted : inside;
      return count ? sum / double(count) : 0.0;
    }
    }
    llvm_unreachable("all kinds are above");
  });
}

static Tensor resize(ResizeOp op, Operands in) {
  Images input(*in[0]);
  return fillPlaces(nnResult(op), [&](Place at) {
    double y = double(at[1]) * op.getScales()[0] + op.getOffsets()[0],
           x = double(at[2]) * op.getScales()[1] + op.getOffsets()[1];
    if (op.getKind() == ResizeKind::Bilinear)
      return input.between(at[0], y, x, at[3]);
    // A whole position must not fall below itself by rounding.
    constexpr double kSlack = 1e-5;
    auto nearest = [](double position, int64_t size) {
      return std::clamp<int64_t>(int64_t(std::floor(position + kSlack)), 0,
                                 size - 1);
    };
    return input.at(at[0], nearest(y, input.h), nearest(x, input.w), at[3]);
  });
}

static Tensor cropResize(CropResizeOp op, Operands in) {
  Images input(*in[0]);
  const Tensor &boxes = *in[1];
  int64_t width = boxes.shape[1];
  return fillPlaces(nnResult(op), [&](Place at) {
    int64_t box = width == 5 ? at[0] : at[0] / input.n;
    const float *numbers = &boxes.data[box * width];
    int64_t image =
        width == 5
            ? int64_t(std::clamp(double(numbers[0]), 0.0, double(input.n - 1)))
            : at[0] % input.n;
    double source[2];
    for (unsigned d : {0, 1}) {
      const float *own =
          numbers + width - 4 + (op.getColumnsFirst() ? 1 - d : d);
      double first = own[0] * op.getUnits()[d],
             size = own[2] * op.getUnits()[d];
      if (op.getCenters())
        first -= size / 2;
      else
        size -= first;
      if (op.getAtLeastOne())
        size = std::max(size, 1.0);
      source[d] =
          first + op.getOffsets()[d] * size +
          double(at[1 + d]) * (op.getScales()[d] * size + op.getSteps()[d]);
    }
    return input.between(image, source[0], source[1], at[3]);
  });
}

static Tensor pad(PadOp op, Operands in) {
  const Tensor &input = *in[0];
  return fillPlaces(nnResult(op), [&](Place at) {
    Spot from;
    bool isInside = true;
    for (size_t d = 0; d < at.size(); ++d) {
      int64_t i = at[d] - op.getLow()[d], size = input.shape[d];
      isInside &= i >= 0 && i < size;
      if (op.getKind() == PadKind::Reflect)
        i = i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
      from.push_back(std::clamp<int64_t>(i, 0, size - 1));
    }
    if (!isInside && op.getKind() == PadKind::Constant)
      return op.getValue().convertToDouble();
    return double(elementAt(input, from));
  });
}

static Tensor normalizeLocally(LRNOp op, Operands in) {
  Images input(*in[0]);
  int64_t size = op.getSize();
  double alpha = op.getAlpha().convertToDouble(),
         beta = op.getBeta().convertToDouble(), k = op.getK().convertToDouble();
  return fillPlaces(nnResult(op), [&](Place at) {
    double squares = 0;
    for (int64_t i = at[3] - size / 2, end = i + size; i < end; ++i)
      if (i >= 0 && i < input.c) {
        double value = input.at(at[0], at[1], at[2], i);
        squares += value * value;
      }
    return input.at(at[0], at[1], at[2], at[3]) /
           std::pow(k + alpha / double(size) * squares, beta);
  });
}

static Tensor multiply(MatMulOp op, Operands in) {
  const Tensor &lhs = *in[0], &rhs = *in[1];
  int64_t inner = lhs.shape.back();
  // The matrix of an operand that belongs to a place of the result.
  auto batchOf = [](const Tensor &operand, Place at) {
    Place batch = at.drop_back(2);
    int64_t index = 0, rank = operand.rank() - 2;
    for (int64_t i = 0; i < rank; ++i) {
      int64_t extent = operand.shape[i];
      int64_t own = batch[int64_t(batch.size()) - rank + i];
      index = index * extent + (extent == 1 ? 0 : own);
    }
    return index;
  };
  return fillPlaces(nnResult(op), [&](Place at) {
    int64_t row = at[at.size() - 2], column = at.back(),
            columns = rhs.shape.back();
    const float *a =
        &lhs.data[(batchOf(lhs, at) * lhs.shape[lhs.rank() - 2] + row) * inner];
    const float *b = &rhs.data[batchOf(rhs, at) * inner * columns + column];
    double sum = 0;
    for (int64_t k = 0; k < inner; ++k)
      sum += double(a[k]) * b[k * columns];
    return sum;
  });
}

std::optional<Tensor> mlc::evaluateNNWindow(Operation *op, Operands in) {
  using Optional = std::optional<Tensor>;
  return llvm::TypeSwitch<Operation *, Optional>(op)
      .Case([&](Conv2DOp o) { return convolve(o, in); })
      .Case([&](ConvTranspose2DOp o) { return convolveTransposed(o, in); })
      .Case([&](MatMulOp o) { return multiply(o, in); })
      .Case([&](Pool2DOp o) { return pool(o, in); })
      .Case([&](ResizeOp o) { return resize(o, in); })
      .Case([&](CropResizeOp o) { return cropResize(o, in); })
      .Case([&](PadOp o) { return pad(o, in); })
      .Case([&](LRNOp o) { return normalizeLocally(o, in); })
      .Default([](Operation *) { return Optional(); });
}
