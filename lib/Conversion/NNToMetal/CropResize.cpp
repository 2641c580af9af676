// Boxes cut out of images and resampled. Where a box lies is known only when
// the kernel runs, so each thread reads its box and computes in float.
#include "Grid4D.h"

using namespace mlir;
using namespace mlc;

namespace {

// Float arithmetic on scalars of a kernel.
struct Numbers {
  KernelBuilder &k;
  OpBuilder &b = k.builder();

  Value add(Value x, Value y) {
    return arith::AddFOp::create(b, k.loc(), x, y);
  }
  Value sub(Value x, Value y) {
    return arith::SubFOp::create(b, k.loc(), x, y);
  }
  Value mul(Value x, double y) {
    if (y == 1)
      return x;
    return arith::MulFOp::create(b, k.loc(), x, k.splat(y, 1));
  }
  Value clamp(Value x, double low, double high) {
    x = arith::MaximumFOp::create(b, k.loc(), x, k.splat(low, 1));
    return arith::MinimumFOp::create(b, k.loc(), x, k.splat(high, 1));
  }
  Value toIndex(Value x) {
    Value i = arith::FPToSIOp::create(b, k.loc(), b.getI32Type(), x);
    return arith::IndexCastOp::create(b, k.loc(), b.getIndexType(), i);
  }
  Value toFloat(Value index) {
    Value i = arith::IndexCastOp::create(b, k.loc(), b.getI32Type(), index);
    return arith::SIToFPOp::create(b, k.loc(), b.getF32Type(), i);
  }
};

// Two neighbouring pixels along one dimension, and the weight of the second.
struct Neighbours {
  Value first, second, weight;
};

class BoxKernel {
public:
  BoxKernel(FusedKernel &fused, nn::CropResizeOp op)
      : k(*fused), numbers{k}, boxes(fused.other(0)), op(op) {
    width = cast<MemRefType>(boxes.getType()).getDimSize(1);
  }

  bool namesImage() const { return width == 5; }

  // The image that box `n` names, among `images`.
  Value image(Value n, int64_t images) {
    Value wanted = k.load(boxes, {n, k.constant(0)}, 1);
    return k.named(
        numbers.toIndex(numbers.clamp(wanted, 0, double(images - 1))), "image");
  }

  // What position `at` of dimension `d` (0 rows, 1 columns) reads for box `n`.
  Neighbours sample(Value n, unsigned d, Value at, int64_t extent) {
    unsigned column = width - 4 + (op.getColumnsFirst() ? 1 - d : d);
    double unit = op.getUnits()[d];
    Value first = numbers.mul(k.load(boxes, {n, k.constant(column)}, 1), unit);
    Value other =
        numbers.mul(k.load(boxes, {n, k.constant(column + 2)}, 1), unit);
    Value size = other;
    if (op.getCenters())
      first = numbers.sub(first, numbers.mul(size, 0.5));
    else
      size = numbers.sub(other, first);
    if (op.getAtLeastOne())
      size =
          arith::MaximumFOp::create(k.builder(), k.loc(), size, k.splat(1, 1));
    Value step = numbers.add(numbers.mul(size, op.getScales()[d]),
                             k.splat(op.getSteps()[d], 1));
    Value start = numbers.add(first, numbers.mul(size, op.getOffsets()[d]));
    Value place = k.named(numbers.clamp(k.fma(numbers.toFloat(at), step, start),
                                        0, double(extent - 1)),
                          d ? "x" : "y");
    Value low = k.named(numbers.toIndex(place), d ? "left" : "top");
    Value high = k.min(k.add(low, 1), k.constant(extent - 1));
    return {low, high, numbers.sub(place, numbers.toFloat(low))};
  }

private:
  KernelBuilder &k;
  Numbers numbers;
  Value boxes;
  nn::CropResizeOp op;
  int64_t width;
};

} // namespace

LogicalResult mlc::lowerCropResize(Lowering &lowering, nn::CropResizeOp op) {
  FusedKernel fused(lowering, op, "resize",
                    "crop_resize_" + shapeText(op.getType().getShape()),
                    {{lowering.view(op.getBoxes()), "boxes"}});
  KernelBuilder &k = *fused;
  ArrayRef<int64_t> in = fused.inputShape(), out = fused.resultShape();
  int64_t lanes = lanesFor(out.back());
  ElementThread thread = elementThread(k, out, lanes);
  BoxKernel box(fused, op);
  // Without a named image, each box has a result for every image.
  Value n = thread.coordinates[0], image, channel = thread.coordinates[3];
  if (box.namesImage()) {
    image = box.image(n, in[0]);
  } else {
    image = in[0] == 1 ? k.constant(0) : k.rem(n, in[0]);
    n = in[0] == 1 ? n : k.div(n, in[0]);
  }
  Neighbours y = box.sample(n, 0, thread.coordinates[1], in[1]);
  Neighbours x = box.sample(n, 1, thread.coordinates[2], in[2]);
  auto pixel = [&](Value row, Value column) {
    return fused.loadInput({image, row, column, channel}, lanes, thread.count);
  };
  // a + (c - a) * weight
  auto mix = [&](Value a, Value c, Value weight) {
    Value difference = arith::SubFOp::create(k.builder(), k.loc(), c, a);
    return k.fma(difference, k.broadcast(weight, lanes), a);
  };
  Value top = mix(pixel(y.first, x.first), pixel(y.first, x.second), x.weight);
  Value bottom =
      mix(pixel(y.second, x.first), pixel(y.second, x.second), x.weight);
  fused.storeResult(mix(top, bottom, y.weight), thread.coordinates, lanes,
                    thread.count);
  fused.dispatch(elementGrid(out, lanes), 9 * op.getType().getNumElements());
  return success();
}
