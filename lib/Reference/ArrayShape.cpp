// Array layers that move or make elements.
#include "Places.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlc;
using namespace mlir::coreml;

static Results compute(TransposeOp op, Operands in) {
  Spot from(in[0]->rank());
  return only(fillPlaces(resultTensor(op), [&](Place at) {
    for (auto [i, axis] : llvm::enumerate(op.getAxes()))
      from[axis] = at[i];
    return elementAt(*in[0], from);
  }));
}

// Layers that keep the order of the elements.
static Results sameElements(Operation *op, Operands in) {
  Tensor output = resultTensor(op);
  output.data = in[0]->data;
  return only(std::move(output));
}

static Results compute(ConcatNDOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank());
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    size_t part = 0;
    if (op.getInterleave()) {
      part = at[axis] % in.size();
      at[axis] /= in.size();
    }
    while (at[axis] >= in[part]->shape[axis])
      at[axis] -= in[part++]->shape[axis];
    return elementAt(*in[part], at);
  }));
}

static Results compute(SplitNDOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank()), begin = 0;
  Results parts;
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    parts.push_back(fillPlaces(resultTensor(op, i), [&](Place place) {
      Spot at(place);
      at[axis] += begin;
      return elementAt(*in[0], at);
    }));
    begin += parts.back().shape[axis];
  }
  return parts;
}

static Results compute(StackOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank() + 1);
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    at.erase(at.begin() + axis);
    return elementAt(*in[place[axis]], at);
  }));
}

static Results compute(TileOp op, Operands in) {
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    for (auto [index, size] : llvm::zip(at, in[0]->shape))
      index %= size;
    return elementAt(*in[0], at);
  }));
}

// Slices: a dimension that is squeezed has no place in the result.
static Results slice(Operation *op, const BoxRange &box, const Tensor &input) {
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at;
    size_t next = 0;
    for (size_t i = 0; i < box.begin.size(); ++i)
      at.push_back(box.begin[i] +
                   (box.squeezed[i] ? 0 : place[next++] * box.stride[i]));
    return elementAt(input, at);
  }));
}

static Results compute(SliceBySizeOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank());
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    int64_t size = in[0]->shape[axis];
    at[axis] = fromFront(int64_t(in[1]->data[0]) + at[axis], size);
    at[axis] = std::clamp<int64_t>(at[axis], 0, size - 1);
    return elementAt(*in[0], at);
  }));
}

static Results compute(ReverseOp op, Operands in) {
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    for (auto [axis, isReversed] : llvm::enumerate(op.getReverseDim()))
      if (isReversed && axis < at.size())
        at[axis] = in[0]->shape[axis] - 1 - at[axis];
    return elementAt(*in[0], at);
  }));
}

static Results compute(ReverseSeqOp op, Operands in) {
  int64_t batch = fromFront(op.getBatchAxis(), in[0]->rank()),
          axis = fromFront(op.getSequenceAxis(), in[0]->rank());
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    // No more than there is.
    auto length = int64_t(std::clamp(double(in[1]->data[at[batch]]), 0.0,
                                     double(in[0]->shape[axis])));
    if (at[axis] < length)
      at[axis] = length - 1 - at[axis];
    return elementAt(*in[0], at);
  }));
}

static Results compute(SlidingWindowsOp op, Operands in) {
  int64_t axis = fromFront(op.getAxis(), in[0]->rank());
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    at[axis] = at[axis] * int64_t(op.getStep()) + at[axis + 1];
    at.erase(at.begin() + axis + 1);
    return elementAt(*in[0], at);
  }));
}

static Results compute(ConstantPadOp op, Operands in) {
  SmallVector<int64_t> amounts = *getPadAmounts(op);
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place);
    for (auto [i, index] : llvm::enumerate(at)) {
      index -= amounts[2 * i];
      if (index < 0 || index >= in[0]->shape[i])
        return op.getValue().convertToFloat();
    }
    return elementAt(*in[0], at);
  }));
}

