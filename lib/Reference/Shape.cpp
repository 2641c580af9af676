// Windows and layers that move elements, by their definitions.
#include "Places.h"

#include "llvm/Support/Parallel.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlc;

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

// How many positions from `first` on, `kernel` of them, an average counts: in
// the input and, unless excluded, in its declared padding.
static int64_t counted(const coreml::Window &window, int64_t first,
                       bool excludePadding) {
  int64_t low = excludePadding ? 0 : -window.before;
  int64_t high =
      window.input + (excludePadding ? 0 : std::max<int64_t>(0, window.after));
  return std::max<int64_t>(0, std::min(first + window.kernel, high) -
                                  std::max(first, low));
}

Tensor mlc::evaluatePooling(coreml::PoolingOp op, Operands in) {
  using Type = coreml::PoolingType;
  Tensor output = resultTensor(op);
  ImageShape from(in[0]->shape), to(output.shape);
  coreml::Window y = coreml::getWindow(op, 0), x = coreml::getWindow(op, 1);
  bool exclude = op.getAvgPoolExcludePadding();
  llvm::parallelFor(0, to.n * to.c, [&](size_t plane) {
    int64_t n = plane / to.c, c = plane % to.c;
    for (int64_t row = 0; row < to.h; ++row)
      for (int64_t column = 0; column < to.w; ++column) {
        int64_t top = row * y.stride - y.before,
                left = column * x.stride - x.before;
        double sum = 0, largest = -std::numeric_limits<double>::infinity();
        bool isEmpty = true;
        for (int64_t iy = std::max<int64_t>(0, top);
             iy < std::min(from.h, top + y.kernel); ++iy)
          for (int64_t ix = std::max<int64_t>(0, left);
               ix < std::min(from.w, left + x.kernel); ++ix) {
            isEmpty = false;
            double value = in[0]->data[from.at(n, c, iy, ix)];
            largest = std::max(largest, value);
            sum += op.getType() == Type::L2 ? value * value : value;
          }
        // A last window that lies beside the input gives 0, as an average.
        double result = isEmpty ? 0 : largest;
        if (op.getType() == Type::L2)
          result = std::sqrt(sum);
        if (op.getType() == Type::AVERAGE) {
          int64_t count = counted(y, top, exclude) * counted(x, left, exclude);
          result = count ? sum / double(count) : 0;
        }
        output.data[to.at(n, c, row, column)] = float(result);
      }
  });
  return output;
}

//===----------------------------------------------------------------------===//
// Padding and upsampling
//===----------------------------------------------------------------------===//

// The input position that padding repeats at `at`, or -1 for the constant.
static int64_t paddedFrom(coreml::PaddingMode mode, int64_t at,
                          int64_t extent) {
  if (at >= 0 && at < extent)
    return at;
  switch (mode) {
  case coreml::PaddingMode::constant:
    return -1;
  case coreml::PaddingMode::reflection:
    return at < 0 ? -at : 2 * (extent - 1) - at;
  case coreml::PaddingMode::replication:
    return at < 0 ? 0 : extent - 1;
  }
  llvm_unreachable("all modes are handled");
}

Tensor mlc::evaluatePadding(coreml::PaddingOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape from(in[0]->shape), to(output.shape);
  int64_t top = op.getPaddingAmounts()[0], left = op.getPaddingAmounts()[2];
  for (int64_t n = 0; n < to.n; ++n)
    for (int64_t c = 0; c < to.c; ++c)
      for (int64_t y = 0; y < to.h; ++y)
        for (int64_t x = 0; x < to.w; ++x) {
          int64_t row = paddedFrom(op.getMode(), y - top, from.h),
                  column = paddedFrom(op.getMode(), x - left, from.w);
          output.data[to.at(n, c, y, x)] =
              row < 0 || column < 0 ? op.getValue().convertToFloat()
                                    : in[0]->data[from.at(n, c, row, column)];
        }
  return output;
}

// Where sample `i` of `m` lies among `n` elements (see the op's description).
static double bilinearPosition(coreml::LinearUpsampleMode mode, double i,
                               double n, double m) {
  using Mode = coreml::LinearUpsampleMode;
  double position = 0;
  if (mode == Mode::DEFAULT && m > 1)
    position = i * (n - n / m) / (m - 1);
  else if (mode == Mode::ALIGN_CORNERS_TRUE && m > 1)
    position = i * (n - 1) / (m - 1);
  else if (mode == Mode::ALIGN_CORNERS_FALSE)
    position = (i + 0.5) * n / m - 0.5;
  return std::min(n - 1, std::max(0.0, position));
}

