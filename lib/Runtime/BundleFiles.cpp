#include "BundleFiles.h"

#include "mlc/Support/ContentHash.h"
#include "mlc/Support/InputFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace mlc;

static std::string filePath(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return std::string(path);
}

bool mlc::isBundle(StringRef path) {
  return sys::fs::is_directory(path) &&
         sys::fs::exists(filePath(path, kManifestFile));
}

Expected<std::unique_ptr<MemoryBuffer>> mlc::readBundleFile(StringRef folder,
                                                            StringRef name) {
  // Reading takes several times the size of a text.
  constexpr uint64_t kMaxTextBytes = 256 << 20;
  std::string path = filePath(folder, name);
  auto file = readInputFile(path);
  if (file && name != kWeightsFile && (*file)->getBufferSize() > kMaxTextBytes)
    return createStringError("cannot read '" + path +
                             "': it is larger than any " + name);
  return file;
}

Error Bundle::checkFiles() const {
  auto check = [](StringRef name, const MemoryBuffer &contents,
                  const BundleFile &said) -> Error {
    if (int64_t(contents.getBufferSize()) != said.bytes)
      return createStringError(
          name + ": has " + Twine(contents.getBufferSize()) +
          " bytes, the manifest says " + Twine(said.bytes));
    if (contentHash(contents.getBuffer()) != said.hash)
      return createStringError(name + ": is not the file that the manifest "
                                      "describes: their hashes differ");
    return Error::success();
  };
  if (sourceFile.hash.empty())
    return createStringError(
        "manifest.json: 'files' is missing: the bundle was "
        "made by another version of mlc, compile the "
        "model again");
  if (Error error = check(kKernelsFile, *source, sourceFile))
    return error;
  return check(kWeightsFile, *weights, weightsFile);
}
