// Max pools become part of the convolution in front of them.
//
// The maximum of a window of results is taken where they are stored, after the
// epilogue: the same numbers in the same order. Valid if
// - the windows lie side by side and nothing is padded: each result belongs to
//   one window, and what is left over at the bottom and right to none;
// - nobody else reads the results, and nothing is computed between the two ops;
// - the epilogue reads numbers of channels only, whose place in the image does
//   not matter.
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_FOLDPOOLING
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "fold-pooling";

// From this many on, other algorithms than the direct one are faster.
static constexpr int64_t kManyChannels = 32;
// A thread computes a strip of pixels, and whole windows of it.
static constexpr int64_t kWidestWindow = 3;

static bool foldPool(Pool2DOp pool) {
  auto conv = pool.getInput().getDefiningOp<Conv2DOp>();
  if (!conv || pool.getKind() != PoolKind::Max)
    return false;
  auto decline = [&](StringRef reason) {
    mlc::emitMissed(pool, kPass, reason);
    return false;
  };
  ArrayRef<int64_t> window = pool.getWindow();
  if (window != pool.getStrides() || window[1] > kWidestWindow ||
      llvm::any_of(pool.getPadding(), [](int64_t p) { return p != 0; }))
    return decline("its windows are padded, overlap or are wide");
  if (!conv->hasOneUse())
    return decline("others read the convolution, too");
  if (!pool.getPrologue().empty() || !pool.getEpilogue().empty())
    return decline("there is work before or after the maximum");
  int64_t inputs = conv.getInput().getType().getShape()[3];
  if (conv.getMaxPool() || conv.getSharedKernel() || conv.getGroups() != 1 ||
      inputs >= kManyChannels)
    return decline("the convolution has a kernel of its own");
  for (Value extra : conv.getEpilogueInputs())
    if (cast<RankedTensorType>(extra.getType()).getRank() > 1)
      return decline("the convolution's epilogue reads an image");

  IRRewriter b(pool);
  auto folded = Conv2DOp::create(
      b, mlc::fuseLocations({conv.getLoc(), pool.getLoc()}), pool.getType(),
      conv.getInput(), conv.getFilter(), conv.getPrologueInputs(),
      conv.getEpilogueInputs(), conv.getStridesAttr(), conv.getDilationsAttr(),
      conv.getPaddingAttr(), conv.getGroupsAttr());
  folded.setMaxPool(window);
  folded.getPrologue().takeBody(conv.getPrologue());
  folded.getEpilogue().takeBody(conv.getEpilogue());
  b.replaceOp(pool, folded);
  b.eraseOp(conv);
  mlc::emitPassed(folded, kPass, "stores the maximum of its windows only");
  return true;
}

namespace {

struct FoldPooling : mlc::impl::FoldPoolingBase<FoldPooling> {
  using FoldPoolingBase::FoldPoolingBase;

  void runOnOperation() override {
    for (Pool2DOp pool : llvm::to_vector(getOperation().getOps<Pool2DOp>()))
      numFolded += foldPool(pool);
  }
};

} // namespace