Tensor mlc::evaluateUpsample(coreml::UpsampleOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape from(in[0]->shape), to(output.shape);
  bool nearest = op.getMode() == coreml::InterpolationMode::NN;
  // The element at or before a sample's place, and how far it is beyond.
  auto locate = [&](int64_t i, int64_t n, int64_t m, unsigned d) {
    if (nearest) {
      double factor = op.getFractionalScalingFactor()
                          ? (*op.getFractionalScalingFactor())[d]
                          : double(op.getScalingFactor()[d]);
      return std::pair(std::min(n - 1, int64_t(double(i) / factor)), 0.0);
    }
    double position =
        bilinearPosition(op.getLinearUpsampleMode(), double(i), n, m);
    int64_t whole = int64_t(position);
    return std::pair(whole, position - double(whole));
  };
  for (int64_t n = 0; n < to.n; ++n)
    for (int64_t c = 0; c < to.c; ++c)
      for (int64_t y = 0; y < to.h; ++y)
        for (int64_t x = 0; x < to.w; ++x) {
          auto [row, v] = locate(y, from.h, to.h, 0);
          auto [column, u] = locate(x, from.w, to.w, 1);
          auto at = [&, row = row, column = column](int64_t dy, int64_t dx) {
            return double(
                in[0]->data[from.at(n, c, std::min(from.h - 1, row + dy),
                                    std::min(from.w - 1, column + dx))]);
          };
          double value = at(0, 0) * (1 - v) * (1 - u);
          if (!nearest)
            value += at(0, 1) * (1 - v) * u + at(1, 0) * v * (1 - u) +
                     at(1, 1) * v * u;
          output.data[to.at(n, c, y, x)] = float(value);
        }
  return output;
}

//===----------------------------------------------------------------------===//
// Joining and cutting
//===----------------------------------------------------------------------===//

// Copies a box: element `at` of the output is element `start + at * step` of
// the input.
static Tensor box(Tensor output, const Tensor &input, ArrayRef<int64_t> start,
                  ArrayRef<int64_t> step) {
  return fillPlaces(std::move(output), [&](Place place) {
    Spot at(place);
    for (auto [coordinate, first, apart] : llvm::zip(at, start, step))
      coordinate = first + coordinate * apart;
    return elementAt(input, at);
  });
}

Tensor mlc::evaluateConcat(coreml::ConcatOp op, Operands in) {
  Tensor output = resultTensor(op);
  int64_t axis = op.getSequenceConcat() ? 0
                 : output.rank() >= 3   ? output.rank() - 3
                                        : output.rank() - 1;
  int64_t outer = 1, inner = 1;
  for (int64_t d = 0; d < axis; ++d)
    outer *= output.shape[d];
  for (int64_t d = axis + 1; d < output.rank(); ++d)
    inner *= output.shape[d];
  int64_t done = 0;
  for (const Tensor *part : in) {
    int64_t length = part->shape[axis] * inner;
    for (int64_t o = 0; o < outer; ++o)
      std::copy_n(&part->data[o * length], length,
                  &output.data[o * output.shape[axis] * inner + done]);
    done += length;
  }
  return output;
}

std::vector<Tensor> mlc::evaluateSplit(coreml::SplitOp op, Operands in) {
  std::vector<Tensor> parts;
  int64_t rank = in[0]->rank();
  SmallVector<int64_t> start(rank, 0), step(rank, 1);
  int64_t axis = rank >= 3 ? rank - 3 : rank - 1;
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    parts.push_back(box(resultTensor(op, i), *in[0], start, step));
    start[axis] += parts.back().shape[axis];
  }
  return parts;
}

Tensor mlc::evaluateSlice(coreml::SliceOp op, Operands in) {
  coreml::SliceRange range = coreml::getSliceRange(op);
  SmallVector<int64_t> start(in[0]->rank(), 0), step(in[0]->rank(), 1);
  start[range.axis] = range.begin;
  step[range.axis] = range.stride;
  return box(resultTensor(op), *in[0], start, step);
}

