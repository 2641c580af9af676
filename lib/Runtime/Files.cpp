// Files that are written whole.
#include "mlc/Runtime/Files.h"

#include "llvm/Support/raw_ostream.h"

using namespace llvm;

Error mlc::writeFile(StringRef path, StringRef contents) {
  std::error_code error;
  raw_fd_ostream file(path, error);
  if (!error) {
    file << contents;
    file.close();
    error = file.error();
    file.clear_error();
  }
  if (error)
    return createStringError("cannot write '" + path + "': " + error.message());
  return Error::success();
}
