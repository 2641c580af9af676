// The judge of meaning: runs the layers of a coreml module as the
// specification describes them, in plain loops, without optimisation. Slow,
// and meant to be obviously right.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <vector>

namespace mlc {

/// A tensor of floats, row-major in the order of its dimensions.
struct Tensor {
  llvm::SmallVector<int64_t> shape;
  std::vector<float> data;

  Tensor() = default;
  explicit Tensor(llvm::ArrayRef<int64_t> shape, float value = 0);
  int64_t rank() const { return shape.size(); }
  int64_t size() const { return data.size(); }
};

/// What one layer of the coreml dialect gives for these operands; nothing if it
/// is control flow or has no evaluator.
std::optional<std::vector<Tensor>>
evaluateLayer(mlir::Operation *op, llvm::ArrayRef<const Tensor *> operands);

/// Called with each result of each layer.
using Observer =
    std::function<void(mlir::Operation *, unsigned result, const Tensor &)>;

/// Evaluates `main` of a module of coreml ops. `inputs` have the types of its
/// arguments; images hold 0 to 255 in the model's colour order. Convolutions
/// and other long sums are accumulated in double, each result is rounded to
/// float once.
llvm::Expected<std::vector<Tensor>> evaluate(mlir::ModuleOp module,
                                             llvm::ArrayRef<Tensor> inputs,
                                             const Observer &observer = {});

} // namespace mlc
