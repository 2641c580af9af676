// The arithmetic of strided layouts.
#include "mlc/Dialect/NN/Layout.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::nn;

StridedLayout StridedLayout::dense(ArrayRef<int64_t> shape) {
  StridedLayout layout;
  layout.shape.assign(shape.begin(), shape.end());
  layout.strides.assign(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    layout.strides[i - 1] = layout.strides[i] * shape[i];
  return layout;
}

bool StridedLayout::isDense() const {
  int64_t expected = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    // The stride of a single element is never used.
    if (shape[i] != 1 && strides[i] != expected)
      return false;
    expected *= shape[i];
  }
  return offset == 0;
}

StridedLayout StridedLayout::transpose(ArrayRef<int64_t> permutation) const {
  StridedLayout result;
  result.offset = offset;
  for (int64_t axis : permutation) {
    result.shape.push_back(shape[axis]);
    result.strides.push_back(strides[axis]);
  }
  return result;
}

StridedLayout
StridedLayout::beforeTranspose(ArrayRef<int64_t> permutation) const {
  StridedLayout result = *this;
  for (auto [index, axis] : llvm::enumerate(permutation)) {
    result.shape[axis] = shape[index];
    result.strides[axis] = strides[index];
  }
  return result;
}

StridedLayout StridedLayout::slice(ArrayRef<int64_t> offsets,
                                   ArrayRef<int64_t> steps,
                                   ArrayRef<int64_t> newShape) const {
  StridedLayout result = *this;
  result.shape.assign(newShape.begin(), newShape.end());
  for (size_t i = 0; i < shape.size(); ++i) {
    result.offset += offsets[i] * strides[i];
    result.strides[i] *= steps[i];
  }
  return result;
}

std::optional<StridedLayout>
StridedLayout::reshape(ArrayRef<int64_t> newShape) const {
  StridedLayout result;
  result.shape.assign(newShape.begin(), newShape.end());
  result.strides.assign(newShape.size(), 1);
  result.offset = offset;
  // Walk both shapes from the last dimension and cut them into groups that
  // hold equally many elements. A group of the old shape must be a run with
  // one stride; the new dimensions divide that run.
  int64_t from = int64_t(shape.size()) - 1, to = int64_t(newShape.size()) - 1;
  while (true) {
    while (from >= 0 && shape[from] == 1)
      --from;
    while (to >= 0 && newShape[to] == 1)
      --to;
    if (from < 0 || to < 0)
      break;
    int64_t stride = strides[from], have = shape[from], want = newShape[to];
    result.strides[to] = stride;
    while (have != want) {
      if (have < want) {
        do
          --from;
        while (shape[from] == 1);
        if (strides[from] != stride * have)
          return std::nullopt;
        have *= shape[from];
      } else {
        int64_t next = stride * want;
        do
          --to;
        while (newShape[to] == 1);
        result.strides[to] = next;
        want *= newShape[to];
      }
    }
    --from;
    --to;
  }
  return result;
}
