// Reading files that users name.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace mlc {

/// The contents of the regular file at `path`, mapped where that is possible. A
/// pipe, a device or a folder is refused at once: some of them never end. The
/// error is one line that names the file.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readInputFile(llvm::StringRef path);

} // namespace mlc
