// Reordering filters so that activations need not be reordered.
#include "mlc/Support/Constants.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Support/Strided.h"
#include "mlc/Transforms/Passes.h"
#include <numeric>

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_FOLDLAYOUT
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "fold-layout";

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

// The views that `value` is seen through, outermost first, and their source.
static Value lookThroughViews(Value value,
                              SmallVectorImpl<Operation *> &views) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<ReshapeOp, TransposeOp>(op))
      break;
    views.push_back(op);
    value = op->getOperand(0);
  }
  return value;
}

// An inner product on a reordered input: a convolution over the whole source
// whose filter is reordered instead.
static bool foldIntoFilter(Conv2DOp conv) {
  ArrayRef<int64_t> in = shapeOf(conv.getInput()),
                    filter = shapeOf(conv.getFilter());
  if (in[1] != filter[0] || in[2] != filter[1] || conv.getGroups() != 1 ||
      conv.getType().getShape()[1] != 1 || conv.getType().getShape()[2] != 1)
    return false;
  SmallVector<Operation *> views;
  Value source = lookThroughViews(conv.getInput(), views);
  if (views.empty())
    return false;
  ArrayRef<int64_t> shape = shapeOf(source);
  if (shape.size() != 4 || shape[0] != in[0]) {
    mlc::emitMissed(conv, kPass, "its input is not an image of the same batch");
    return false;
  }
  if (!conv.getPrologue().empty() && !conv.getPrologueInputs().empty()) {
    mlc::emitMissed(conv, kPass, "its prologue reads other tensors");
    return false;
  }
  FailureOr<std::vector<float>> weights = mlc::readConstant(conv.getFilter());
  if (failed(weights)) {
    mlc::emitMissed(conv, kPass, "its filter is not a constant");
    return false;
  }
  // Where each element of one image's source ends up, found by sending the
  // numbers of the elements through the views.
  int64_t length = shape[1] * shape[2] * shape[3];
  std::vector<int64_t> order(shape[0] * length);
  std::iota(order.begin(), order.end(), 0);
  for (Operation *view : llvm::reverse(views))
    if (auto transpose = dyn_cast<TransposeOp>(view))
      order = mlc::permuteElements<int64_t>(order, shapeOf(view->getOperand(0)),
                                            transpose.getPermutation());
  for (int64_t i = 0; i < length; ++i)
    if (order[i] >= length) {
      mlc::emitMissed(conv, kPass, "the views mix the images of a batch");
      return false;
    }
  int64_t outputs = filter[3];
  std::vector<float> reordered(weights->size());
  for (int64_t i = 0; i < length; ++i)
    std::copy_n(&(*weights)[i * outputs], outputs,
                &reordered[order[i] * outputs]);

  OpBuilder b(conv);
  Value newFilter = mlc::makeConstant(b, conv.getLoc(),
                                      {shape[1], shape[2], shape[3], outputs},
                                      std::move(reordered), "filter");
  SmallVector<Location> locs;
  for (Operation *view : llvm::reverse(views))
    locs.push_back(view->getLoc());
  locs.push_back(conv.getLoc());
  conv.getInputMutable().assign(source);
  conv.getFilterMutable().assign(newFilter);
  conv->setLoc(mlc::fuseLocations(locs));
  mlc::emitPassed(conv, kPass, "reordered its filter instead of its input");
  return true;
}

namespace {

struct FoldLayout : mlc::impl::FoldLayoutBase<FoldLayout> {
  using FoldLayoutBase::FoldLayoutBase;

  void runOnOperation() override {
    for (Conv2DOp conv : llvm::to_vector(getOperation().getOps<Conv2DOp>()))
      numFolded += foldIntoFilter(conv);
  }
};

} // namespace
