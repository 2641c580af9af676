// Names on disk that belong to a running process.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorOr.h"
#include <memory>
#include <string>

namespace mlc {

class LockedTemporary {
public:
  /// Makes a file (mode 0666 and umask), or a folder of `mode`, in `folder` for
  /// the target `name`.
  static llvm::ErrorOr<std::unique_ptr<LockedTemporary>>
  createFile(llvm::StringRef folder, llvm::StringRef name);
  static llvm::ErrorOr<std::unique_ptr<LockedTemporary>>
  createFolder(llvm::StringRef folder, llvm::StringRef name, unsigned mode,
               llvm::ArrayRef<std::string> files);
  ~LockedTemporary();

  llvm::StringRef path() const { return name; }
  int descriptor() const { return fd; }
  /// The name has another meaning from now on: signals leave it alone.
  void forget();
  /// There is nothing to remove any more.
  void release();

  /// Removes what killed processes left of the target `name` in `folder`.
  /// `rescue` sees a folder before it goes.
  static void sweep(llvm::StringRef folder, llvm::StringRef name,
                    llvm::function_ref<void(llvm::StringRef)> rescue = nullptr);
  /// Whether `entry` is the name of a temporary of any target.
  static bool isTemporary(llvm::StringRef entry);

private:
  struct OnSignal;
  LockedTemporary(std::string name, int fd, llvm::ArrayRef<std::string> files);
  static llvm::ErrorOr<std::unique_ptr<LockedTemporary>>
  create(llvm::StringRef folder, llvm::StringRef target, int mode,
         llvm::ArrayRef<std::string> files);
  static void removeAll();
  static void endedBySignal(int signal);

  std::string name;
  int fd;
  bool isFolder;
  std::unique_ptr<OnSignal> onSignal;
  int slot = -1;
};

} // namespace mlc
