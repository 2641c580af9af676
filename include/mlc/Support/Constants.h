// Reading and making the constants of a network. Weights are large, so they
// live in resource blobs: owned once, never uniqued by content.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"

namespace mlc {

/// The elements of `attr` as floats, whatever its storage (f32, f16, splat,
/// dense or resource). Fails if the element type is none of f32, f16, f64,
/// i8 or i32, or if a resource is missing or of the wrong size.
mlir::FailureOr<std::vector<float>> readFloats(mlir::Attribute attr);

/// The elements of the constant that defines `value`, or failure if it is not
/// an arith.constant of a readable type.
mlir::FailureOr<std::vector<float>> readConstant(mlir::Value value);

/// Checks that the elements of every constant in `root` which something may
/// read can be read: whether its resource is there, and as large as its type
/// says. An error names the first op and attribute of which that is not so.
/// Passes that read weights ask this first, so that none of them is left out.
mlir::LogicalResult checkConstants(mlir::Operation *root);

/// Elements as floats: where they are stored if they are stored as f32, else
/// converted.
class FloatView {
public:
  explicit FloatView(llvm::ArrayRef<float> stored) : stored(stored) {}
  explicit FloatView(std::vector<float> values)
      : converted(std::move(values)) {}
  operator llvm::ArrayRef<float>() const {
    return converted.empty() ? stored : llvm::ArrayRef<float>(converted);
  }
  size_t size() const { return llvm::ArrayRef<float>(*this).size(); }
  float operator[](size_t i) const { return llvm::ArrayRef<float>(*this)[i]; }

private:
  llvm::ArrayRef<float> stored;
  std::vector<float> converted;
};

/// As readFloats and readConstant, without a copy where none is needed. A view
/// is good as long as the constant's memory.
mlir::FailureOr<FloatView> viewFloats(mlir::Attribute attr);
mlir::FailureOr<FloatView> viewConstant(mlir::Value value);

/// Frees the resource that holds the elements of `attr`, if one does. It must
/// not be read again.
void releaseFloats(mlir::Attribute attr);

/// Gives the memory of constants back as soon as they have been replaced:
/// resources otherwise live as long as the context, and each step of a
/// compilation makes new weights.
class ConstantMemory {
public:
  /// Counts the constants in `root` that share a resource. Nothing is released
  /// if `root` is one function of several.
  explicit ConstantMemory(mlir::Operation *root);
  /// Frees the resource of the constant that defines `value`, which `reader`
  /// alone reads and will not read again; does nothing if others may.
  void release(mlir::Value value, mlir::Operation *reader);

private:
  llvm::DenseMap<mlir::Attribute, unsigned> users;
  bool isAlone = false;
};

/// Whether `value` is defined by a constant.
bool isConstant(mlir::Value value);

/// An attribute of `type` (static shape, f32 or f16) that owns `data`. Small
/// ones become dense attributes (readable, uniqued), large ones resources
/// called `name`. Values are rounded to nearest even for f16.
mlir::TypedAttr makeFloats(mlir::RankedTensorType type, std::vector<float> data,
                           llvm::StringRef name = "weights");

/// An arith.constant of f32 with `shape` that owns `data`.
mlir::Value makeConstant(mlir::OpBuilder &builder, mlir::Location loc,
                         llvm::ArrayRef<int64_t> shape, std::vector<float> data,
                         llvm::StringRef name = "weights");

/// Half precision bits of `value`, rounded to nearest even.
uint16_t toHalf(float value);
/// The float that `bits` stands for.
float fromHalf(uint16_t bits);

} // namespace mlc
