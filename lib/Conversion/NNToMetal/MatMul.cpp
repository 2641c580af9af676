// Matrix products of two computed operands, and transposed convolutions.
#include "Grid4D.h"
#include "SimdgroupMatMul.h"

#include "mlc/Support/Constants.h"

using namespace mlir;
using namespace mlc;

// A thread computes one row of a block of columns.
LogicalResult mlc::lowerMatMul(Lowering &lowering, nn::MatMulOp op) {
  if (hasSimdgroupMatrices(lowering.gpuFamily()) && fitsSimdgroups(op))
    return lowerSimdgroupMatMul(lowering, op);
  ArrayRef<int64_t> out = op.getType().getShape();
  auto rhsType = cast<RankedTensorType>(op.getRhs().getType());
  int64_t inner = rhsType.getDimSize(rhsType.getRank() - 2);
  // Broadcast the leading dimensions of the right operand.
  SmallVector<int64_t> rhsShape(out);
  rhsShape[out.size() - 2] = inner;
  FusedKernel fused(lowering, op, "matmul",
                    "matmul_" + shapeText(out) + "_by" + std::to_string(inner),
                    {{lowering.view(op.getRhs(), rhsShape), "right"}});
  KernelBuilder &k = *fused;
  ArrayRef<int64_t> in = fused.inputShape();
  int64_t lanes = lanesFor(out.back());
  ElementThread thread = elementThread(k, out, lanes);

  // Coordinates in the left operand, whose leading dimensions may be 1.
  auto left = [&](Value i) {
    SmallVector<Value> at;
    unsigned missing = out.size() - in.size();
    for (unsigned d = 0; d + 1 < in.size(); ++d)
      at.push_back(in[d] == 1 ? k.constant(0)
                              : thread.coordinates[missing + d]);
    at.push_back(i);
    return at;
  };
  auto sum = k.loopCarrying(
      "i", k.constant(0), k.constant(inner), k.constant(1), k.splat(0, lanes),
      [&](Value i, ValueRange so) -> SmallVector<Value> {
        Value a = k.named(fused.loadInput(left(i), 1), "a");
        SmallVector<Value> at(thread.coordinates);
        at[at.size() - 2] = i;
        Value row = k.load(fused.other(0), at, lanes, thread.count);
        return {k.fma(k.broadcast(a, lanes), row, so.front())};
      });
  fused.storeResult(sum.front(), thread.coordinates, lanes, thread.count);
  fused.dispatch(elementGrid(out, lanes),
                 2 * inner * op.getType().getNumElements());
  return success();
}

//===----------------------------------------------------------------------===//
// Transposed convolution
//===----------------------------------------------------------------------===//

// Reorders a filter [KH, KW, C, O/groups] to
// [groups * blocks, KH, KW, C/groups, lanes], padded with zeros.
static std::vector<float> packTransposed(ArrayRef<float> filter,
                                         ArrayRef<int64_t> shape,
                                         int64_t groups, int64_t lanes,
                                         int64_t blocks) {
  int64_t taps = shape[0] * shape[1], inputs = shape[2] / groups,
          outputs = shape[3];
  std::vector<float> packed(groups * blocks * taps * inputs * lanes, 0.0f);
  float *to = packed.data();
  for (int64_t group = 0; group < groups; ++group)
    for (int64_t block = 0; block < blocks; ++block)
      for (int64_t tap = 0; tap < taps; ++tap)
        for (int64_t c = 0; c < inputs; ++c, to += lanes) {
          int64_t row = tap * shape[2] + group * inputs + c;
          std::copy_n(&filter[row * outputs + block * lanes],
                      std::min(lanes, outputs - block * lanes), to);
        }
  return packed;
}

