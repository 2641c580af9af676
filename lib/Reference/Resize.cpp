// Bilinear resampling to a given size, of images and of boxes in them.
#include "Layers.h"

#include <cmath>

using namespace mlir;
using namespace mlc;

// Where sample `i` of `count` between `start` and `end` lies (see the ops'
// descriptions).
static double samplePosition(coreml::Method method, int64_t i, int64_t count,
                             double start, double end) {
  using Method = coreml::Method;
  double n = end - start + 1, m = double(count);
  switch (method) {
  case Method::ALIGN_ENDPOINTS_MODE:
    if (count == 1)
      return (start + end) / 2;
    [[fallthrough]];
  case Method::STRICT_ALIGN_ENDPOINTS_MODE:
    return count == 1 ? start : start + double(i) * (n - 1) / (m - 1);
  case Method::UPSAMPLE_MODE:
    return count == 1 ? start : start + double(i) * (n - n / m) / (m - 1);
  case Method::ROI_ALIGN_MODE: {
    double spacing = std::max(1.0, n - 1) / m;
    return start + 0.5 * spacing + double(i) * spacing;
  }
  }
  llvm_unreachable("all methods are handled");
}

// The value of a plane between its pixels.
static double interpolate(const float *plane, int64_t h, int64_t w, double y,
                          double x) {
  y = std::min(double(h - 1), std::max(0.0, y));
  x = std::min(double(w - 1), std::max(0.0, x));
  int64_t top = int64_t(y), left = int64_t(x);
  int64_t bottom = std::min(h - 1, top + 1), right = std::min(w - 1, left + 1);
  double v = y - double(top), u = x - double(left);
  return (1 - v) *
             ((1 - u) * plane[top * w + left] + u * plane[top * w + right]) +
         v * ((1 - u) * plane[bottom * w + left] +
              u * plane[bottom * w + right]);
}

Tensor mlc::evaluateResizeBilinear(coreml::ResizeBilinearOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape from(in[0]->shape), to(output.shape);
  coreml::Method method = op.getSamplingMethod();
  for (int64_t plane = 0; plane < to.n * to.c; ++plane)
    for (int64_t y = 0; y < to.h; ++y)
      for (int64_t x = 0; x < to.w; ++x)
        output.data[(plane * to.h + y) * to.w + x] = float(interpolate(
            &in[0]->data[plane * from.pixels()], from.h, from.w,
            samplePosition(method, y, to.h, 0, double(from.h - 1)),
            samplePosition(method, x, to.w, 0, double(from.w - 1))));
  return output;
}

namespace {
// A box in pixels.
struct Box {
  double top, left, bottom, right;
};
} // namespace

static Box readBox(coreml::CropResizeOp op, const float *numbers, int64_t h,
                   int64_t w) {
  using Mode = coreml::Coordinates;
  Mode mode = op.getBoxMode();
  double a[4];
  std::copy_n(numbers, 4, a);
  if (mode == Mode::CORNERS_WIDTH_FIRST ||
      mode == Mode::CENTER_SIZE_WIDTH_FIRST) {
    std::swap(a[0], a[1]);
    std::swap(a[2], a[3]);
  }
  Box box{a[0], a[1], a[2], a[3]};
  if (mode == Mode::CENTER_SIZE_HEIGHT_FIRST ||
      mode == Mode::CENTER_SIZE_WIDTH_FIRST)
    box = {a[0] - a[2] / 2, a[1] - a[3] / 2, a[0] + a[2] / 2, a[1] + a[3] / 2};
  double unit = op.getSpatialScale().convertToDouble();
  bool normalized = op.getNormalizedCoordinates();
  double rows = unit * (normalized ? double(h - 1) : 1),
         columns = unit * (normalized ? double(w - 1) : 1);
  return {box.top * rows, box.left * columns, box.bottom * rows,
          box.right * columns};
}

Tensor mlc::evaluateCropResize(coreml::CropResizeOp op, Operands in) {
  Tensor output = resultTensor(op);
  ImageShape from(in[0]->shape);
  int64_t numbers = in[1]->shape[2], images = output.shape[1];
  int64_t h = op.getTargetSize()[0], w = op.getTargetSize()[1];
  float *to = output.data.data();
  for (int64_t n = 0; n < output.shape[0]; ++n) {
    const float *at = &in[1]->data[n * numbers];
    Box box = readBox(op, at + numbers - 4, from.h, from.w);
    for (int64_t b = 0; b < images; ++b) {
      int64_t image = b;
      if (numbers == 5)
        image = int64_t(std::min(double(from.n - 1),
                                 std::max(0.0, std::trunc(double(at[0])))));
      for (int64_t c = 0; c < from.c; ++c)
        for (int64_t y = 0; y < h; ++y)
          for (int64_t x = 0; x < w; ++x)
            *to++ = float(interpolate(&in[0]->data[from.at(image, c, 0, 0)],
                                      from.h, from.w,
                                      samplePosition(op.getSamplingMethod(), y,
                                                     h, box.top, box.bottom),
                                      samplePosition(op.getSamplingMethod(), x,
                                                     w, box.left, box.right)));
    }
  }
  return output;
}
