// Folds and small rewrites that hold wherever an op stands: views that do
// nothing or that compose, and maps with inputs they do not need.
//
// Views move elements, so two of them in a row are one: reshapes keep the
// row-major order whatever is in between, permutations compose, and an element
// i of a slice of a slice is o1 + s1 (o2 + s2 i). A slice of the whole shape
// begins at 0 with steps of 1, or it would reach beyond its input.
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Support/Provenance.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::nn;

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : OpFoldResult();
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  for (auto [index, axis] : llvm::enumerate(getPermutation()))
    if (int64_t(index) != axis)
      return {};
  return getInput();
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  return getInput().getType() == getType() ? getInput() : OpFoldResult();
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getInputs().size() == 1 ? getInputs().front() : OpFoldResult();
}

// Replaces `op`, whose input is `inner`, by one op that is both.
template <typename Op, typename... Args>
static LogicalResult replaceBoth(PatternRewriter &rewriter, Op op, Op inner,
                                 Args &&...args) {
  Location loc = mlc::fuseLocations({inner.getLoc(), op.getLoc()});
  auto both = Op::create(rewriter, loc, op.getType(), inner.getInput(),
                         std::forward<Args>(args)...);
  rewriter.replaceOp(op, both);
  return success();
}

namespace {

struct ReshapeOfReshape : OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<ReshapeOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not a reshape of a reshape");
    return replaceBoth(rewriter, op, inner);
  }
};

struct TransposeOfTranspose : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<TransposeOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not a transpose of a transpose");
    SmallVector<int64_t> permutation;
    for (int64_t axis : op.getPermutation())
      permutation.push_back(inner.getPermutation()[axis]);
    return replaceBoth(rewriter, op, inner, permutation);
  }
};

// A transpose that only moves dimensions of extent 1 keeps the order of the
// elements: it is a reshape, and reshapes of dense values cost nothing.
struct TransposeOfUnits : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto in = cast<RankedTensorType>(op.getInput().getType());
    int64_t last = -1;
    for (int64_t axis : op.getPermutation()) {
      if (in.getDimSize(axis) == 1)
        continue;
      if (axis < last)
        return rewriter.notifyMatchFailure(op, "the order of elements changes");
      last = axis;
    }
    rewriter.replaceOpWithNewOp<ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

struct SliceOfSlice : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<SliceOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "not a slice of a slice");
    SmallVector<int64_t> offsets, strides;
    for (unsigned i = 0; i < op.getOffsets().size(); ++i) {
      offsets.push_back(inner.getOffsets()[i] +
                        op.getOffsets()[i] * inner.getStrides()[i]);
      strides.push_back(inner.getStrides()[i] * op.getStrides()[i]);
    }
    return replaceBoth(rewriter, op, inner, offsets, strides);
  }
};

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

// Zeros around the input of a convolution are its own padding, if nothing is
// computed of them in between and batch and channels have none.
struct PaddingIntoConv : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (!pad || pad.getKind() != PadKind::Constant || !pad.getValue().isZero())
      return rewriter.notifyMatchFailure(op, "no zeros around its input");
    if (op.getSharedKernel())
      return rewriter.notifyMatchFailure(op, "others share its kernel");
    if (!pad.getPrologue().empty() || !pad.getEpilogue().empty() ||
        !op.getPrologue().empty())
      return rewriter.notifyMatchFailure(op, "fused work would be repeated");
    ArrayRef<int64_t> low = pad.getLow(), high = pad.getHigh();
    if (low[0] || high[0] || low[3] || high[3])
      return rewriter.notifyMatchFailure(op, "batch or channels are padded");
    SmallVector<int64_t> padding(op.getPadding());
    for (unsigned i = 0; i < 2; ++i) {
      padding[2 * i] += low[1 + i];
      padding[2 * i + 1] += high[1 + i];
    }
    Location loc = mlc::fuseLocations({pad.getLoc(), op.getLoc()});
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput());
      op.setPadding(padding);
      op->setLoc(loc);
    });
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

// Drops inputs that the body ignores, joins equal ones and turns splat
// constants into scalars of the body.
struct SimplifyMapInputs : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op,
                                PatternRewriter &rewriter) const override {
    Block &block = op.getBody().front();
    SmallVector<Value> inputs(op.getInputs());
    llvm::BitVector dropped(inputs.size());
    for (unsigned i = 0; i < inputs.size(); ++i) {
      BlockArgument element = block.getArgument(i);
      auto *first = llvm::find(inputs, inputs[i]);
      unsigned same = first - inputs.begin();
      DenseElementsAttr splat;
      if (element.use_empty()) {
        dropped.set(i);
      } else if (same < i && !dropped.test(same)) {
        // What was dropped is gone; its equals meet in the next round.
        rewriter.replaceAllUsesWith(element, block.getArgument(same));
        dropped.set(i);
      } else if (matchPattern(inputs[i], m_Constant(&splat)) &&
                 splat.isSplat() && element.getType().isF32()) {
        rewriter.setInsertionPointToStart(&block);
        Value scalar = arith::ConstantOp::create(
            rewriter, op.getLoc(), splat.getSplatValue<FloatAttr>());
        rewriter.replaceAllUsesWith(element, scalar);
        dropped.set(i);
      }
    }
    if (dropped.none())
      return rewriter.notifyMatchFailure(op, "needs all of its inputs");
    rewriter.modifyOpInPlace(op, [&] {
      block.eraseArguments(dropped);
      SmallVector<Value> kept;
      for (unsigned i = 0; i < inputs.size(); ++i)
        if (!dropped.test(i))
          kept.push_back(inputs[i]);
      op.getInputsMutable().assign(kept);
    });
    return success();
  }
};

// A map that yields one of its inputs unchanged is that input.
struct IdentityMap : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op,
                                PatternRewriter &rewriter) const override {
    Block &block = op.getBody().front();
    auto element = dyn_cast<BlockArgument>(
        cast<YieldOp>(block.getTerminator()).getValue());
    if (!element)
      return rewriter.notifyMatchFailure(op, "computes something");
    Value input = op.getInputs()[element.getArgNumber()];
    if (input.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "broadcasts its input");
    rewriter.replaceOp(op, input);
    return success();
  }
};

} // namespace

void Conv2DOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<PaddingIntoConv>(context);
}

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<ReshapeOfReshape>(context);
}

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<TransposeOfTranspose, TransposeOfUnits>(context);
}

void SliceOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                          MLIRContext *context) {
  patterns.add<SliceOfSlice>(context);
}

void MapOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<SimplifyMapInputs, IdentityMap>(context);
}

void MapOp::build(OpBuilder &builder, OperationState &state,
                  RankedTensorType type, ValueRange inputs,
                  function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  state.addOperands(inputs);
  state.addTypes(type);
  Region *region = state.addRegion();
  SmallVector<Type> elements;
  for (Value input : inputs)
    elements.push_back(
        cast<RankedTensorType>(input.getType()).getElementType());
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(
      region, {}, elements,
      SmallVector<Location>(elements.size(), state.location));
  Value result = body(builder, state.location, block->getArguments());
  YieldOp::create(builder, state.location, result);
}
