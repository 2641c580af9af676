// See CacheFolder.h.
#include "CacheFolder.h"

#include "mlc/Support/ContentHash.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace mlc;
namespace fs = llvm::sys::fs;

// To be changed with the layout of the folder.
static constexpr StringLiteral kVersion = "v2", kChecksums = "checksums";
static constexpr size_t kKeyLength = 32;
// Enough for some hundred models.
static constexpr uint64_t kMaxMegabytes = 1024;

static std::string &chosenFolder() {
  static std::string folder;
  return folder;
}

void mlc::setKernelCacheFolder(StringRef path) { chosenFolder() = path.str(); }

std::string mlc::libraryName(unsigned index) {
  return "kernels" + std::to_string(index) + ".so";
}

static uint64_t maxBytes() {
  uint64_t megabytes = kMaxMegabytes;
  if (auto wanted = sys::Process::GetEnv("MLC_CACHE_MEGABYTES"))
    if (StringRef(*wanted).getAsInteger(10, megabytes))
      megabytes = kMaxMegabytes;
  return megabytes << 20;
}

static std::error_code lastError() {
  return std::error_code(errno, std::generic_category());
}

//===----------------------------------------------------------------------===//
// Locks
//===----------------------------------------------------------------------===//

// A lock on `path`, freed when it is closed or its process ends; -1 if another
// has it.
static int takeLock(const std::string &path, int flags, int operation) {
  int file = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0)
    return -1;
  if (flock(file, operation) == 0)
    return file;
  close(file);
  return -1;
}

namespace {
// Of the whole cache, held for moments only.
class CacheLock {
public:
  explicit CacheLock(StringRef root)
      : file(takeLock((root + "/" + kVersion + "/lock").str(), O_RDWR | O_CREAT,
                      LOCK_EX)) {}
  ~CacheLock() {
    if (file >= 0)
      close(file);
  }

private:
  int file;
};
} // namespace

Error mlc::writePlainFile(StringRef path, StringRef contents) {
  std::error_code error;
  raw_fd_ostream file(path, error);
  if (!error) {
    file << contents;
    file.close();
    error = file.error();
    file.clear_error();
  }
  if (error)
    return createStringError("cannot write '" + path + "': " + error.message());
  return Error::success();
}

WorkFolder::~WorkFolder() {
  if (!folder.empty())
    fs::remove_directories(folder);
  if (lock >= 0)
    close(lock);
}

//===----------------------------------------------------------------------===//
// Opening
//===----------------------------------------------------------------------===//

// What is in the folder will be run, so nobody else may have a say in it.
static Error checkOwner(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0)
    return errorCodeToError(lastError());
  if (!S_ISDIR(status.st_mode))
    return createStringError("it is not a folder");
  if (status.st_uid != geteuid())
    return createStringError("it belongs to another user");
  if (status.st_mode & (S_IWGRP | S_IWOTH))
    return createStringError("others can write to it");
  if (access(path.c_str(), R_OK | W_OK | X_OK) != 0)
    return errorCodeToError(lastError());
  return Error::success();
}

Error CacheFolder::prepare() {
  for (const std::string &path : {root, (root + "/" + kVersion).str()}) {
    if (std::error_code error = fs::create_directories(
            path, /*IgnoreExisting=*/true, fs::owner_all))
      return errorCodeToError(error);
    if (Error error = checkOwner(path))
      return error;
  }
  return Error::success();
}

static Expected<std::string> wantedFolder() {
  if (!chosenFolder().empty())
    return chosenFolder();
  for (StringRef name : {"MLC_CACHE", "MLC_CACHE_DIR"})
    if (auto wanted = sys::Process::GetEnv(name); wanted && !wanted->empty())
      return *wanted;
  SmallString<128> folder;
  if (!sys::path::cache_directory(folder))
    return createStringError("this user has no folder for caches");
  sys::path::append(folder, "mlc");
  return std::string(folder);
}

Expected<std::unique_ptr<CacheFolder>> CacheFolder::openCache() {
  Expected<std::string> folder = wantedFolder();
  if (!folder)
    return folder.takeError();
  // Compilers work in other folders.
  SmallString<128> path(*folder);
  fs::make_absolute(path);
  std::unique_ptr<CacheFolder> cache(
      new CacheFolder(std::string(path), /*isTemporary=*/false));
  if (Error error = cache->prepare())
    return createStringError("cannot use the cache '" + path +
                             "': " + toString(std::move(error)));
  cache->sweep();
  return std::move(cache);
}

Expected<std::unique_ptr<CacheFolder>> CacheFolder::open() {
  Expected<std::unique_ptr<CacheFolder>> cache = openCache();
  if (cache)
    return cache;
  errs() << "mlc: warning: " << toString(cache.takeError())
         << "; kernels are compiled into a temporary folder\n";
  SmallString<128> path;
  if (std::error_code error = fs::createUniqueDirectory("mlc-cache", path))
    return createStringError("no temporary folder for compiled kernels: " +
                             error.message());
  std::unique_ptr<CacheFolder> temporary(
      new CacheFolder(std::string(path), /*isTemporary=*/true));
  if (Error error = temporary->prepare())
    return std::move(error);
  return std::move(temporary);
}

