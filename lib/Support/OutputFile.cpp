// See OutputFile.h.
#include "mlc/Support/OutputFile.h"

#include "LockedTemporary.h"
#include "OutputPaths.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <climits>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace mlc;

static std::error_code lastError() {
  return std::error_code(errno, std::generic_category());
}

//===----------------------------------------------------------------------===//
// Paths
//===----------------------------------------------------------------------===//

// The descriptor of this process that a path names, or -1.
static int descriptorOf(StringRef path) {
  if (path == "-" || path == "/dev/stdout")
    return STDOUT_FILENO;
  if (path == "/dev/stderr")
    return STDERR_FILENO;
  int number;
  if ((path.consume_front("/dev/fd/") ||
       path.consume_front("/proc/self/fd/")) &&
      !path.getAsInteger(10, number) && number >= 0)
    return number;
  return -1;
}

bool mlc::isStandardOutput(StringRef path) {
  return descriptorOf(path) == STDOUT_FILENO;
}

ErrorOr<std::string> mlc::followLinks(StringRef path) {
  constexpr unsigned kMaxLinks = 40; // as the kernel's limit
  SmallString<128> at(path);
  while (at.size() > 1 && sys::path::is_separator(at.back()))
    at.pop_back();
  for (unsigned links = 0; links < kMaxLinks; ++links) {
    struct stat status;
    if (lstat(at.c_str(), &status) || !S_ISLNK(status.st_mode)) {
      // A name that can be exchanged.
      StringRef last = sys::path::filename(at);
      if (last != "." && last != ".." && last != "/")
        return std::string(at);
      SmallString<128> real;
      if (std::error_code error = sys::fs::real_path(at, real))
        return error;
      return std::string(real);
    }
    SmallString<256> to;
    to.resize(PATH_MAX);
    ssize_t length = readlink(at.c_str(), to.data(), to.size());
    if (length < 0)
      return lastError();
    to.resize(length);
    if (sys::path::is_absolute(to)) {
      at = to;
      continue;
    }
    sys::path::remove_filename(at);
    sys::path::append(at, to);
  }
  return std::make_error_code(std::errc::too_many_symbolic_link_levels);
}

std::string mlc::folderOf(StringRef path) {
  StringRef parent = sys::path::parent_path(path);
  return parent.empty() ? "." : parent.str();
}

FolderLock::FolderLock(StringRef folder)
    : fd(::open(folder.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  constexpr unsigned kMaxWaits = 1000, kMicroseconds = 10000;
  for (unsigned i = 0; fd >= 0 && i < kMaxWaits; ++i) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 ||
        (errno != EWOULDBLOCK && errno != EINTR))
      return;
    usleep(kMicroseconds);
  }
}

FolderLock::~FolderLock() {
  if (fd >= 0)
    close(fd);
}

std::error_code mlc::writeToDisk(int descriptor) {
  if (fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS ||
      errno == ENOTSUP)
    return {};
  return lastError();
}

