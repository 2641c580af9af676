// Folders that appear whole. The old folder, with which names were exchanged,
// is looked at again before it goes: what somebody put there meanwhile is kept.
#include "LockedTemporary.h"
#include "OutputPaths.h"
#include "mlc/Support/OutputFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <climits>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace mlc;

static std::error_code lastError() {
  return std::error_code(errno, std::generic_category());
}

static std::string pathIn(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  return std::string(path);
}

static SmallVector<std::string> entriesOf(StringRef folder) {
  SmallVector<std::string> names;
  std::error_code error;
  for (sys::fs::directory_iterator it(folder, error, /*follow=*/false), end;
       !error && it != end; it.increment(error))
    names.push_back(sys::path::filename(it->path()).str());
  return names;
}

// What to do when both names are there, and when the second is free.
enum class RenameRule { Exchange, Free };

static std::error_code renameBy(RenameRule rule, StringRef from, StringRef to) {
  std::string a = from.str(), b = to.str();
#if defined(__APPLE__)
  int status =
      renamex_np(a.c_str(), b.c_str(),
                 rule == RenameRule::Exchange ? RENAME_SWAP : RENAME_EXCL);
#elif defined(__linux__)
  int status = renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(),
                         rule == RenameRule::Exchange ? RENAME_EXCHANGE
                                                      : RENAME_NOREPLACE);
#else
  int status = -1;
  errno = ENOSYS;
#endif
  return status ? lastError() : std::error_code();
}

// Whether a file system or kernel does not know such a rename, or not for this
// folder (a mount point, a lower layer of overlayfs).
static bool isUnsupported(std::error_code error) {
  return is_contained({EINVAL, ENOSYS, ENOTSUP, EXDEV, EBUSY, EPERM, EACCES},
                      error.value());
}

//===----------------------------------------------------------------------===//
// Files of others
//===----------------------------------------------------------------------===//

// Gives the file, link or folder `from` the second name `to`: as a hard link,
// or as a copy where there are none.
static std::error_code linkTree(const std::string &from,
                                const std::string &to) {
  struct stat status;
  if (lstat(from.c_str(), &status))
    return errno == ENOENT ? std::error_code() : lastError();
  if (S_ISDIR(status.st_mode)) {
    if (mkdir(to.c_str(), 0700) && errno != EEXIST)
      return lastError();
    for (const std::string &name : entriesOf(from))
      if (std::error_code error =
              linkTree(pathIn(from, name), pathIn(to, name)))
        return error;
    if (chmod(to.c_str(), status.st_mode & 07777))
      return lastError();
    (void)!lchown(to.c_str(), status.st_uid, status.st_gid);
    return {};
  }
  if (linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0 ||
      errno == EEXIST || errno == ENOENT)
    return {};
  if (S_ISLNK(status.st_mode)) {
    SmallString<256> leads;
    leads.resize(PATH_MAX);
    ssize_t length = readlink(from.c_str(), leads.data(), leads.size());
    if (length < 0)
      return lastError();
    leads.resize(length);
    return symlink(leads.c_str(), to.c_str()) ? lastError() : std::error_code();
  }
  if (!S_ISREG(status.st_mode))
    return lastError();
  if (std::error_code error = sys::fs::copy_file(from, to))
    return error;
  return chmod(to.c_str(), status.st_mode & 0777) ? lastError()
                                                  : std::error_code();
}

// Moves what is at `from` to `to`, folder by folder. Names that are there give
// way if `replaces`.
static void moveTree(const std::string &from, const std::string &to,
                     bool replaces) {
  struct stat status, there;
  if (lstat(from.c_str(), &status))
    return;
  bool exists = lstat(to.c_str(), &there) == 0;
  if (exists && S_ISDIR(status.st_mode) && S_ISDIR(there.st_mode)) {
    for (const std::string &name : entriesOf(from))
      moveTree(pathIn(from, name), pathIn(to, name), replaces);
    return;
  }
  if (!exists || replaces)
    (void)::rename(from.c_str(), to.c_str());
}

bool OutputFolder::isOwn(StringRef name) const {
  return is_contained(kind.files, name) || LockedTemporary::isTemporary(name);
}

std::error_code OutputFolder::keepOthers(StringRef from, StringRef to) const {
  for (const std::string &name : entriesOf(from))
    if (!isOwn(name))
      if (std::error_code error =
              linkTree(pathIn(from, name), pathIn(to, name)))
        return error;
  return {};
}

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

OutputFolder::OutputFolder() = default;
OutputFolder::OutputFolder(OutputFolder &&) = default;
OutputFolder::~OutputFolder() = default;

Error OutputFolder::fail(std::error_code error) const {
  return createStringError("cannot write '" + shown + "': " + error.message());
}

Error OutputFolder::refuse() const {
  return createStringError("'" + shown + "' exists and is not " +
                           kind.description);
}

bool OutputFolder::mayReplace(StringRef folder) const {
  return all_of(entriesOf(folder), LockedTemporary::isTemporary) ||
         kind.accepts(folder);
}

