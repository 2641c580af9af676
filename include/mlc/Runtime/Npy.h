// Arrays on disk, in numpy's format.
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace mlc {

/// Dimensions that an array has at most; numpy's own limit.
inline constexpr size_t kMaxNpyRank = 64;

/// An array of numbers, with its elements where they are in the file.
class NpyArray {
public:
  llvm::SmallVector<int64_t> shape;

  /// Whether it is of numpy's type uint8.
  bool isBytes() const { return kind == 'u' && elementBytes == 1; }
  int64_t numElements() const;
  /// The elements in row-major order, rounded to float.
  std::vector<float> values() const;
  /// The elements of an array of bytes in row-major order.
  std::vector<uint8_t> bytes() const;

private:
  friend llvm::Expected<NpyArray> parseNpy(llvm::StringRef contents);
  template <typename T> std::vector<T> inRowMajorOrder() const;
  float element(const char *bytes) const;

  char kind = 'f'; ///< as in numpy's type strings: f, i, u or b
  unsigned elementBytes = 4;
  bool isBigEndian = false, isFortran = false;
  llvm::StringRef data;
};

/// Reads a `.npy` file of versions 1 to 3, of any numeric type of up to 8 bytes
/// in either byte order, C or Fortran order. The result refers to `contents`.
/// Errors are one line; an array without elements is one.
llvm::Expected<NpyArray> parseNpy(llvm::StringRef contents);

/// Whether a file begins as a `.npy` file does.
bool isNpy(llvm::StringRef contents);

/// The bytes of a `.npy` file (version 1) of float32.
std::string formatNpy(llvm::ArrayRef<int64_t> shape,
                      llvm::ArrayRef<float> values);

} // namespace mlc
