// Every file and folder that mlc writes. What is new is written beside its
// target under a name of its own, checked, and then takes the target's name in
// one step, so that a full disk, a failure or a kill leaves the old whole.
//
// A temporary is named `.NAME.XXXXXXXX.mlc-tmp`, with eight random digits, and
// is locked (flock) by the process that writes it. Signals that end a process
// remove it; what a killed process left is recognised by its free lock and
// removed when the same target is written again.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <string>

namespace mlc {

/// A name on disk that is locked as long as this object lives, and removed with
/// it unless it was released.
class LockedTemporary;

/// A file that is written whole or not at all.
///
/// Devices, pipes, `-`, `/dev/stdout` and `/dev/fd/N` are written through. Of a
/// symbolic link the file is replaced that it leads to. A new file has the mode
/// that the umask leaves of 0666; one that replaces another has that one's
/// mode. A file that its user may not write is not replaced either.
class OutputFile {
public:
  /// Errors here and below are one line that names `path`.
  static llvm::Expected<OutputFile> open(llvm::StringRef path);
  OutputFile(OutputFile &&);
  /// Without a commit before, removes what was written.
  ~OutputFile();

  llvm::raw_ostream &os() { return *stream; }
  /// Puts the file in its target's place, after all of it is on disk.
  llvm::Error commit();
  /// Where the file is until then; empty if it is written through.
  llvm::StringRef temporaryPath() const;

private:
  OutputFile();
  llvm::Error fail(std::error_code error) const;

  std::string shown, target;
  std::unique_ptr<LockedTemporary> temporary;
  std::unique_ptr<llvm::raw_fd_ostream> stream;
};

/// Writes the file at `path` through `write`.
llvm::Error
writeFile(llvm::StringRef path,
          llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write);
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef contents);

/// Whether `path` names this process's standard output.
bool isStandardOutput(llvm::StringRef path);

/// Makes the folder and those above it, with what the umask leaves of 0777.
llvm::Error createFolders(llvm::StringRef path);

/// A folder of few files that appears whole. All other files of a folder that
/// it replaces stay in it.
///
/// The names of old and new folder are exchanged in one step (renameat2 on
/// Linux, renamex_np on macOS). Where a file system cannot do that, and for a
/// mount point or a folder in one that cannot be written, the files are renamed
/// into the old folder one after the other, in the order of `files`.
class OutputFolder {
public:
  /// What a folder at the target may be: `accepts` is asked unless it is empty.
  struct Kind {
    llvm::SmallVector<std::string> files;
    llvm::StringRef description; ///< "a bundle of mlc"
    bool (*accepts)(llvm::StringRef folder) = nullptr;
  };
  enum class Replacing { Exchange, FileByFile };

  static llvm::Expected<OutputFolder> create(llvm::StringRef path,
                                             const Kind &kind);
  OutputFolder(OutputFolder &&);
  ~OutputFolder();

  /// Writes one of the folder's files.
  llvm::Error
  write(llvm::StringRef name,
        llvm::function_ref<llvm::Error(llvm::raw_ostream &)> contents);
  /// What was written as `name`.
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
  read(llvm::StringRef name) const;
  llvm::Error commit(Replacing replacing = Replacing::Exchange);

private:
  OutputFolder();
  llvm::Error fail(std::error_code error) const;
  llvm::Error refuse() const;
  bool mayReplace(llvm::StringRef folder) const;
  bool isOwn(llvm::StringRef name) const;
  std::error_code keepOthers(llvm::StringRef from, llvm::StringRef to) const;
  std::error_code replaceFiles();
  std::error_code exchange(bool &refused);
  std::error_code takeName(bool &refused);

  std::string shown, target;
  Kind kind;
  std::unique_ptr<LockedTemporary> temporary;
  bool isInside = false; ///< of the target, not beside it
};

/// A folder in the system's place for temporary files that only this user may
/// read. It goes with this object, with a signal that ends the process, or with
/// the next temporary folder of mlc after a kill. `files` are what it will
/// hold.
class TemporaryFolder {
public:
  static llvm::Expected<TemporaryFolder>
  create(llvm::ArrayRef<llvm::StringRef> files);
  TemporaryFolder(TemporaryFolder &&);
  TemporaryFolder &operator=(TemporaryFolder &&);
  ~TemporaryFolder();
  llvm::StringRef path() const;

private:
  TemporaryFolder();
  std::unique_ptr<LockedTemporary> temporary;
};

} // namespace mlc
