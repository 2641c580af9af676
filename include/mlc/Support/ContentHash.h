// The hash by which a bundle knows its files: XXH3 of 128 bits, fast enough to
// look at all weights whenever they are loaded. It finds damage and mixed-up
// files; whoever writes all files of a bundle can make it fit.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlc {

/// 32 hexadecimal digits, as `xxhsum -H2` prints them.
std::string contentHash(llvm::StringRef contents);

} // namespace mlc
