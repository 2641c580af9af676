// What depends on constants only is computed ahead, element by element.
//
// Valid for maps whose body is known scalar work of their elements, computed in
// float as a kernel does, and for views, which move elements. A body that reads
// values from outside, or an element that is stored in another type, is left.
// Constants are joined if type and bytes are equal, so that -0 stays apart
// from 0. A large result of few numbers is left to run time: it would only be
// loaded.
#include "mlc/Support/Constants.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Support/Strided.h"
#include "mlc/Transforms/Passes.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/xxhash.h"
#include <cmath>

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

//===----------------------------------------------------------------------===//
// Scalar regions
//===----------------------------------------------------------------------===//

// A comparison as 1 or 0.
static std::optional<double> compare(arith::CmpFPredicate predicate,
                                     ArrayRef<double> in) {
  switch (predicate) {
  case arith::CmpFPredicate::OEQ:
    return in[0] == in[1];
  case arith::CmpFPredicate::UNE:
    return in[0] != in[1];
  case arith::CmpFPredicate::OLT:
    return in[0] < in[1];
  case arith::CmpFPredicate::OLE:
    return in[0] <= in[1];
  case arith::CmpFPredicate::OGT:
    return in[0] > in[1];
  case arith::CmpFPredicate::OGE:
    return in[0] >= in[1];
  default:
    return std::nullopt;
  }
}

// The value of one scalar op, or nothing for an op that is left to run time.
static std::optional<double> evaluate(Operation *op, ArrayRef<double> in) {
  using Result = std::optional<double>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::AddFOp>([&](auto) { return float(in[0]) + float(in[1]); })
      .Case<arith::SubFOp>([&](auto) { return float(in[0]) - float(in[1]); })
      .Case<arith::MulFOp>([&](auto) { return float(in[0]) * float(in[1]); })
      .Case<arith::DivFOp>([&](auto) { return float(in[0]) / float(in[1]); })
      .Case<arith::NegFOp>([&](auto) { return -in[0]; })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>(
          [&](auto) { return std::fmax(in[0], in[1]); })
      .Case<arith::MinimumFOp, arith::MinNumFOp>(
          [&](auto) { return std::fmin(in[0], in[1]); })
      .Case<math::ExpOp>([&](auto) { return std::exp(float(in[0])); })
      .Case<math::LogOp>([&](auto) { return std::log(float(in[0])); })
      .Case<math::SqrtOp>([&](auto) { return std::sqrt(float(in[0])); })
      .Case<math::RsqrtOp>([&](auto) { return 1 / std::sqrt(float(in[0])); })
      .Case<math::TanhOp>([&](auto) { return std::tanh(float(in[0])); })
      .Case<math::AbsFOp>([&](auto) { return std::fabs(in[0]); })
      .Case<math::PowFOp>(
          [&](auto) { return std::pow(float(in[0]), float(in[1])); })
      .Case<math::FloorOp>([&](auto) { return std::floor(in[0]); })
      .Case<math::CeilOp>([&](auto) { return std::ceil(in[0]); })
      .Case<math::RoundEvenOp>([&](auto) { return std::nearbyint(in[0]); })
      .Case([&](arith::CmpFOp o) { return compare(o.getPredicate(), in); })
      .Case<arith::SelectOp>([&](auto) { return in[0] != 0 ? in[1] : in[2]; })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

// Whether every op of the body is one that `evaluate` knows, of elements and of
// what the body itself computes.
static bool canEvaluate(MapOp map) {
  SmallVector<double> ones(3, 1.0);
  Block &block = map.getBody().front();
  for (Operation &op : block) {
    if (llvm::any_of(op.getOperands(), [&](Value operand) {
          return operand.getParentBlock() != &block;
        }))
      return false;
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      if (!isa<FloatAttr>(constant.getValue()))
        return false;
    } else if (!isa<YieldOp>(op) && !evaluate(&op, ones)) {
      return false;
    }
  }
  return true;
}