static Results compute(LoadConstantNDOp op) {
  Tensor output = resultTensor(op);
  output.data = weightsOf(op.getDataAttr());
  return only(std::move(output));
}

static Results filled(Operation *op, const APFloat &value) {
  return only(fillPlaces(resultTensor(op),
                         [&](Place) { return value.convertToDouble(); }));
}

static Results broadcast(Operation *op, const Tensor &input) {
  return only(fillPlaces(resultTensor(op), [&](Place place) {
    Spot at(place.take_back(input.rank()));
    for (auto [index, size] : llvm::zip(at, input.shape))
      index = size == 1 ? 0 : index;
    return elementAt(input, at);
  }));
}

static Results shape(Operation *op, const Tensor &input) {
  return only(fillPlaces(resultTensor(op),
                         [&](Place at) { return double(input.shape[at[0]]); }));
}

static Results compute(WhereNonZeroOp op, Operands in) {
  Tensor output = resultTensor(op);
  size_t count = 0;
  // Every place of the input, as if to fill it.
  fillPlaces(Tensor(in[0]->shape), [&](Place at) {
    if (elementAt(*in[0], Spot(at)) != 0 && count < output.data.size())
      for (int64_t index : at)
        output.data[count++] = float(index);
    return 0.0;
  });
  return only(std::move(output));
}

static Results range(Operation *op, float start, float step) {
  return only(fillPlaces(
      resultTensor(op), [&](Place at) { return start + float(at[0]) * step; }));
}

// Where column - row lies in [low, high].
static Results band(Operation *op, const Tensor &input, int64_t low,
                    int64_t high) {
  return only(fillPlaces(resultTensor(op), [&](Place at) {
    int64_t behind = at[at.size() - 1] - at[at.size() - 2];
    return behind >= low && behind <= high ? elementAt(input, at) : 0;
  }));
}

std::optional<Results> mlc::evaluateArrayShape(Operation *op, Operands in) {
  using Optional = std::optional<Results>;
  constexpr int64_t kAll = kMaxElements;
  auto bound = [](int64_t number) { return number < 0 ? kAll : number; };
  return llvm::TypeSwitch<Operation *, Optional>(op)
      .Case<TransposeOp, ConcatNDOp, SplitNDOp, StackOp, TileOp, SliceBySizeOp,
            ReverseOp, ReverseSeqOp, SlidingWindowsOp, ConstantPadOp,
            WhereNonZeroOp>([&](auto o) { return compute(o, in); })
      .Case<ReshapeStaticOp, ReshapeLikeOp, ReshapeDynamicOp,
            RankPreservingReshapeOp, ExpandDimsOp, SqueezeOp, FlattenTo2DOp,
            CopyOp>([&](auto o) { return sameElements(o, in); })
      .Case<SliceStaticOp, SliceDynamicOp>(
          [&](auto o) { return slice(o, *getBox(o), *in[0]); })
      .Case([&](LoadConstantNDOp o) { return compute(o); })
      .Case<FillStaticOp, FillLikeOp, FillDynamicOp>(
          [&](auto o) { return filled(o, o.getValue()); })
      .Case<BroadcastToStaticOp, BroadcastToLikeOp, BroadcastToDynamicOp>(
          [&](auto o) { return broadcast(o, *in[0]); })
      .Case([&](GetShapeOp o) { return shape(o, *in[0]); })
      .Case([&](RangeStaticOp o) {
        return range(o, o.getStartValue().convertToFloat(),
                     o.getStepSizeValue().convertToFloat());
      })
      .Case([&](RangeDynamicOp o) {
        auto [start, step] = *getRange(o);
        return range(o, start, step);
      })
      .Case(
          [&](LowerTriangularOp o) { return band(o, *in[0], -kAll, o.getK()); })
      .Case(
          [&](UpperTriangularOp o) { return band(o, *in[0], o.getK(), kAll); })
      .Case([&](MatrixBandPartOp o) {
        return band(o, *in[0], -bound(o.getNumLower()), bound(o.getNumUpper()));
      })
      .Default([](Operation *) { return Optional(); });
}
