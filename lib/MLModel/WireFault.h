// Says in words why bytes are not a binary model.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlc {

/// Returns the reason for which protobuf refused `bytes` as a model, with the
/// path of the field and its offset. Call it after the parse has failed.
std::string explainWireFault(llvm::StringRef bytes);

/// Names the well-known file type that `bytes` begin with, such as "a JPEG
/// image"; empty if it is none that people mistake for a model.
llvm::StringRef recognizeOtherFile(llvm::StringRef bytes);

} // namespace mlc
