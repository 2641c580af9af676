// The text around a developer's own function: what it can see, and how it is
// called. docs/custom-layers.md describes it.
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/raw_ostream.h"
#include <array>

namespace mlc {

/// Extents or strides of (s, n, c, h, w).
using CustomDimensions = std::array<int64_t, 5>;

/// A buffer that the function reads under a name.
struct CustomBuffer {
  llvm::StringRef name;
  std::string elementType; ///< as in Metal
  bool isWeight = false;   ///< of one dimension, `extents[4]` long
  CustomDimensions extents, strides;
};

struct CustomCode {
  std::string space; ///< the namespace of it all
  llvm::StringRef function, file, source;
  mlir::DictionaryAttr constants;
  llvm::SmallVector<CustomBuffer> buffers;
  CustomDimensions extents; ///< of the result

  /// Prints the namespace with the function in it.
  void print(llvm::raw_ostream &os) const;
  /// The call for one element, given expressions.
  std::string call(llvm::ArrayRef<std::string> pointers,
                   llvm::ArrayRef<std::string> position) const;
};

/// `kernels` behind the parts of the kernel library that they use.
std::string withPrelude(llvm::StringRef kernels);

/// The shortest text that reads back as `value`, as a float of Metal.
std::string floatText(float value);

} // namespace mlc
