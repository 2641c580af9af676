// A compiled model on disk: a folder with manifest, kernels and weights.
#include "Program.h"
#include "mlc/Support/BoundedJson.h"
#include "mlc/Support/BundleFileNames.h"
#include "mlc/Support/InputFile.h"
#include "mlc/Target/Metal/Metal.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlc;

LogicalResult mlc::emitWeights(ModuleOp module, raw_ostream &os) {
  std::vector<Program> programs;
  if (failed(readPrograms(module, programs)))
    return failure();
  int64_t written = 0;
  std::vector<char> scratch;
  for (WeightBlob blob : programs.front().weights->getBlobs()) {
    os.write_zeros(blob.offset - written);
    ArrayRef<char> bytes = rawBytes(blob.op.getValue(), scratch);
    os.write(bytes.data(), bytes.size());
    written = blob.offset + bytes.size();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// The folder
//===----------------------------------------------------------------------===//

// The manifest is last: it is what makes the folder a bundle.
static constexpr StringRef kFiles[] = {kKernelsFile, kWeightsFile,
                                       kManifestFile};

// Only a folder whose manifest names this generator is a bundle.
static bool isBundleOfMlc(StringRef folder) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, kManifestFile);
  auto manifest = readInputFile(path);
  if (!manifest) {
    consumeError(manifest.takeError());
    return false;
  }
  return findJsonString((*manifest)->getBuffer(), "generator") == "mlc";
}

using Emit = function_ref<LogicalResult(ModuleOp, raw_ostream &)>;
using ReadBack =
    function_ref<llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>(
        StringRef)>;

// Calls `write` for each file of the bundle. An emitter that fails has said
// why. With `read`, which gives what was written, the manifest has the hashes
// of the others.
static LogicalResult
writeFiles(ModuleOp module,
           function_ref<llvm::Error(StringRef,
                                    function_ref<llvm::Error(raw_ostream &)>)>
               write,
           ReadBack read = nullptr) {
  llvm::json::Object files;
  auto emitLast = [&](ModuleOp module, raw_ostream &os) {
    return emitManifest(module, os, std::move(files));
  };
  const Emit emitters[] = {emitMetal, emitWeights, emitLast};
  for (size_t i = 0; i < std::size(kFiles); ++i) {
    bool emitted = true;
    llvm::Error error = write(kFiles[i], [&](raw_ostream &os) {
      emitted = succeeded(emitters[i](module, os));
      return emitted ? llvm::Error::success()
                     : llvm::createStringError("not emitted");
    });
    if (!error && read && kFiles[i] != kManifestFile) {
      auto contents = read(kFiles[i]);
      if (contents)
        files[kFiles[i]] = describeFile((*contents)->getBuffer());
      else
        error = contents.takeError();
    }
    if (!error)
      continue;
    std::string text = llvm::toString(std::move(error));
    return emitted ? module.emitError(text) : failure();
  }
  return success();
}

LogicalResult mlc::writeBundle(ModuleOp module, StringRef path) {
  OutputFolder::Kind kind;
  for (StringRef name : kFiles)
    kind.files.push_back(name.str());
  kind.description = "a bundle of mlc";
  kind.accepts = isBundleOfMlc;
  auto fail = [&](llvm::Error error) -> LogicalResult {
    return module.emitError(llvm::toString(std::move(error)));
  };
  llvm::Expected<OutputFolder> folder = OutputFolder::create(path, kind);
  if (!folder)
    return fail(folder.takeError());
  if (failed(writeFiles(
          module,
          [&](StringRef name, auto contents) {
            return folder->write(name, contents);
          },
          [&](StringRef name) { return folder->read(name); })))
    return failure();
  if (llvm::Error error = folder->commit())
    return fail(std::move(error));
  return success();
}

FailureOr<TemporaryFolder> mlc::writeTemporaryBundle(ModuleOp module) {
  llvm::Expected<TemporaryFolder> folder = TemporaryFolder::create(kFiles);
  if (!folder) {
    module.emitError(llvm::toString(folder.takeError()));
    return failure();
  }
  auto write = [&](StringRef name, auto contents) -> llvm::Error {
    SmallString<128> path(folder->path());
    llvm::sys::path::append(path, name);
    std::error_code error;
    llvm::raw_fd_ostream file(path, error);
    if (!error) {
      llvm::Error failed = contents(file);
      file.flush();
      error = file.error();
      file.clear_error();
      if (failed)
        return failed;
    }
    if (error)
      return llvm::createStringError("cannot write '" + path +
                                     "': " + error.message());
    return llvm::Error::success();
  };
  if (failed(writeFiles(module, write)))
    return failure();
  return std::move(*folder);
}
