// Results given place by place: most array layers are one line then.
#pragma once

#include "Layers.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlc {

using Place = llvm::ArrayRef<int64_t>;
/// A place that can be changed.
using Spot = llvm::SmallVector<int64_t>;
using Results = std::vector<Tensor>;

/// The element of `tensor` at `at`.
inline float &elementAt(std::vector<float> &data, llvm::ArrayRef<int64_t> shape,
                        Place at) {
  int64_t index = 0;
  for (size_t i = 0; i < shape.size(); ++i)
    index = index * shape[i] + at[i];
  return data[index];
}
inline float elementAt(const Tensor &tensor, Place at) {
  return elementAt(const_cast<std::vector<float> &>(tensor.data), tensor.shape,
                   at);
}

/// Calls `visit` with every place of `shape`, the last dimension fastest.
inline void forEachPlace(llvm::ArrayRef<int64_t> shape,
                         llvm::function_ref<void(Place)> visit) {
  llvm::SmallVector<int64_t> at(shape.size(), 0);
  while (true) {
    visit(at);
    size_t d = shape.size();
    while (d > 0 && ++at[d - 1] == shape[d - 1])
      at[--d] = 0;
    if (d == 0)
      return;
  }
}

/// `output` with an element for each place.
inline Tensor fillPlaces(Tensor output,
                         llvm::function_ref<double(Place)> element) {
  size_t next = 0;
  forEachPlace(output.shape,
               [&](Place at) { output.data[next++] = float(element(at)); });
  return output;
}

/// One result.
inline Results only(Tensor value) {
  Results values;
  values.push_back(std::move(value));
  return values;
}

/// The families of array layers; nothing for an op of another one.
std::optional<Results> evaluateArrayElementwise(mlir::Operation *, Operands);
std::optional<Results> evaluateArrayShape(mlir::Operation *, Operands);
std::optional<Results> evaluateArrayReduction(mlir::Operation *, Operands);
std::optional<Results> evaluateArrayIndex(mlir::Operation *, Operands);
std::optional<Results> evaluateVolume(mlir::Operation *, Operands);

} // namespace mlc