CacheFolder::~CacheFolder() {
  if (isTemporary)
    fs::remove_directories(root);
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

std::string CacheFolder::entryPath(StringRef key) const {
  return (root + "/" + kVersion + "/" + key).str();
}

// A library's line of the checksums; empty if it cannot be read.
static std::string checksumLine(StringRef folder, unsigned index) {
  std::string name = libraryName(index);
  auto contents = MemoryBuffer::getFile(folder + "/" + name, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
  if (!contents)
    return "";
  return (name + " " + Twine((*contents)->getBufferSize()) + " " +
          contentHash((*contents)->getBuffer()) + "\n")
      .str();
}

static std::string checksumsOf(StringRef folder, unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += checksumLine(folder, i);
  return text;
}

std::optional<SmallVector<std::string>> CacheFolder::find(StringRef key,
                                                          unsigned count) {
  std::string folder = entryPath(key);
  if (!fs::exists(folder))
    return std::nullopt;
  auto expected = MemoryBuffer::getFile(folder + "/" + kChecksums);
  if (!expected || (*expected)->getBuffer() != checksumsOf(folder, count)) {
    CacheLock locked(root);
    fs::remove_directories(folder);
    return std::nullopt;
  }
  // When it was used last.
  utimensat(AT_FDCWD, folder.c_str(), nullptr, 0);
  SmallVector<std::string> libraries;
  for (unsigned i = 0; i < count; ++i)
    libraries.push_back(folder + "/" + libraryName(i));
  return libraries;
}

Expected<std::unique_ptr<WorkFolder>> CacheFolder::begin(StringRef key) {
  CacheLock locked(root);
  std::string path = entryPath(key) + "-XXXXXX";
  if (!mkdtemp(path.data()))
    return createStringError("cannot use the cache '" + root +
                             "': " + lastError().message());
  int lock = takeLock(path, O_RDONLY | O_DIRECTORY, LOCK_EX | LOCK_NB);
  return std::make_unique<WorkFolder>(path, lock);
}

Error CacheFolder::add(StringRef key, unsigned count, WorkFolder &work) {
  if (Error error = writePlainFile(work.folder + "/" + kChecksums.str(),
                                   checksumsOf(work.folder, count)))
    return error;
  {
    CacheLock locked(root);
    // Somebody else may have been first; theirs is the same.
    if (!fs::exists(entryPath(key))) {
      if (std::error_code error = fs::rename(work.folder, entryPath(key)))
        return createStringError("cannot use the cache '" + root +
                                 "': " + error.message());
      work.folder.clear();
    }
  }
  prune(key);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Upkeep
//===----------------------------------------------------------------------===//

namespace {
struct Entry {
  std::string path;
  uint64_t bytes = 0;
  sys::TimePoint<> used;
};
} // namespace

static bool isKey(StringRef name) {
  return name.size() == kKeyLength && all_of(name, isHexDigit);
}

// The folders in `path` whose name begins with a key.
template <typename Visit> static void eachKey(const Twine &path, Visit visit) {
  std::error_code error;
  SmallVector<std::string> found;
  for (fs::directory_iterator it(path, error), end; it != end && !error;
       it.increment(error))
    if (isKey(sys::path::filename(it->path()).take_front(kKeyLength)))
      found.push_back(it->path());
  for (const std::string &folder : found)
    visit(folder, sys::path::filename(folder).size() == kKeyLength);
}

static SmallVector<Entry> listEntries(StringRef root) {
  SmallVector<Entry> entries;
  eachKey(root + "/" + kVersion, [&](const std::string &path, bool isEntry) {
    fs::file_status status;
    if (!isEntry || fs::status(path, status))
      return;
    Entry &entry = entries.emplace_back();
    entry.path = path;
    entry.used = status.getLastModificationTime();
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; it != end && !error;
         it.increment(error)) {
      uint64_t size = 0;
      if (!fs::file_size(it->path(), size))
        entry.bytes += size;
    }
  });
  return entries;
}

// Work folders without a process that holds them, and what mlc kept here before
// the folder had versions.
void CacheFolder::sweep() {
  CacheLock locked(root);
  eachKey(root + "/" + kVersion, [](const std::string &path, bool isEntry) {
    if (isEntry)
      return;
    int lock = takeLock(path, O_RDONLY | O_DIRECTORY, LOCK_EX | LOCK_NB);
    if (lock < 0)
      return;
    fs::remove_directories(path);
    close(lock);
  });
  eachKey(root,
          [](const std::string &path, bool) { fs::remove_directories(path); });
}

void CacheFolder::prune(StringRef kept) {
  CacheLock locked(root);
  SmallVector<Entry> entries = listEntries(root);
  sort(entries, [](const Entry &a, const Entry &b) { return a.used < b.used; });
  uint64_t bytes = 0;
  for (const Entry &entry : entries)
    bytes += entry.bytes;
  for (const Entry &entry : entries) {
    if (bytes <= maxBytes())
      return;
    if (sys::path::filename(entry.path) == kept)
      continue;
    fs::remove_directories(entry.path);
    bytes -= entry.bytes;
  }
}

KernelCacheState CacheFolder::state() const {
  KernelCacheState state;
  state.path = root;
  state.limit = maxBytes();
  for (const Entry &entry : listEntries(root)) {
    ++state.entries;
    state.bytes += entry.bytes;
  }
  return state;
}

void CacheFolder::clear() {
  CacheLock locked(root);
  for (const Entry &entry : listEntries(root))
    fs::remove_directories(entry.path);
}

Expected<KernelCacheState> mlc::inspectKernelCache() {
  auto cache = CacheFolder::openCache();
  if (!cache)
    return cache.takeError();
  return (*cache)->state();
}

Error mlc::clearKernelCache() {
  auto cache = CacheFolder::openCache();
  if (!cache)
    return cache.takeError();
  (*cache)->clear();
  return Error::success();
}
