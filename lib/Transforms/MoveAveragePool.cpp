// Average pools and 1x1 convolutions change places where that is less work.
//
// With windows w(y) of n(y) pixels, W (sum of x[i], i in w(y)) / n(y) =
// (sum of W x[i]) / n(y): the convolution mixes channels of a pixel, the pool
// pixels of a channel. Valid if
// - the convolution is 1x1 with stride 1 and without padding; its groups do not
//   matter;
// - nothing is computed between the two ops: the pool's prologue moves to the
//   convolution, whose epilogue moves to the pool;
// - nobody else reads the average, and no kernel is shared;
// - the pool keeps the image's size, so that there are not more products.
// Padding counts by n(y) as before, and zeros give zeros: there is no bias but
// in the epilogue.
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_MOVEAVERAGEPOOL
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "move-average-pool";

// Moves the pool in front of `conv` behind it; whether that was possible.
static bool movePool(Conv2DOp conv) {
  auto pool = conv.getInput().getDefiningOp<Pool2DOp>();
  if (!pool || pool.getKind() != PoolKind::Average || !conv.isPointwise() ||
      conv.getSharedKernel())
    return false;
  auto decline = [&](StringRef reason) {
    mlc::emitMissed(pool, kPass, reason);
    return false;
  };
  if (!pool->hasOneUse())
    return decline("others read the average, too");
  if (!pool.getEpilogue().empty() || !conv.getPrologue().empty())
    return decline("there is work between the average and the convolution");
  if (llvm::any_of(pool.getStrides(), [](int64_t s) { return s != 1; }) ||
      pool.getType().getShape() != pool.getInput().getType().getShape())
    return decline("it makes the image smaller");
  ArrayRef<int64_t> in = conv.getInput().getType().getShape(),
                    out = conv.getType().getShape();
  if (out[3] >= in[3])
    return decline("the convolution has no fewer channels");

  IRRewriter b(conv);
  auto newConv = Conv2DOp::create(
      b, conv.getLoc(), conv.getType(), pool.getInput(), conv.getFilter(),
      pool.getPrologueInputs(), ValueRange(), conv.getStridesAttr(),
      conv.getDilationsAttr(), conv.getPaddingAttr(), conv.getGroupsAttr());
  newConv.getPrologue().takeBody(pool.getPrologue());
  // The convolution's layers end here, with its epilogue.
  auto newPool = Pool2DOp::create(
      b, mlc::fuseLocations({pool.getLoc(), conv.getLoc()}), conv.getType(),
      newConv.getResult(), ValueRange(), conv.getEpilogueInputs(),
      pool.getKindAttr(), pool.getWindowAttr(), pool.getStridesAttr(),
      pool.getPaddingAttr(), pool.getCountedPaddingAttr());
  newPool.getEpilogue().takeBody(conv.getEpilogue());
  b.replaceOp(conv, newPool);
  b.eraseOp(pool);
  mlc::emitPassed(newPool, kPass, "averages after the convolution");
  return true;
}

namespace {

struct MoveAveragePool : mlc::impl::MoveAveragePoolBase<MoveAveragePool> {
  using MoveAveragePoolBase::MoveAveragePoolBase;

  void runOnOperation() override {
    for (Conv2DOp conv : llvm::to_vector(getOperation().getOps<Conv2DOp>()))
      numMoved += movePool(conv);
  }
};

} // namespace
