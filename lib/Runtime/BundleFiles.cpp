// Bundles come from anywhere, so their files are opened with care: a pipe would
// wait, and a device never end.
#include "BundleFiles.h"

#include "mlc/Support/ContentHash.h"
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
  auto fail = [&](const Twine &what) {
    return createStringError("cannot read '" + path + "': " + what);
  };
  sys::fs::file_status status;
  if (std::error_code error = sys::fs::status(path, status))
    return fail(error.message());
  if (!sys::fs::is_regular_file(status))
    return fail("it is not an ordinary file");
  if (name != kWeightsFile && status.getSize() > kMaxTextBytes)
    return fail("it is larger than any " + name);
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file)
    return fail(file.getError().message());
  return std::move(*file);
}

Error mlc::checkNesting(StringRef json) {
  constexpr unsigned kMaxNesting = 512;
  unsigned depth = 0;
  bool inText = false;
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (inText && c == '\\')
      ++i;
    else if (c == '"')
      inText = !inText;
    else if (inText)
      continue;
    else if (c == '[' || c == '{')
      ++depth;
    else if ((c == ']' || c == '}') && depth > 0)
      --depth;
    if (depth > kMaxNesting)
      return createStringError("manifest.json: is nested too deeply");
  }
  return Error::success();
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
