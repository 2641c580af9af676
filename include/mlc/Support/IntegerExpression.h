// Sizes written down by people: `(x.h + 2 * pad - k) / stride + 1`. Texts come
// from files, so whatever they say, the answer is a number or an error of one
// line, soon.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace mlc {

/// What a name such as `stride` or `x.h` stands for; nothing if it is unknown.
using NameLookup =
    llvm::function_ref<std::optional<int64_t>(llvm::StringRef name)>;

/// The value of an expression of integers, names, parentheses, `+ - * / %`,
/// `min(a, ...)` and `max(a, ...)`. Division rounds down (also of negative
/// numbers), `%` is what is left of it. Errors: what does not parse, unknown
/// names, division by zero, results beyond 64 bits, and texts longer than
/// 1000 characters or nested deeper than 50 levels.
llvm::Expected<int64_t> evaluateInteger(llvm::StringRef text,
                                        NameLookup lookup);

} // namespace mlc
