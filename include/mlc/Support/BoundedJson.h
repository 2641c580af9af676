// JSON of others.
#pragma once

#include "llvm/Support/JSON.h"

namespace mlc {

/// Parses `text`, unless it is nested deeper than any file that mlc reads:
/// LLVM's parser calls itself. The error does not name the file.
llvm::Expected<llvm::json::Value> parseBoundedJson(llvm::StringRef text);

} // namespace mlc
