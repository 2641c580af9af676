// Says in words why bytes are not a binary model, before protobuf sees them.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlc {

/// Walks `bytes` as a binary model without storing it. Returns "" if protobuf
/// may parse it, or else the first fault with the path of its field and its
/// offset. Also refuses what would need far more memory than the file.
std::string findWireFault(llvm::StringRef bytes);

/// Names the well-known file type that `bytes` begin with, such as "a JPEG
/// image"; empty if it is none that people mistake for a model.
llvm::StringRef recognizeOtherFile(llvm::StringRef bytes);

} // namespace mlc
