// Average pools and 1x1 convolutions change places where that is less work.
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
  if (!pool || pool.getKind() != PoolKind::Average || !conv.isPointwise())
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
