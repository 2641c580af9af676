// What names a Metal program may give to its own things, and how any text, such
// as the name of a layer, becomes one or becomes a comment.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlc {

/// Whether `name` is a keyword, type, namespace or macro of Metal 3, C++17 or
/// the host's compiler, or is of a form that C++ keeps for implementations
/// (two underscores, a leading one) or mlc's runtime (`mlc_`): no declaration
/// may give it to anything.
bool isMetalKeyword(llvm::StringRef name);

/// Whether `name` is a function of Metal's standard library: a variable of that
/// name hides it.
bool isMetalFunction(llvm::StringRef name);

/// An identifier like `wanted`: ASCII letters, digits and single underscores,
/// not empty, at most 64 characters, and neither a keyword nor a function.
std::string metalIdentifier(llvm::StringRef wanted);

/// `text` for a `//` comment or a file name in a directive: printable ASCII
/// without quotes and backslashes, an underscore for any other character; no
/// two question marks, which begin a trigraph; at most 80 characters.
std::string metalComment(llvm::StringRef text);

} // namespace mlc
