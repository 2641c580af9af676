// A lock of flock ends with its process however that ends, so a temporary
// without one is left over. A sweep takes the lock before it removes, and a
// writer looks after it has the lock whether its name is still there.
#include "LockedTemporary.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace mlc;

static constexpr StringLiteral kSuffix = ".mlc-tmp";
static constexpr size_t kRandomDigits = 8;

// File names may have 255 bytes.
static std::string prefixOf(StringRef target) {
  constexpr size_t kMaxTarget = 200;
  return ("." + target.take_front(kMaxTarget) + ".").str();
}

bool LockedTemporary::isTemporary(StringRef entry) {
  return entry.starts_with(".") && entry.ends_with(kSuffix);
}

//===----------------------------------------------------------------------===//
// Signals
//===----------------------------------------------------------------------===//

// What a signal removes. It does not change while it is in a slot, for a
// handler may neither lock nor allocate.
struct LockedTemporary::OnSignal {
  std::string name;
  SmallVector<std::string> files;
  pid_t owner = getpid();
};

static constexpr int kMaxSlots = 64;
static std::atomic<const void *> slots[kMaxSlots];

static constexpr int kEndingSignals[] = {SIGHUP, SIGINT, SIGTERM};
static struct sigaction previous[std::size(kEndingSignals)];

void LockedTemporary::removeAll() {
  for (std::atomic<const void *> &slot : slots) {
    auto *entry = static_cast<const OnSignal *>(slot.exchange(nullptr));
    // A child between fork and exec must not remove what its parent has.
    if (!entry || entry->owner != getpid())
      continue;
    for (const std::string &file : entry->files)
      unlink(file.c_str());
    if (unlink(entry->name.c_str()))
      rmdir(entry->name.c_str());
  }
}

void LockedTemporary::endedBySignal(int signal) {
  removeAll();
  for (size_t i = 0; i < std::size(kEndingSignals); ++i)
    if (kEndingSignals[i] == signal)
      sigaction(signal, &previous[i], nullptr);
  raise(signal);
}

static void installHandlers(void (*handler)(int)) {
  for (size_t i = 0; i < std::size(kEndingSignals); ++i) {
    sigaction(kEndingSignals[i], nullptr, &previous[i]);
    if (previous[i].sa_handler == SIG_IGN)
      continue;
    struct sigaction action = {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(kEndingSignals[i], &action, nullptr);
  }
}

LockedTemporary::LockedTemporary(std::string path, int fd,
                                 ArrayRef<std::string> files)
    : name(std::move(path)), fd(fd), isFolder(sys::fs::is_directory(name)),
      onSignal(new OnSignal) {
  // Commands that end within a call leave nothing either.
  static bool installed =
      (installHandlers(endedBySignal), std::atexit(removeAll) == 0);
  (void)installed;
  // A signal must find the name wherever the process has gone since.
  SmallString<128> absolute(name);
  (void)sys::fs::make_absolute(absolute);
  onSignal->name = std::string(absolute);
  for (const std::string &file : files)
    onSignal->files.push_back(onSignal->name + "/" + file);
  for (int i = 0; i < kMaxSlots && slot < 0; ++i) {
    const void *empty = nullptr;
    if (slots[i].compare_exchange_strong(empty, onSignal.get()))
      slot = i;
  }
}

void LockedTemporary::forget() {
  if (slot >= 0)
    slots[slot] = nullptr;
  slot = -1;
}

void LockedTemporary::release() {
  forget();
  name.clear();
}

LockedTemporary::~LockedTemporary() {
  // First the name, then the lock: nobody else removes it meanwhile. A child of
  // fork leaves both to its parent.
  if (onSignal->owner != getpid())
    name.clear();
  if (!name.empty() && isFolder)
    sys::fs::remove_directories(name);
  else if (!name.empty())
    unlink(name.c_str());
  forget();
  close(fd);
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

static std::error_code lastError() {
  return std::error_code(errno, std::generic_category());
}

// Whether the file that `fd` is open for still has this name.
static bool hasName(int fd, const std::string &name) {
  struct stat open, named;
  return fstat(fd, &open) == 0 && lstat(name.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

// False if somebody else has the lock. File systems without locks have none to
// wait for, and a sweep removes nothing there.
static bool lock(int fd) {
  return flock(fd, LOCK_EX | LOCK_NB) == 0 ||
         (errno != EWOULDBLOCK && errno != EINTR);
}

ErrorOr<std::unique_ptr<LockedTemporary>>
LockedTemporary::create(StringRef folder, StringRef target, int mode,
                        ArrayRef<std::string> files) {
  constexpr unsigned kMaxAttempts = 128;
  std::random_device random;
  for (unsigned attempt = 0; attempt < kMaxAttempts; ++attempt) {
    char digits[kRandomDigits + 1];
    std::snprintf(digits, sizeof digits, "%08x", unsigned(random()));
    SmallString<128> path(folder);
    sys::path::append(path, prefixOf(target) + digits + kSuffix);
    std::string name(path);
    bool isFolder = mode >= 0;
    int fd = -1;
    if (!isFolder)
      fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    else if (mkdir(name.c_str(), mode) == 0) {
      fd = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd < 0 && errno == ENOENT)
        continue; // swept before it was locked
    }
    if (fd < 0 && errno == EEXIST)
      continue;
    if (fd < 0)
      return lastError();
    if (lock(fd) && hasName(fd, name))
      return std::unique_ptr<LockedTemporary>(
          new LockedTemporary(std::move(name), fd, files));
    close(fd);
  }
  return std::make_error_code(std::errc::file_exists);
}

ErrorOr<std::unique_ptr<LockedTemporary>>
LockedTemporary::createFile(StringRef folder, StringRef name) {
  return create(folder, name, -1, {});
}

ErrorOr<std::unique_ptr<LockedTemporary>>
LockedTemporary::createFolder(StringRef folder, StringRef name, unsigned mode,
                              ArrayRef<std::string> files) {
  return create(folder, name, int(mode), files);
}

void LockedTemporary::sweep(StringRef folder, StringRef target,
                            function_ref<void(StringRef)> rescue) {
  std::string prefix = prefixOf(target);
  std::error_code error;
  // Names first: what is listed changes.
  SmallVector<std::string> found;
  for (sys::fs::directory_iterator it(folder, error, /*follow=*/false), end;
       !error && it != end; it.increment(error)) {
    StringRef entry = sys::path::filename(it->path());
    if (entry.starts_with(prefix) && entry.ends_with(kSuffix) &&
        entry.size() == prefix.size() + kRandomDigits + kSuffix.size())
      found.push_back(it->path());
  }
  for (const std::string &name : found) {
    struct stat status;
    if (lstat(name.c_str(), &status) || status.st_uid != geteuid())
      continue;
    bool isFolder = S_ISDIR(status.st_mode);
    if (!isFolder && !S_ISREG(status.st_mode))
      continue;
    int fd = ::open(name.c_str(), (isFolder ? O_RDONLY | O_DIRECTORY : O_RDWR) |
                                      O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
      continue;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && hasName(fd, name)) {
      if (isFolder && rescue)
        rescue(name);
      if (isFolder)
        sys::fs::remove_directories(name);
      else
        unlink(name.c_str());
    }
    close(fd);
  }
}
