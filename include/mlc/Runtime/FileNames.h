// Files that are named after features.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace mlc {

/// A file name for each of `names`, without extension, none twice even where
/// case does not count. A name that is one already stays as it is. Else what
/// cannot be in a file name is `_`, an empty name is `_`, names are cut after
/// 200 bytes, and a name that is taken gets `-2`, `-3`, ... behind it. The
/// result depends on `names` alone.
std::vector<std::string> makeFileNames(llvm::ArrayRef<std::string> names);

} // namespace mlc
