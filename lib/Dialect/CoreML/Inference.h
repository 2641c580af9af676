// What all shape inference shares: shapes, errors of one line, results.
#pragma once

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlir/IR/Diagnostics.h"

namespace mlir::coreml {

/// The inference of one op. `fail` reports and gives failure; without a
/// location it is silent.
class Inference {
public:
  Inference(MLIRContext *context, std::optional<Location> loc,
            SmallVectorImpl<Type> &results)
      : context(context), loc(loc), results(results) {}

  template <typename... Parts> LogicalResult fail(Parts &&...parts) const {
    return emitOptionalError(loc, std::forward<Parts>(parts)...);
  }

  /// Adds a result of `shape`, which must not be empty or too large.
  LogicalResult give(ArrayRef<int64_t> shape);

  /// Checks that `value` has at least `rank` dimensions.
  LogicalResult needRank(Value value, int64_t rank) const;

  /// Checks that a weight has exactly this shape.
  LogicalResult needShape(StringRef name, ElementsAttr weights,
                          ArrayRef<int64_t> shape) const;

  /// Checks that a list has `size` elements, all at least `least`.
  LogicalResult needList(StringRef name, ArrayRef<int64_t> list, size_t size,
                         int64_t least) const;

private:
  MLIRContext *context;
  std::optional<Location> loc;
  SmallVectorImpl<Type> &results;
};

inline ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// The size of the channels, the third dimension from the end.
inline int64_t channelsOf(ArrayRef<int64_t> shape) {
  return shape[shape.size() - 3];
}

std::string formatShape(ArrayRef<int64_t> shape);

/// `axis` counted from the front, or nothing if it is beyond `rank`.
std::optional<int64_t> resolveAxis(int64_t axis, int64_t rank);

// Rules that whole families share; their ops are bound to them in TableGen.
LogicalResult inferSameShape(MLIRContext *context, std::optional<Location> loc,
                             Value input, SmallVectorImpl<Type> &results);
/// As numpy broadcasts, of `least` to `most` inputs.
LogicalResult inferBroadcast(MLIRContext *context, std::optional<Location> loc,
                             ValueRange inputs, size_t least, size_t most,
                             SmallVectorImpl<Type> &results);
LogicalResult inferReduction(MLIRContext *context, std::optional<Location> loc,
                             Value input, ArrayRef<int64_t> axes, bool keepDims,
                             bool reduceAll, SmallVectorImpl<Type> &results);
/// The input's shape, which has at least two dimensions.
LogicalResult inferMatrix(MLIRContext *context, std::optional<Location> loc,
                          Value input, SmallVectorImpl<Type> &results);

} // namespace mlir::coreml
