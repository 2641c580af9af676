// The coreml dialect: what a file says (dialects/CoreML has its definition),
// and the rules of the format that everything which reads these ops needs.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::coreml {

/// An op whose last results a file need not name.
template <typename ConcreteOp>
class OptionalOutputs : public OpTrait::TraitBase<ConcreteOp, OptionalOutputs> {
};

} // namespace mlir::coreml

#include "mlc/Dialect/CoreML/CoreMLDialect.h.inc"
#include "mlc/Dialect/CoreML/CoreMLEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "mlc/Dialect/CoreML/CoreMLAttrs.h.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/CoreML/CoreMLOps.h.inc"

namespace mlir::coreml {

/// The most elements that a value may have: offsets into it fit 32 bits.
constexpr int64_t kMaxElements = int64_t(1) << 31;

/// The number of elements of `shape`, or nothing if a dimension is not positive
/// or there are more than kMaxElements.
std::optional<int64_t> countElements(ArrayRef<int64_t> shape);

/// One of the two dimensions of a convolution or pooling.
///
/// Tap k of output o reads input o * stride + k * dilation - before. For a
/// deconvolution, tap k of input i adds to output i * stride + k * dilation -
/// before. What lies outside is padding (or cropped); `before` and `after` may
/// be negative, which crops (or extends with zeros). `after` is the declared
/// padding: with includeLastPixel, windows may reach further.
struct Window {
  int64_t input, output;
  int64_t kernel, stride, dilation;
  int64_t before, after;
};

/// Dimension 0 is height, 1 is width.
Window getWindow(ConvolutionOp op, unsigned dimension);
Window getWindow(PoolingOp op, unsigned dimension);

/// Dimension 0 is depth, 1 is height, 2 is width.
Window getWindow(Pooling3DOp op, unsigned dimension);
Window getWindow(Convolution3DOp op, unsigned dimension);

/// The part of a dimension that a slice takes: `size` elements from `begin` on,
/// `stride` apart, along dimension `axis` of the input.
struct SliceRange {
  unsigned axis;
  int64_t begin, size, stride;
};
SliceRange getSliceRange(SliceOp op);

/// The part of height and width that a crop takes: top, left.
std::pair<int64_t, int64_t> getCropOffset(CropOp op);

/// The dimensions that a reduction makes 1, ascending.
SmallVector<unsigned> getReducedAxes(ReduceOp op);

/// The order in which `permute` takes the input's dimensions, for its rank.
SmallVector<int64_t> getPermutation(PermuteOp op);

/// The bias of a channel of an image, by its colour.
float getChannelBias(ScalerOp op, unsigned channel);

/// The shape in which `scale`, `bias` or a mean image broadcasts to a value of
/// rank `rank`: [C] becomes [C, 1, 1], with ones in front.
SmallVector<int64_t> getBroadcastShape(ArrayRef<int64_t> weights, int64_t rank);

// What the array layers' attributes come to, once the inputs are known.

/// The dimensions that a reduction makes 1 or drops, ascending: `axes` counted
/// from the front, all if there are none or `reduceAll` is set. Nothing if one
/// is out of range.
std::optional<SmallVector<int64_t>>
getReducedAxes(ArrayRef<int64_t> axes, bool reduceAll, int64_t rank);

/// `axis`, which may count from the end, of a value of `rank`.
inline int64_t fromFront(int64_t axis, int64_t rank) {
  return axis < 0 ? axis + rank : axis;
}

/// The part of each dimension that a slice takes. A squeezed dimension has
/// size 1 and is dropped from the result.
struct BoxRange {
  SmallVector<int64_t> begin, stride, size;
  SmallVector<bool> squeezed;
};
std::optional<BoxRange> getBox(SliceStaticOp op);
std::optional<BoxRange> getBox(SliceDynamicOp op);

/// Amounts before and after each dimension.
std::optional<SmallVector<int64_t>> getPadAmounts(ConstantPadOp op);
/// How often each dimension is repeated.
std::optional<SmallVector<int64_t>> getRepetitions(TileOp op);
/// The axis of a running sum.
std::optional<int64_t> getAxis(CumSumOp op);
/// The numbers of a range: start, step.
std::optional<std::pair<float, float>> getRange(RangeDynamicOp op);

/// The elements of a value that follow from constants and shapes alone, if
/// they are few: what layers with a dynamic shape need to know.
std::optional<SmallVector<float>> getKnownElements(Value value);

/// The attribute of a function's argument that has the elements of what it
/// stands for, where they are known.
constexpr llvm::StringLiteral kKnownElements = "coreml.known";

} // namespace mlir::coreml
