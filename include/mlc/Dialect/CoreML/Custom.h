// What the definition of a custom layer says, for all who read it.
#pragma once

#include "mlc/Dialect/CoreML/CoreML.h"
#include <array>

namespace mlir::coreml {

/// Custom layers see values as [S, N, C, H, W]; those of fewer dimensions lack
/// the first ones.
constexpr int64_t kMaxCustomDimensions = 5;
constexpr llvm::StringLiteral kCustomDimensions = "snchw";

/// `shape` with ones for the dimensions that it lacks.
std::array<int64_t, kMaxCustomDimensions>
getCustomShape(ArrayRef<int64_t> shape);

/// What a name means in an expression of a definition: a constant, or `c`,
/// `rank` or `size` of an input. Nothing for other names.
std::optional<int64_t> lookupCustomName(DictionaryAttr definition,
                                        ArrayRef<ArrayRef<int64_t>> inputs,
                                        StringRef name);

/// The strings of a list of a definition, such as the names of its inputs.
SmallVector<StringRef> getCustomNames(DictionaryAttr definition,
                                      StringRef list);

} // namespace mlir::coreml