static std::optional<std::vector<float>> foldMap(MapOp map) {
  if (!canEvaluate(map))
    return std::nullopt;
  ArrayRef<int64_t> shape = map.getType().getShape();
  SmallVector<std::vector<float>> inputs;
  for (Value input : map.getInputs()) {
    FailureOr<std::vector<float>> data = mlc::readConstant(input);
    if (failed(data))
      return std::nullopt;
    // Broadcast: repeated dimensions have stride 0.
    ArrayRef<int64_t> from = shapeOf(input);
    SmallVector<int64_t> strides(shape.size(), 0),
        own = mlc::denseStrides(from);
    for (size_t i = 0; i < from.size(); ++i)
      strides[shape.size() - from.size() + i] = from[i] == 1 ? 0 : own[i];
    std::vector<float> &wide = inputs.emplace_back();
    mlc::forEachOffset(shape, strides, 0,
                       [&](int64_t at) { wide.push_back((*data)[at]); });
  }
  std::vector<float> result(map.getType().getNumElements());
  Block &block = map.getBody().front();
  DenseMap<Value, double> values;
  for (size_t i = 0; i < result.size(); ++i) {
    for (auto [index, input] : llvm::enumerate(inputs))
      values[block.getArgument(index)] = input[i];
    for (Operation &op : block.without_terminator()) {
      if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
        values[constant] =
            cast<FloatAttr>(constant.getValue()).getValueAsDouble();
        continue;
      }
      SmallVector<double> operands;
      for (Value operand : op.getOperands())
        operands.push_back(values.lookup(operand));
      values[op.getResult(0)] = *evaluate(&op, operands);
    }
    result[i] = values.lookup(cast<YieldOp>(block.getTerminator()).getValue());
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

static std::optional<std::vector<float>> foldView(Operation *op) {
  Value input = op->getOperand(0);
  FailureOr<std::vector<float>> data = mlc::readConstant(input);
  if (failed(data))
    return std::nullopt;
  if (isa<ReshapeOp, CopyOp>(op))
    return std::move(*data);
  SmallVector<int64_t> own = mlc::denseStrides(shapeOf(input)), strides;
  int64_t first = 0;
  if (auto transpose = dyn_cast<TransposeOp>(op)) {
    for (int64_t axis : transpose.getPermutation())
      strides.push_back(own[axis]);
  } else {
    auto slice = cast<SliceOp>(op);
    for (auto [offset, step, stride] :
         llvm::zip(slice.getOffsets(), slice.getStrides(), own)) {
      first += offset * stride;
      strides.push_back(step * stride);
    }
  }
  std::vector<float> result;
  mlc::forEachOffset(shapeOf(op->getResult(0)), strides, first,
                     [&](int64_t at) { result.push_back((*data)[at]); });
  return result;
}

// Whether a map makes a large tensor of a few numbers: that is better done when
// the network runs than kept as a constant.
static bool isExpansion(Operation *op, RankedTensorType type) {
  constexpr int64_t kSmall = int64_t(1) << 16, kMaxRepeats = 4;
  int64_t inputs = 0;
  for (Value operand : op->getOperands())
    inputs += cast<RankedTensorType>(operand.getType()).getNumElements();
  return isa<MapOp>(op) && type.getNumElements() > kSmall &&
         type.getNumElements() > kMaxRepeats * inputs;
}

namespace {

struct FoldConstants : mlc::impl::FoldConstantsBase<FoldConstants> {
  using FoldConstantsBase::FoldConstantsBase;

  void runOnOperation() override {
    if (failed(mlc::checkConstants(getOperation())))
      return signalPassFailure();
    Block &block = getOperation().getBody().front();
    for (Operation &op : llvm::make_early_inc_range(block))
      fold(&op);
    shareConstants(block);
  }

private:
  void fold(Operation *op) {
    if (!isa<MapOp, ReshapeOp, TransposeOp, SliceOp, CopyOp>(op) ||
        !llvm::all_of(op->getOperands(), mlc::isConstant))
      return;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (!type.getElementType().isF32() || isExpansion(op, type))
      return;
    std::optional<std::vector<float>> data;
    if (auto map = dyn_cast<MapOp>(op))
      data = foldMap(map);
    else
      data = foldView(op);
    if (!data)
      return;
    OpBuilder b(op);
    Value constant = mlc::makeConstant(b, op->getLoc(), type.getShape(),
                                       std::move(*data), "constant");
    op->replaceAllUsesWith(ValueRange(constant));
    op->erase();
    ++numFolded;
  }

  // Blobs are not uniqued by MLIR: compare those that hash alike.
  void shareConstants(Block &block) {
    DenseMap<uint64_t, SmallVector<arith::ConstantOp, 1>> byHash;
    for (auto op :
         llvm::make_early_inc_range(block.getOps<arith::ConstantOp>())) {
      auto blob = dyn_cast<DenseResourceElementsAttr>(op.getValue());
      if (!blob || !blob.getRawHandle().getBlob())
        continue;
      ArrayRef<char> bytes = blob.getRawHandle().getBlob()->getData();
      uint64_t hash = llvm::xxh3_64bits(
          {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()});
      auto &candidates = byHash[hash];
      auto *same = llvm::find_if(candidates, [&](arith::ConstantOp other) {
        return other.getType() == op.getType() &&
               cast<DenseResourceElementsAttr>(other.getValue())
                       .getRawHandle()
                       .getBlob()
                       ->getData() == bytes;
      });
      if (same == candidates.end()) {
        candidates.push_back(op);
        continue;
      }
      op.replaceAllUsesWith(same->getResult());
      op.erase();
    }
  }
};

} // namespace
