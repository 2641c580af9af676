// Ops of the nn dialect that move elements: views, concatenation, look-ups.
#include "NNOps.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlir::nn;

// An element of a tensor that broadcasts to the shape in which `at` is.
static double broadcastAt(const Tensor &tensor, Place at) {
  Spot own;
  size_t missing = at.size() - tensor.shape.size();
  for (size_t i = 0; i < tensor.shape.size(); ++i)
    own.push_back(tensor.shape[i] == 1 ? 0 : at[missing + i]);
  return elementAt(tensor, own);
}

// An index as read: negative ones count from the end, then the fraction goes.
static double wrap(double index, int64_t size) {
  return std::floor(index < 0 ? index + double(size) : index);
}

static int64_t clampIndex(double index, int64_t size) {
  return int64_t(std::min(std::max(index, 0.0), double(size - 1)));
}

static Tensor concat(ConcatOp op, Operands in) {
  int64_t axis = op.getAxis();
  return fillPlaces(nnResult(op), [&](Place at) {
    Spot own(at);
    for (const Tensor *part : in) {
      if (own[axis] < part->shape[axis])
        return elementAt(*part, own);
      own[axis] -= part->shape[axis];
    }
    llvm_unreachable("the verifier knows the extents");
  });
}

static Tensor transpose(TransposeOp op, Operands in) {
  Spot from(in[0]->rank());
  return fillPlaces(nnResult(op), [&](Place at) {
    for (auto [i, axis] : llvm::enumerate(op.getPermutation()))
      from[axis] = at[i];
    return elementAt(*in[0], from);
  });
}

static Tensor slice(SliceOp op, Operands in) {
  return fillPlaces(nnResult(op), [&](Place at) {
    Spot from;
    for (size_t i = 0; i < at.size(); ++i)
      from.push_back(op.getOffsets()[i] + at[i] * op.getStrides()[i]);
    return elementAt(*in[0], from);
  });
}

static Tensor take(TakeOp op, Operands in) {
  int64_t axis = op.getAxis(), size = in[0]->shape[axis];
  return fillPlaces(nnResult(op), [&](Place at) {
    Spot from(at);
    from[axis] = clampIndex(wrap(broadcastAt(*in[1], at), size), size);
    return elementAt(*in[0], from);
  });
}

static float combine(ScatterKind kind, float value, float update) {
  switch (kind) {
  case ScatterKind::Update:
    return update;
  case ScatterKind::Add:
    return value + update;
  case ScatterKind::Sub:
    return value - update;
  case ScatterKind::Mul:
    return value * update;
  case ScatterKind::Div:
    return value / update;
  case ScatterKind::Max:
    return std::max(value, update);
  case ScatterKind::Min:
    return std::min(value, update);
  }
  llvm_unreachable("all kinds are above");
}

static Tensor scatter(ScatterOp op, Operands in) {
  Tensor output = *in[0];
  int64_t axis = op.getAxis(), size = output.shape[axis];
  forEachPlace(in[2]->shape, [&](Place at) {
    Spot to(at);
    double index = wrap(broadcastAt(*in[1], at), size);
    if (!(index >= 0 && index < double(size)))
      return;
    to[axis] = int64_t(index);
    float &value = elementAt(output.data, output.shape, to);
    value = combine(op.getKind(), value, elementAt(*in[2], at));
  });
  return output;
}

static Tensor gather(GatherOp op, Operands in) {
  const Tensor &table = *in[1];
  return fillPlaces(nnResult(op), [&](Place at) {
    Spot index(at);
    index.back() = 0;
    int64_t row = clampIndex(elementAt(*in[0], index), table.shape[0]);
    return elementAt(table, {row, at.back()});
  });
}

std::optional<Tensor> mlc::evaluateNNPlace(Operation *op, Operands in) {
  using Optional = std::optional<Tensor>;
  return llvm::TypeSwitch<Operation *, Optional>(op)
      .Case([&](ReshapeOp o) {
        Tensor output = nnResult(o);
        output.data = in[0]->data;
        return output;
      })
      .Case([&](CopyOp) { return *in[0]; })
      .Case([&](ConcatOp o) { return concat(o, in); })
      .Case([&](TransposeOp o) { return transpose(o, in); })
      .Case([&](SliceOp o) { return slice(o, in); })
      .Case([&](TakeOp o) { return take(o, in); })
      .Case([&](ScatterOp o) { return scatter(o, in); })
      .Case([&](GatherOp o) { return gather(o, in); })
      .Default([](Operation *) { return Optional(); });
}
