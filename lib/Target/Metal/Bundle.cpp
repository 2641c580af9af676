// A compiled model on disk: a folder with manifest, kernels and weights.
#include "Program.h"
#include "mlc/Target/Metal/Metal.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
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

// Writes one file of the bundle through `emit`.
static LogicalResult
writeFile(ModuleOp module, StringRef folder, StringRef name,
          function_ref<LogicalResult(ModuleOp, raw_ostream &)> emit) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  std::error_code error;
  llvm::raw_fd_ostream file(path, error);
  if (error)
    return module.emitError("cannot write '")
           << path << "': " << error.message();
  if (failed(emit(module, file)))
    return failure();
  file.close();
  if (file.has_error()) {
    error = file.error();
    file.clear_error();
    return module.emitError("cannot write '")
           << path << "': " << error.message();
  }
  return success();
}

LogicalResult mlc::writeBundle(ModuleOp module, StringRef path) {
  // A folder beside the target can be renamed onto it in one step.
  SmallString<128> target(path), temporary;
  while (target.size() > 1 && llvm::sys::path::is_separator(target.back()))
    target.pop_back();
  llvm::sys::fs::createUniquePath(target + ".%%%%%%%%", temporary,
                                  /*MakeAbsolute=*/false);
  if (std::error_code error = llvm::sys::fs::create_directory(temporary))
    return module.emitError("cannot write '")
           << target << "': " << error.message();
  llvm::scope_exit remove(
      [&] { llvm::sys::fs::remove_directories(temporary); });
  if (failed(writeFile(module, temporary, "kernels.metal", emitMetal)) ||
      failed(writeFile(module, temporary, "weights.bin", emitWeights)) ||
      failed(writeFile(module, temporary, "manifest.json", emitManifest)))
    return failure();
  // An older bundle gives way; anything else is not ours to delete.
  if (llvm::sys::fs::exists(target)) {
    SmallString<128> manifest(target);
    llvm::sys::path::append(manifest, "manifest.json");
    if (!llvm::sys::fs::exists(manifest))
      return module.emitError("'")
             << target << "' exists and is not a bundle of mlc";
    llvm::sys::fs::remove_directories(target);
  }
  if (std::error_code error = llvm::sys::fs::rename(temporary, target))
    return module.emitError("cannot write '")
           << target << "': " << error.message();
  remove.release();
  return success();
}
