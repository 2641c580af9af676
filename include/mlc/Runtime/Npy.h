// Arrays on disk, in numpy's format.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <string>
#include <vector>

namespace mlc {

/// An array of numbers, row-major.
struct NpyArray {
  llvm::SmallVector<int64_t> shape;
  std::vector<float> values;
  bool isBytes = false; ///< was of numpy's type uint8
};

/// Reads a `.npy` file of versions 1 to 3, any numeric type of up to 8 bytes,
/// C or Fortran order. Errors are one line.
llvm::Expected<NpyArray> parseNpy(llvm::StringRef contents);

/// The bytes of a `.npy` file (version 1) of float32.
std::string formatNpy(llvm::ArrayRef<int64_t> shape,
                      llvm::ArrayRef<float> values);

} // namespace mlc
