// Gather and scatter.
#include "Places.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlc;
using namespace mlir::coreml;

// No element: what a layer writes there is lost.
static constexpr int64_t kLost = -1;

// An index as read: negative ones count from the end, of the others the whole
// part counts. What is beyond is the nearest element, or with `loses` none.
static int64_t wrap(double index, int64_t size, bool loses = false) {
  if (index < 0)
    index += double(size);
  index = std::floor(index);
  if (loses && !(index >= 0 && index < double(size)))
    return kLost;
  return int64_t(std::min(std::max(index, 0.0), double(size - 1)));
}

// The place in the first operand that `place` of the result (or of the updates)
// leads to, by the indices in the second.
static Spot resolve(Operation *op, Operands in, Place place) {
  const Tensor &data = *in[0], &indices = *in[1];
  if (isa<GatherNDOp, ScatterNDOp>(op)) {
    Spot at, tuple(place.take_front(indices.rank() - 1));
    int64_t length = indices.shape.back();
    for (int64_t i = 0; i < length; ++i) {
      tuple.push_back(i);
      at.push_back(wrap(elementAt(indices, tuple), data.shape[i]));
      tuple.pop_back();
    }
    if (length < data.rank())
      llvm::append_range(at, place.drop_front(tuple.size()));
    return at;
  }
  int64_t axis = fromFront(
      llvm::TypeSwitch<Operation *, int64_t>(op)
          .Case<GatherOp, GatherAlongAxisOp, ScatterOp, ScatterAlongAxisOp>(
              [](auto o) { return o.getAxis(); }),
      data.rank());
  bool loses = isa<ScatterOp, ScatterAlongAxisOp>(op);
  if (isa<GatherAlongAxisOp, ScatterAlongAxisOp>(op)) {
    Spot at(place);
    at[axis] = wrap(elementAt(indices, place), data.shape[axis], loses);
    return at;
  }
  // The indices' dimensions stand in the place of the axis.
  Spot at(place.take_front(axis));
  Place own = place.drop_front(axis).take_front(indices.rank());
  at.push_back(wrap(elementAt(indices, own), data.shape[axis], loses));
  llvm::append_range(at, place.drop_front(axis + indices.rank()));
  return at;
}

static Results gather(Operation *op, Operands in) {
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    return elementAt(*in[0], resolve(op, in, place));
  }));
}

static float combine(ScatterMode mode, float value, float update) {
  switch (mode) {
  case ScatterMode::SCATTER_UPDATE:
    return update;
  case ScatterMode::SCATTER_ADD:
    return value + update;
  case ScatterMode::SCATTER_SUB:
    return value - update;
  case ScatterMode::SCATTER_MUL:
    return value * update;
  case ScatterMode::SCATTER_DIV:
    return value / update;
  case ScatterMode::SCATTER_MAX:
    return std::max(value, update);
  case ScatterMode::SCATTER_MIN:
    return std::min(value, update);
  }
  llvm_unreachable("all modes are handled");
}

static Results scatter(Operation *op, ScatterMode mode, Operands in) {
  Tensor output = *in[0];
  forEachPlace(in[2]->shape, [&](Place place) {
    Spot at = resolve(op, in, place);
    if (llvm::is_contained(at, kLost))
      return;
    float &value = elementAt(output.data, output.shape, at);
    value = combine(mode, value, elementAt(*in[2], place));
  });
  return only(std::move(output));
}

std::optional<Results> mlc::evaluateArrayIndex(Operation *op, Operands in) {
  using Optional = std::optional<Results>;
  return llvm::TypeSwitch<Operation *, Optional>(op)
      .Case<GatherOp, GatherNDOp, GatherAlongAxisOp>(
          [&](auto o) { return gather(o, in); })
      .Case<ScatterOp, ScatterNDOp, ScatterAlongAxisOp>(
          [&](auto o) { return scatter(o, o.getMode(), in); })
      .Default([](Operation *) { return Optional(); });
}
