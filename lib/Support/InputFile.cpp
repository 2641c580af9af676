// Only regular files have a size that is known before they are read, which is
// what keeps a pipe without a writer or /dev/zero from being read for ever.
#include "mlc/Support/InputFile.h"

#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

static StringRef kindOf(mode_t mode) {
  return S_ISDIR(mode)    ? "a folder"
         : S_ISFIFO(mode) ? "a pipe"
         : S_ISSOCK(mode) ? "a socket"
                          : "a device";
}

Expected<std::unique_ptr<MemoryBuffer>> mlc::readInputFile(StringRef path) {
  auto fail = [&](const Twine &what) {
    return createStringError("cannot read '" + path + "': " + what);
  };
  // Opening a pipe would wait for its other end.
  int file = sys::RetryAfterSignal(-1, ::open, path.str().c_str(),
                                   O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return fail(sys::StrError(errno));
  struct stat status;
  bool isKnown = ::fstat(file, &status) == 0;
  if (!isKnown || !S_ISREG(status.st_mode)) {
    std::string what =
        isKnown
            ? ("it is " + kindOf(status.st_mode) + ", and mlc reads only files")
                  .str()
            : sys::StrError(errno);
    ::close(file);
    return fail(what);
  }
  auto contents = MemoryBuffer::getOpenFile(
      sys::fs::convertFDToNativeFile(file), path, status.st_size,
      /*RequiresNullTerminator=*/false);
  ::close(file);
  if (!contents)
    return fail(contents.getError().message());
  return std::move(*contents);
}