Tensor mlc::evaluateCrop(coreml::CropOp op, Operands in) {
  auto [top, left] = coreml::getCropOffset(op);
  int64_t rank = in[0]->rank();
  SmallVector<int64_t> start(rank, 0), step(rank, 1);
  start[rank - 2] = top;
  start[rank - 1] = left;
  return box(resultTensor(op), *in[0], start, step);
}

//===----------------------------------------------------------------------===//
// Reordering
//===----------------------------------------------------------------------===//

Tensor mlc::evaluateReorganizeData(coreml::ReorganizeDataOp op, Operands in) {
  using Mode = coreml::ReorganizationType;
  Tensor output = resultTensor(op);
  ImageShape from(in[0]->shape), to(output.shape);
  int64_t b = op.getBlockSize();
  // Walk the side with few channels; `deep` is the place on the other side.
  bool toDepth = op.getMode() == Mode::SPACE_TO_DEPTH;
  const ImageShape &flat = toDepth ? from : to, &deep = toDepth ? to : from;
  for (int64_t n = 0; n < flat.n; ++n)
    for (int64_t c = 0; c < flat.c; ++c)
      for (int64_t y = 0; y < flat.h; ++y)
        for (int64_t x = 0; x < flat.w; ++x) {
          int64_t block = (y % b) * b + x % b;
          int64_t channel = op.getMode() == Mode::PIXEL_SHUFFLE
                                ? c * b * b + block
                                : block * flat.c + c;
          int64_t at = flat.at(n, c, y, x),
                  other = deep.at(n, channel, y / b, x / b);
          if (toDepth)
            output.data[other] = in[0]->data[at];
          else
            output.data[at] = in[0]->data[other];
        }
  return output;
}

Tensor mlc::evaluatePermute(coreml::PermuteOp op, Operands in) {
  SmallVector<int64_t> permutation = coreml::getPermutation(op);
  return fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place.size());
    for (auto [coordinate, source] : llvm::zip(place, permutation))
      at[source] = coordinate;
    return elementAt(*in[0], at);
  });
}

// Elements read and written in the order H, W, C of each image.
static Tensor reshapeChannelLast(Tensor output, const Tensor &input) {
  ImageShape from(input.shape), to(output.shape);
  int64_t pixel = 0;
  for (int64_t n = 0; n < to.n; ++n)
    for (int64_t y = 0; y < to.h; ++y)
      for (int64_t x = 0; x < to.w; ++x)
        for (int64_t c = 0; c < to.c; ++c, ++pixel) {
          int64_t channel = pixel % from.c, rest = pixel / from.c;
          int64_t column = rest % from.w;
          rest /= from.w;
          output.data[to.at(n, c, y, x)] =
              input
                  .data[from.at(rest / from.h, channel, rest % from.h, column)];
        }
  return output;
}

// One after the other, the sequences of all images of a batch.
static Tensor bySequence(const Tensor &value, int64_t first, int64_t second) {
  Tensor result(value.shape);
  int64_t row = value.size() / (first * second);
  for (int64_t i = 0; i < first; ++i)
    for (int64_t k = 0; k < second; ++k)
      std::copy_n(value.data.begin() + (i * second + k) * row, row,
                  result.data.begin() + (k * first + i) * row);
  return result;
}

Tensor mlc::evaluateReshape(coreml::ReshapeOp op, Operands in) {
  Tensor output = resultTensor(op), input = *in[0];
  bool isBatch = output.rank() == 5 && output.shape[1] != 1;
  int64_t sequence = output.shape[0], batch = output.shape[1];
  if (isBatch)
    input = bySequence(input, input.shape[0], batch);
  if (op.getMode() == coreml::ReshapeOrder::CHANNEL_LAST)
    output = reshapeChannelLast(std::move(output), input);
  else
    output.data = std::move(input.data);
  return isBatch ? bySequence(output, batch, sequence) : output;
}

Tensor mlc::evaluateFlatten(coreml::FlattenOp op, Operands in) {
  Tensor output = resultTensor(op);
  if (op.getMode() == coreml::FlattenOrder::CHANNEL_LAST)
    return reshapeChannelLast(std::move(output), *in[0]);
  output.data = in[0]->data;
  return output;
}