void mlc::writeNamesToDisk(StringRef folder) {
  int fd = ::open(folder.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  fsync(fd);
  close(fd);
}

Error mlc::createFolders(StringRef path) {
  if (std::error_code error = sys::fs::create_directories(
          path, /*IgnoreExisting=*/true, sys::fs::all_all))
    return createStringError("cannot write to '" + path +
                             "': " + error.message());
  if (!sys::fs::is_directory(path))
    return createStringError("cannot write to '" + path +
                             "': it is not a folder");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

OutputFile::OutputFile() = default;
OutputFile::OutputFile(OutputFile &&) = default;

Error OutputFile::fail(std::error_code error) const {
  return createStringError("cannot write '" + shown + "': " + error.message());
}

StringRef OutputFile::temporaryPath() const {
  return temporary ? temporary->path() : "";
}

Expected<OutputFile> OutputFile::open(StringRef path) {
  OutputFile file;
  file.shown = path.str();
  auto writeThrough = [&](int fd) -> Expected<OutputFile> {
    if (fd < 0)
      return file.fail(lastError());
    file.stream = std::make_unique<raw_fd_ostream>(fd, /*shouldClose=*/true);
    return std::move(file);
  };
  if (int fd = descriptorOf(path); fd >= 0) {
    outs().flush();
    return writeThrough(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  }
  struct stat status;
  bool exists = stat(file.shown.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode))
    return file.fail(std::make_error_code(std::errc::is_a_directory));
  if (exists && !S_ISREG(status.st_mode))
    return writeThrough(
        ::open(file.shown.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  // A name with a slash behind is that of a folder.
  if (path.empty() || sys::path::is_separator(path.back()))
    return file.fail(std::make_error_code(std::errc::is_a_directory));
  ErrorOr<std::string> target = followLinks(path);
  if (!target)
    return file.fail(target.getError());
  file.target = *target;
  if (exists && access(file.target.c_str(), W_OK))
    return file.fail(lastError());
  std::string folder = folderOf(file.target);
  StringRef name = sys::path::filename(file.target);
  LockedTemporary::sweep(folder, name);
  auto temporary = LockedTemporary::createFile(folder, name);
  if (!temporary)
    return file.fail(temporary.getError());
  file.temporary = std::move(*temporary);
  file.stream = std::make_unique<raw_fd_ostream>(file.temporary->descriptor(),
                                                 /*shouldClose=*/false);
  return std::move(file);
}

OutputFile::~OutputFile() {
  if (!stream)
    return;
  stream->flush();
  stream->clear_error(); // else its end is that of the process
}

Error OutputFile::commit() {
  stream->flush();
  std::error_code error = stream->error();
  stream->clear_error();
  if (!error && temporary) {
    struct stat old;
    int fd = temporary->descriptor();
    if (stat(target.c_str(), &old) == 0) {
      // The owner first, which takes special bits away. Only root may give
      // files to others; else it is the writer's.
      (void)!fchown(fd, old.st_uid, old.st_gid);
      (void)fchmod(fd, old.st_mode & 0777);
    }
    error = writeToDisk(fd);
    if (!error && ::rename(temporary->path().str().c_str(), target.c_str()))
      error = lastError();
    if (!error) {
      temporary->release();
      writeNamesToDisk(folderOf(target));
    }
  }
  stream.reset();
  temporary.reset();
  if (error)
    return fail(error);
  return Error::success();
}

Error mlc::writeFile(StringRef path, function_ref<Error(raw_ostream &)> write) {
  Expected<OutputFile> file = OutputFile::open(path);
  if (!file)
    return file.takeError();
  if (Error error = write(file->os()))
    return createStringError("cannot write '" + path +
                             "': " + toString(std::move(error)));
  return file->commit();
}

Error mlc::writeFile(StringRef path, StringRef contents) {
  return writeFile(path, [&](raw_ostream &os) {
    os << contents;
    return Error::success();
  });
}

//===----------------------------------------------------------------------===//
// Temporary folders
//===----------------------------------------------------------------------===//

TemporaryFolder::TemporaryFolder() = default;
TemporaryFolder::TemporaryFolder(TemporaryFolder &&) = default;
TemporaryFolder &TemporaryFolder::operator=(TemporaryFolder &&) = default;
TemporaryFolder::~TemporaryFolder() = default;

StringRef TemporaryFolder::path() const { return temporary->path(); }

Expected<TemporaryFolder> TemporaryFolder::create(ArrayRef<StringRef> files) {
  constexpr StringLiteral kName = "mlc";
  SmallString<128> folder;
  sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
  LockedTemporary::sweep(folder, kName);
  SmallVector<std::string> names;
  for (StringRef file : files)
    names.push_back(file.str());
  auto made = LockedTemporary::createFolder(folder, kName, 0700, names);
  if (!made)
    return createStringError("no temporary folder in '" + folder +
                             "': " + made.getError().message());
  TemporaryFolder result;
  result.temporary = std::move(*made);
  return std::move(result);
}
