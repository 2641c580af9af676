// What the command line says of a model's inputs.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <string>

namespace mlc {

/// Options as they were given.
struct GivenInputs {
  GivenInputs() = default;
  /*implicit*/ GivenInputs(llvm::ArrayRef<std::string> shapes)
      : shapes(shapes) {}

  llvm::ArrayRef<std::string> shapes; ///< --input-shape
  llvm::ArrayRef<std::string> files;  ///< -i: their shapes choose, too
  llvm::ArrayRef<std::string> states; ///< --state
  /// How often the model is run: a file may hold a value for each time.
  unsigned steps = 1;
};

} // namespace mlc