Expected<OutputFolder> OutputFolder::create(StringRef path, const Kind &kind) {
  OutputFolder result;
  result.shown = path.str();
  result.kind = kind;
  ErrorOr<std::string> target = followLinks(path);
  if (!target)
    return result.fail(target.getError());
  result.target = *target;
  std::string parent = folderOf(result.target);
  StringRef name = sys::path::filename(result.target);
  auto rescue = [&](StringRef old) {
    for (const std::string &entry : entriesOf(old))
      if (!result.isOwn(entry))
        moveTree(pathIn(old, entry), pathIn(result.target, entry),
                 /*replaces=*/false);
  };
  struct stat status, above;
  bool exists = lstat(result.target.c_str(), &status) == 0;
  if (exists && (!S_ISDIR(status.st_mode) || !result.mayReplace(result.target)))
    return result.refuse();
  {
    FolderLock lock(parent);
    LockedTemporary::sweep(parent, name, rescue);
    if (exists)
      LockedTemporary::sweep(result.target, name, rescue);
  }

  unsigned mode = exists ? status.st_mode & 0777 : 0777;
  bool isMount = exists && stat(parent.c_str(), &above) == 0 &&
                 above.st_dev != status.st_dev;
  auto make = [&](StringRef folder) {
    auto made =
        LockedTemporary::createFolder(folder, name, mode | 0700, kind.files);
    if (made)
      result.temporary = std::move(*made);
    return made.getError();
  };
  std::error_code error;
  if (!isMount)
    error = make(parent);
  if (isMount || (exists && error)) {
    result.isInside = true;
    error = make(result.target);
  }
  if (error)
    return result.fail(error);
  if (exists) {
    std::string temporary = result.temporary->path().str();
    (void)!lchown(temporary.c_str(), status.st_uid, status.st_gid);
    (void)chmod(temporary.c_str(), mode);
  }
  return std::move(result);
}

Error OutputFolder::write(StringRef name,
                          function_ref<Error(raw_ostream &)> contents) {
  std::string path = pathIn(temporary->path(), name);
  auto failFor = [&](std::error_code error) {
    return createStringError("cannot write '" + pathIn(shown, name) +
                             "': " + error.message());
  };
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return failFor(lastError());
  raw_fd_ostream os(fd, /*shouldClose=*/true);
  Error failed = contents(os);
  os.flush();
  std::error_code error = os.error();
  os.clear_error();
  if (failed)
    return failed;
  if (!error)
    error = writeToDisk(fd);
  if (error)
    return failFor(error);
  return Error::success();
}

Expected<std::unique_ptr<MemoryBuffer>>
OutputFolder::read(StringRef name) const {
  auto contents =
      MemoryBuffer::getFile(pathIn(temporary->path(), name), /*IsText=*/false,
                            /*RequiresNullTerminator=*/false);
  if (!contents)
    return createStringError("cannot read '" + pathIn(shown, name) +
                             "': " + contents.getError().message());
  return std::move(*contents);
}

std::error_code OutputFolder::replaceFiles() {
  for (const std::string &name : kind.files)
    if (::rename(pathIn(temporary->path(), name).c_str(),
                 pathIn(target, name).c_str()))
      return lastError();
  return {};
}

// Exchanges names with the folder at the target, which must be of our kind.
std::error_code OutputFolder::exchange(bool &refused) {
  std::string made = temporary->path().str();
  struct stat old, taken;
  if (lstat(target.c_str(), &old))
    return lastError();
  if (!S_ISDIR(old.st_mode) || !mayReplace(target)) {
    refused = true;
    return {};
  }
  if (std::error_code error = keepOthers(target, made))
    return error;
  // From here on the name may be that of the old folder, which is for us to
  // remove and not for a signal.
  temporary->forget();
  if (std::error_code error = renameBy(RenameRule::Exchange, made, target))
    return isUnsupported(error) ? replaceFiles() : error;
  if (lstat(made.c_str(), &taken) == 0 && taken.st_ino != old.st_ino &&
      !mayReplace(made)) {
    refused = true;
    return renameBy(RenameRule::Exchange, made, target);
  }
  for (const std::string &name : entriesOf(made))
    if (!isOwn(name))
      moveTree(pathIn(made, name), pathIn(target, name), /*replaces=*/true);
  return {};
}

// Gives the new folder the target's name. If that has become something else
// meanwhile, it is left and `refused`.
std::error_code OutputFolder::takeName(bool &refused) {
  constexpr unsigned kMaxAttempts = 1000;
  std::string made = temporary->path().str();
  for (unsigned attempt = 0; attempt < kMaxAttempts; ++attempt) {
    std::error_code error = renameBy(RenameRule::Free, made, target);
    // This rename replaces an empty folder only.
    if (isUnsupported(error) && ::rename(made.c_str(), target.c_str()) == 0)
      error = {};
    else if (isUnsupported(error))
      error = lastError();
    if (!error) {
      temporary->release();
      return {};
    }
    if (error.value() != EEXIST && error.value() != ENOTEMPTY)
      return error;
    error = exchange(refused);
    // It may have been removed by somebody.
    if (error.value() != ENOENT)
      return error;
  }
  return std::make_error_code(std::errc::device_or_resource_busy);
}

Error OutputFolder::commit(Replacing replacing) {
  std::error_code error = writeToDisk(temporary->descriptor());
  FolderLock lock(folderOf(target));
  bool refused = false;
  if (!error)
    error = isInside || (replacing == Replacing::FileByFile &&
                         sys::fs::is_directory(target))
                ? replaceFiles()
                : takeName(refused);
  if (!error) {
    writeNamesToDisk(target);
    writeNamesToDisk(folderOf(target));
  }
  temporary.reset();
  if (error)
    return fail(error);
  if (refused)
    return refuse();
  return Error::success();
}
