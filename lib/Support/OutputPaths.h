// What output files and folders have in common.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorOr.h"
#include <string>

namespace mlc {

/// The name that `path` leads to through symbolic links, which need not exist.
llvm::ErrorOr<std::string> followLinks(llvm::StringRef path);

/// The folder that holds the name `path`.
std::string folderOf(llvm::StringRef path);

/// Keeps other processes of mlc from exchanging and sweeping names in `folder`.
/// What holds the lock for very long is not one of them, and is not waited for.
class FolderLock {
public:
  explicit FolderLock(llvm::StringRef folder);
  ~FolderLock();
  FolderLock(const FolderLock &) = delete;

private:
  int fd;
};

/// fsync, where the file system has it.
std::error_code writeToDisk(int descriptor);

/// fsync of a folder: what a rename did is on disk. An error changes nothing
/// about the files, so it is left out.
void writeNamesToDisk(llvm::StringRef folder);

} // namespace mlc
