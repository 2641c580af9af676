// JSON of others.
#pragma once

#include "llvm/Support/JSON.h"

namespace mlc {

/// Parses `text`, unless it is nested deeper than any file that mlc reads:
/// LLVM's parser calls itself. The error does not name the file.
llvm::Expected<llvm::json::Value> parseBoundedJson(llvm::StringRef text);

/// The string that the object `json` itself has for `key`, as it is written.
/// Nothing is kept of the text, however large, and most faults go unnoticed.
std::optional<llvm::StringRef> findJsonString(llvm::StringRef json,
                                              llvm::StringRef key);

} // namespace mlc
