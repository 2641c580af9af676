// The folder of compiled kernels on disk:
//
//   v2/lock                   held while folders are made or removed
//   v2/KEY/kernelsN.so        what was compiled
//   v2/KEY/checksums          a line for each library: name, bytes, hash
//   v2/KEY-XXXXXX             work of a process, which holds a lock on it
//
// KEY is a hash of all that the libraries are made from. Entries are whole,
// because a work folder takes its place under that name in one step.
#pragma once

#include "mlc/Runtime/KernelCache.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>

namespace mlc {

/// A folder in which kernels are compiled; removed with this object, unless it
/// has become an entry.
class WorkFolder {
public:
  explicit WorkFolder(std::string path, int lock)
      : folder(std::move(path)), lock(lock) {}
  WorkFolder(const WorkFolder &) = delete;
  ~WorkFolder();
  const std::string &path() const { return folder; }

private:
  friend class CacheFolder;
  std::string folder;
  int lock;
};

class CacheFolder {
public:
  /// The cache of this user; where it cannot be used, a temporary folder, with
  /// a warning. Sweeps what killed processes left.
  static llvm::Expected<std::unique_ptr<CacheFolder>> open();
  /// The cache itself or why it cannot be used.
  static llvm::Expected<std::unique_ptr<CacheFolder>> openCache();
  ~CacheFolder(); ///< removes a temporary one

  /// The `count` libraries of `key`, if they are there and undamaged; what is
  /// damaged is removed.
  std::optional<llvm::SmallVector<std::string>> find(llvm::StringRef key,
                                                     unsigned count);
  llvm::Expected<std::unique_ptr<WorkFolder>> begin(llvm::StringRef key);
  /// Makes `work`, with its libraries, the entry of `key`, and removes the
  /// entries that were not used for longest where all become too large.
  llvm::Error add(llvm::StringRef key, unsigned count, WorkFolder &work);

  KernelCacheState state() const;
  void clear();

private:
  CacheFolder(std::string root, bool isTemporary)
      : root(std::move(root)), isTemporary(isTemporary) {}
  llvm::Error prepare();
  void sweep();
  void prune(llvm::StringRef kept);
  std::string entryPath(llvm::StringRef key) const;

  std::string root; ///< with the folder of this version in it
  bool isTemporary;
};

/// Writes a file of a work folder: one that nobody needs after a crash, so
/// without waiting for the disk.
llvm::Error writePlainFile(llvm::StringRef path, llvm::StringRef contents);

/// The name of library `index` in its folder.
std::string libraryName(unsigned index);

} // namespace mlc
