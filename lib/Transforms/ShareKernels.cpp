// 1x1 convolutions of the same tensor in one kernel.
//
// Only the place of the ops in the function changes. Valid if
// - they read the same value, pixel by pixel (1x1, stride 1, no padding, no
//   pool) and with all channels (one group), and do not change it as they load
//   it (no prologue);
// - all that one reads, its epilogue included, is there before the first, so
//   none reads a result of another;
// - the buffers of all together are not more than Metal binds.
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_SHAREKERNELS
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "share-kernels";

// Metal binds at most 31 buffers; input and weights are two of them.
static constexpr unsigned kMaxBuffers = 29;

static bool canShare(Conv2DOp conv) {
  return conv.isPointwise() && conv.getGroups() == 1 &&
         conv.getPrologue().empty();
}

// Whether everything `conv` reads is there before `other`.
static bool canMoveBefore(Conv2DOp conv, Operation *other) {
  return llvm::all_of(conv->getOperands(), [&](Value operand) {
    Operation *producer = operand.getDefiningOp();
    return !producer || producer->isBeforeInBlock(other) ||
           producer->hasTrait<OpTrait::ConstantLike>();
  });
}

namespace {

struct ShareKernels : mlc::impl::ShareKernelsBase<ShareKernels> {
  using ShareKernelsBase::ShareKernelsBase;

  void runOnOperation() override {
    llvm::MapVector<Value, SmallVector<Conv2DOp>> readers;
    for (auto conv : getOperation().getOps<Conv2DOp>())
      if (canShare(conv))
        readers[conv.getInput()].push_back(conv);
    for (auto &[input, siblings] : readers)
      if (siblings.size() > 1)
        share(siblings);
  }

private:
  void share(ArrayRef<Conv2DOp> siblings) {
    Conv2DOp first = siblings.front(), last = first;
    SmallVector<Conv2DOp> group = {first};
    unsigned buffers = 1 + first.getEpilogueInputs().size();
    for (Conv2DOp conv : siblings.drop_front()) {
      unsigned more = 1 + conv.getEpilogueInputs().size();
      if (buffers + more > kMaxBuffers) {
        mlc::emitMissed(conv, kPass, "the kernel has no buffers left");
        continue;
      }
      if (!canMoveBefore(conv, first)) {
        mlc::emitMissed(conv, kPass,
                        "it also reads what is computed after '" +
                            mlc::layerList(first.getLoc()) + "'");
        continue;
      }
      buffers += more;
      for (Value operand : conv->getOperands())
        if (Operation *producer = operand.getDefiningOp();
            producer && !producer->isBeforeInBlock(first))
          producer->moveBefore(first);
      conv->moveAfter(last);
      last = conv;
      group.push_back(conv);
      mlc::emitPassed(conv, kPass,
                      "shares the kernel of '" +
                          mlc::layerList(first.getLoc()) + "'");
    }
    if (group.size() == 1)
      return;
    OpBuilder b(first);
    for (Conv2DOp conv : group)
      conv.setSharedKernelAttr(b.getI64IntegerAttr(numKernels));
    ++numKernels;
    numShared += group.size() - 1;
  }

  int64_t numKernels = 0;
};

} // namespace
