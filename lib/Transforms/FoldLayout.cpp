// Reordering filters so that activations need not be reordered.
//
// A convolution whose window is its whole image sums filter[i] * x[i] over all
// elements i of an image x. If x is a permutation of a source, x[i] =
// source[order[i]], the sum is one of filter'[order[i]] * source[order[i]].
// Valid if
// - the window is the image: a filter of its size and no padding. Strides and
//   dilations then have no effect, and are 1 in the new convolution, where the
//   source may have other rows and columns;
// - there is one group, since groups tell channels apart;
// - every image of the batch has the same order and none of another's elements;
// - the prologue treats all elements alike, that is, reads no other tensor;
// - no one but the op relies on its form (pools and kernels that it shares).
// Other readers of the views keep them.
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

// Whether the only window of `conv` is its whole image, each pixel read by one
// tap: without padding, a filter of the image's size has no dilation, and its
// stride leads nowhere.
static bool readsWholeImage(Conv2DOp conv) {
  ArrayRef<int64_t> in = shapeOf(conv.getInput()),
                    filter = shapeOf(conv.getFilter());
  return in[1] == filter[0] && in[2] == filter[1] &&
         llvm::all_of(conv.getPadding(), [](int64_t p) { return p == 0; });
}

// Why views in front of `conv`, an inner product, must stay; empty if the
// filter can be reordered instead.
static StringRef whyNotFold(Conv2DOp conv, Value source) {
  ArrayRef<int64_t> shape = shapeOf(source);
  if (conv.getGroups() != 1)
    return "its groups read channels of their own";
  if (conv.getMaxPool() || conv.getSharedKernel())
    return "it has the kernel of a 1x1 convolution or of a pool";
  if (shape.size() != 4 || shape[0] != shapeOf(conv.getInput())[0])
    return "its input is not an image of the same batch";
  if (!conv.getPrologue().empty() && !conv.getPrologueInputs().empty())
    return "its prologue reads other tensors";
  return "";
}

// The place in its image that each element of an image of `source` has behind
// `views`, innermost last; nothing if that is not the same for all images, none
// of whose elements go to another. Found by sending the numbers of all elements
// through the views.
static std::optional<std::vector<int64_t>>
findOrder(Value source, ArrayRef<Operation *> views) {
  ArrayRef<int64_t> shape = shapeOf(source);
  int64_t length = shape[1] * shape[2] * shape[3];
  std::vector<int64_t> order(shape[0] * length);
  std::iota(order.begin(), order.end(), 0);
  for (Operation *view : llvm::reverse(views))
    if (auto transpose = dyn_cast<TransposeOp>(view))
      order = mlc::permuteElements<int64_t>(order, shapeOf(view->getOperand(0)),
                                            transpose.getPermutation());
  for (int64_t i = 0; i < int64_t(order.size()); ++i)
    if (order[i] != i / length * length + order[i % length] ||
        order[i % length] >= length)
      return std::nullopt;
  order.resize(length);
  return order;
}

// An inner product on a reordered input: a convolution over the whole source
// whose filter is reordered instead.
static bool foldIntoFilter(Conv2DOp conv) {
  SmallVector<Operation *> views;
  Value source = lookThroughViews(conv.getInput(), views);
  if (views.empty() || !readsWholeImage(conv))
    return false;
  if (StringRef reason = whyNotFold(conv, source); !reason.empty()) {
    mlc::emitMissed(conv, kPass, reason);
    return false;
  }
  FailureOr<std::vector<float>> weights = mlc::readConstant(conv.getFilter());
  if (failed(weights)) {
    mlc::emitMissed(conv, kPass, "its filter is not a constant");
    return false;
  }
  std::optional<std::vector<int64_t>> order = findOrder(source, views);
  if (!order) {
    mlc::emitMissed(conv, kPass, "the views mix the images of a batch");
    return false;
  }
  ArrayRef<int64_t> shape = shapeOf(source);
  int64_t outputs = shapeOf(conv.getFilter())[3];
  std::vector<float> reordered(weights->size());
  for (auto [i, from] : llvm::enumerate(*order))
    std::copy_n(&(*weights)[i * outputs], outputs, &reordered[from * outputs]);

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
  // Those of the old image could lead beyond the source's.
  conv.setStrides({1, 1});
  conv.setDilations({1, 1});
  conv->setLoc(mlc::fuseLocations(locs));
  mlc::emitPassed(conv, kPass, "reordered its filter instead of its input");
  return true;
}

namespace {

struct FoldLayout : mlc::impl::FoldLayoutBase<FoldLayout> {
  using FoldLayoutBase::FoldLayoutBase;

  void runOnOperation() override {
    if (failed(mlc::checkConstants(getOperation())))
      return signalPassFailure();
    for (Conv2DOp conv : llvm::to_vector(getOperation().getOps<Conv2DOp>()))
      numFolded += foldIntoFilter(conv);
  }
};

} // namespace