// The input coordinate that reaches output `position` through tap `tap`, and
// the condition that there is one.
static std::pair<Value, Value> sourceOf(KernelBuilder &k, Value position,
                                        Value tap, int64_t taps,
                                        int64_t positions, int64_t stride,
                                        int64_t dilation, int64_t before,
                                        int64_t extent, StringRef name) {
  Value full = k.sub(k.add(position, before), k.mul(tap, dilation));
  Value divides =
      stride == 1 ? Value()
                  : k.compare(arith::CmpIPredicate::eq, k.rem(full, stride), 0);
  int64_t least = before - (taps - 1) * dilation;
  int64_t most = before + positions - 1;
  Value inside = k.inRange(full, extent * stride, least, most);
  return {k.named(k.div(full, stride), name), k.logicalAnd(inside, divides)};
}

LogicalResult mlc::lowerConvTranspose2D(Lowering &lowering,
                                        nn::ConvTranspose2DOp op) {
  FailureOr<std::vector<float>> filter = readConstant(op.getFilter());
  if (failed(filter))
    return op.emitError("has a filter that is not a constant");
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(op.getFilter().getType()).getShape();
  ArrayRef<int64_t> in = op.getInput().getType().getShape();
  ArrayRef<int64_t> out = op.getType().getShape();
  int64_t groups = op.getGroups(), groupOutputs = shape[3],
          groupInputs = shape[2] / groups;
  int64_t lanes = std::max<int64_t>(4, lanesFor(groupOutputs));
  int64_t blocks = llvm::divideCeil(groupOutputs, lanes);
  Value weights = lowering.weights(
      op.getLoc(), {groups * blocks, shape[0], shape[1], groupInputs, lanes},
      lowering.storageType(op),
      packTransposed(*filter, shape, groups, lanes, blocks), "filter");
  FusedKernel fused(lowering, op, "convolution",
                    "conv_transpose" + std::to_string(shape[0]) + "x" +
                        std::to_string(shape[1]) + "_" + shapeText(out),
                    {{weights, "weights"}});
  KernelBuilder &k = *fused;

  Value block = k.position(0, "block", groups * blocks);
  Value pixel = k.position(1, "pixel", out[1] * out[2]);
  Value batch = k.position(2, "image", out[0]);
  Value row = k.named(k.div(pixel, out[2]), "row");
  Value column = k.named(k.rem(pixel, out[2]), "column");
  Value group = groups == 1 ? k.constant(0) : k.div(block, blocks);
  Value inGroup = k.mul(groups == 1 ? block : k.rem(block, blocks), lanes);
  Value channel =
      k.named(k.add(k.mul(group, groupOutputs), inGroup), "channel");
  Value count = k.laneCount(inGroup, groupOutputs, lanes);
  Value acc = k.privateArray({1}, lanes, "acc");
  Value zero = k.constant(0);
  k.put(k.splat(0, lanes), acc, zero);
  k.loop("ky", shape[0], false, [&](Value ky) {
    auto [y, yInside] =
        sourceOf(k, row, ky, shape[0], out[1], op.getStrides()[0],
                 op.getDilations()[0], op.getPadding()[0], in[1], "inputRow");
    k.when(yInside, [&, y = y] {
      k.loop("kx", shape[1], false, [&](Value kx) {
        auto [x, xInside] = sourceOf(k, column, kx, shape[1], out[2],
                                     op.getStrides()[1], op.getDilations()[1],
                                     op.getPadding()[1], in[2], "inputColumn");
        k.when(xInside, [&, x = x] {
          k.loop("c", groupInputs, false, [&](Value c) {
            Value from = k.add(k.mul(group, groupInputs), c);
            Value value = fused.loadInput({batch, y, x, from}, 1);
            Value weight =
                k.load(fused.other(0), {block, ky, kx, c, zero}, lanes);
            k.put(k.fma(k.broadcast(value, lanes), weight, k.get(acc, zero)),
                  acc, zero);
          });
        });
      });
    });
  });
  fused.storeResult(k.get(acc, zero), {batch, row, column, channel}, lanes,
                    count);
  int64_t inputs = in[0] * in[1] * in[2] * in[3];
  fused.dispatch(makeGrid(groups * blocks, out[1] * out[2], out[0]),
                 2 * inputs * shape[0] * shape[1] * groupOutputs);
  return success();
}
