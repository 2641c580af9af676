#include "mlc/Support/OutputFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"
#include <csignal>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace mlc;
using llvm::StringRef;

namespace {

class Output : public testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> made;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("mlc-test", made));
    folder = std::string(made);
    oldMask = umask(022);
  }
  void TearDown() override {
    umask(oldMask);
    llvm::sys::fs::remove_directories(folder);
  }

  std::string at(StringRef name) const { return folder + "/" + name.str(); }

  static std::string read(const std::string &path) {
    auto text = llvm::MemoryBuffer::getFile(path);
    return text ? (*text)->getBuffer().str() : "none";
  }
  static void make(const std::string &path, StringRef text = "") {
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    ASSERT_FALSE(error) << path;
  }
  static unsigned mode(const std::string &path) {
    struct stat status;
    return lstat(path.c_str(), &status) ? 0 : status.st_mode & 07777;
  }
  // The names in a folder, sorted, hidden ones too.
  static std::string list(const std::string &path) {
    std::vector<std::string> names;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(path, error, false), end;
         !error && it != end; it.increment(error))
      names.push_back(llvm::sys::path::filename(it->path()).str());
    llvm::sort(names);
    return llvm::join(names, " ");
  }
  static std::string text(llvm::Error error) {
    return error ? toString(std::move(error)) : "";
  }

  std::string folder;
  mode_t oldMask = 0;
};

bool accepts(StringRef folder) {
  return llvm::sys::fs::exists(folder + "/last");
}
OutputFolder::Kind kind() { return {{"first", "last"}, "a pair", accepts}; }

// A folder of two files that both hold `contents`.
llvm::Error writePair(
    StringRef path, StringRef contents,
    OutputFolder::Replacing replacing = OutputFolder::Replacing::Exchange) {
  auto made = OutputFolder::create(path, kind());
  if (!made)
    return made.takeError();
  for (StringRef name : {"first", "last"})
    if (llvm::Error error = made->write(name, [&](llvm::raw_ostream &os) {
          os << contents;
          return llvm::Error::success();
        }))
      return error;
  return made->commit(replacing);
}

} // namespace

using OutputFileTest = Output;
using OutputFolderTest = Output;

TEST_F(OutputFileTest, NewFileHasModeOfUmask) {
  EXPECT_EQ(text(writeFile(at("a"), "one")), "");
  EXPECT_EQ(read(at("a")), "one");
  EXPECT_EQ(mode(at("a")), 0644u);
  umask(077);
  EXPECT_EQ(text(writeFile(at("b"), "one")), "");
  EXPECT_EQ(mode(at("b")), 0600u);
  EXPECT_EQ(list(folder), "a b");
}

TEST_F(OutputFileTest, ReplacedFileKeepsItsMode) {
  make(at("a"), "old");
  chmod(at("a").c_str(), 0640);
  EXPECT_EQ(text(writeFile(at("a"), "new")), "");
  EXPECT_EQ(read(at("a")), "new");
  EXPECT_EQ(mode(at("a")), 0640u);
}

TEST_F(OutputFileTest, WithoutCommitTheOldStays) {
  make(at("a"), "old");
  {
    auto file = OutputFile::open(at("a"));
    ASSERT_TRUE(bool(file));
    file->os() << "new";
  }
  EXPECT_EQ(read(at("a")), "old");
  EXPECT_EQ(list(folder), "a");
}

TEST_F(OutputFileTest, LinksAreFollowed) {
  make(at("a"), "old");
  ASSERT_FALSE(symlink("a", at("link").c_str()));
  ASSERT_FALSE(symlink("new", at("dangling").c_str()));
  ASSERT_FALSE(symlink("loop", at("loop").c_str()));
  EXPECT_EQ(text(writeFile(at("link"), "new")), "");
  EXPECT_EQ(text(writeFile(at("dangling"), "new")), "");
  EXPECT_NE(text(writeFile(at("loop"), "new")), "");
  EXPECT_EQ(read(at("a")), "new");
  EXPECT_EQ(read(at("new")), "new");
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(at("link")));
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(at("dangling")));
  EXPECT_EQ(list(folder), "a dangling link loop new");
}

TEST_F(OutputFileTest, DevicesAndPipesAreWrittenThrough) {
  // Nodes of our own: a fault must not take the system's away. Only root can
  // make them, and only root could.
  struct stat status;
  if (mknod(at("null").c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0) {
    ASSERT_EQ(mknod(at("full").c_str(), S_IFCHR | 0666, makedev(1, 7)), 0);
    EXPECT_EQ(text(writeFile(at("null"), "gone")), "");
    EXPECT_NE(text(writeFile(at("full"), std::string(100000, 'x'))), "");
    for (StringRef name : {"null", "full"}) {
      ASSERT_EQ(lstat(at(name).c_str(), &status), 0);
      EXPECT_TRUE(S_ISCHR(status.st_mode)) << name.str();
    }
  } else if (geteuid() != 0) {
    EXPECT_EQ(text(writeFile("/dev/null", "gone")), "");
    EXPECT_NE(text(writeFile("/dev/full", std::string(100000, 'x'))), "");
  }

  ASSERT_EQ(mkfifo(at("pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = read(at("pipe")); });
  EXPECT_EQ(text(writeFile(at("pipe"), "through")), "");
  reader.join();
  EXPECT_EQ(got, "through");
  ASSERT_EQ(lstat(at("pipe").c_str(), &status), 0);
  EXPECT_TRUE(S_ISFIFO(status.st_mode));
}

TEST_F(OutputFileTest, FoldersAreNoFiles) {
  EXPECT_NE(text(writeFile(folder, "x")), "");
  EXPECT_NE(text(writeFile(at("new/"), "x")), "");
  EXPECT_NE(text(writeFile(at("none/a"), "x")), "");
  EXPECT_NE(text(writeFile("", "x")), "");
  EXPECT_EQ(list(folder), "");
}

TEST_F(OutputFileTest, LeftOversOfTheKilledGoAndThoseOfTheLivingStay) {
  make(at(".a.0123abcd.mlc-tmp"));
  make(at(".other.0123abcd.mlc-tmp"));
  auto living = OutputFile::open(at("a"));
  ASSERT_TRUE(bool(living));
  living->os() << "first";
  EXPECT_EQ(text(writeFile(at("a"), "second")), "");
  EXPECT_EQ(read(at("a")), "second");
  EXPECT_EQ(text(living->commit()), "");
  EXPECT_EQ(read(at("a")), "first");
  EXPECT_EQ(list(folder), ".other.0123abcd.mlc-tmp a");
}

TEST_F(OutputFileTest, SignalsThatEndTheProcessRemoveWhatItWrote) {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // As it is after nohup, or in the background of a shell.
    struct sigaction now;
    sigaction(signal, nullptr, &now);
    if (now.sa_handler == SIG_IGN)
      continue;
    pid_t child = fork();
    if (child == 0) {
      auto file = OutputFile::open(at("a"));
      auto pair = OutputFolder::create(at("p"), kind());
      auto temporary = TemporaryFolder::create({"x"});
      llvm::cantFail(pair->write(
          "last", [](llvm::raw_ostream &) { return llvm::Error::success(); }));
      raise(signal);
      _exit(0);
    }
    int status;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal);
    EXPECT_EQ(list(folder), "");
  }
}

TEST_F(OutputFolderTest, AppearsAndIsReplacedWhole) {
  for (auto how : {OutputFolder::Replacing::Exchange,
                   OutputFolder::Replacing::FileByFile}) {
    for (StringRef contents : {"one", "two"}) {
      EXPECT_EQ(text(writePair(at("p"), contents, how)), "");
      EXPECT_EQ(read(at("p/first")) + read(at("p/last")),
                (contents + contents).str());
    }
    EXPECT_EQ(mode(at("p")), 0755u);
    EXPECT_EQ(mode(at("p/last")), 0644u);
    EXPECT_EQ(list(folder), "p");
    llvm::sys::fs::remove_directories(at("p"));
  }
}

TEST_F(OutputFolderTest, OtherFilesStay) {
  for (auto how : {OutputFolder::Replacing::Exchange,
                   OutputFolder::Replacing::FileByFile}) {
    EXPECT_EQ(text(writePair(at("p"), "one")), "");
    make(at("p/notes"), "mine");
    llvm::sys::fs::create_directory(at("p/deep"));
    make(at("p/deep/er"), "mine, too");
    ASSERT_FALSE(symlink("notes", at("p/link").c_str()));
    EXPECT_EQ(text(writePair(at("p"), "two", how)), "");
    EXPECT_EQ(list(at("p")), "deep first last link notes");
    EXPECT_EQ(read(at("p/last")), "two");
    EXPECT_EQ(read(at("p/link")), "mine");
    EXPECT_EQ(read(at("p/deep/er")), "mine, too");
    EXPECT_EQ(list(folder), "p");
    llvm::sys::fs::remove_directories(at("p"));
  }
}

TEST_F(OutputFolderTest, OnlyWhatIsOfItsKindIsReplaced) {
  llvm::sys::fs::create_directory(at("web"));
  make(at("web/index"), "mine");
  make(at("file"), "mine");
  ASSERT_FALSE(symlink("web", at("link").c_str()));
  for (StringRef name : {"web", "web/", "file", "link"}) {
    EXPECT_NE(text(writePair(at(name), "x")), "") << name.str();
    EXPECT_EQ(list(folder), "file link web");
    EXPECT_EQ(list(at("web")), "index");
  }
  llvm::sys::fs::create_directory(at("empty"));
  EXPECT_EQ(text(writePair(at("empty/"), "x")), "");
  EXPECT_EQ(list(at("empty")), "first last");
}

TEST_F(OutputFolderTest, LinksAreFollowed) {
  EXPECT_EQ(text(writePair(at("p"), "one")), "");
  ASSERT_FALSE(symlink("p", at("link").c_str()));
  EXPECT_EQ(text(writePair(at("link"), "two")), "");
  EXPECT_TRUE(llvm::sys::fs::is_symlink_file(at("link")));
  EXPECT_EQ(read(at("p/first")), "two");
  EXPECT_EQ(list(folder), "link p");
}

TEST_F(OutputFolderTest, WithoutCommitNothingChanges) {
  EXPECT_EQ(text(writePair(at("p"), "one")), "");
  {
    auto made = OutputFolder::create(at("p"), kind());
    ASSERT_TRUE(bool(made));
    EXPECT_NE(text(made->write("first",
                               [](llvm::raw_ostream &os) {
                                 os << "half";
                                 return llvm::createStringError("no more");
                               })),
              "");
  }
  EXPECT_EQ(read(at("p/first")), "one");
  EXPECT_EQ(list(folder), "p");
}

// A process that was killed after the exchange leaves the old folder, with what
// others put there at the last moment.
TEST_F(OutputFolderTest, LeftOversGoAndOtherFilesInThemAreSaved) {
  EXPECT_EQ(text(writePair(at("p"), "one")), "");
  make(at("p/notes"), "mine");
  std::string left = at(".p.0123abcd.mlc-tmp");
  llvm::sys::fs::create_directory(left);
  make(left + "/first", "old");
  make(left + "/notes", "old");
  make(left + "/late", "mine");
  EXPECT_EQ(text(writePair(at("p"), "two")), "");
  EXPECT_EQ(list(at("p")), "first last late notes");
  EXPECT_EQ(read(at("p/notes")), "mine");
  EXPECT_EQ(list(folder), "p");
}

TEST_F(OutputFolderTest, TwelveWritersAtOnce) {
  for (int round = 0; round < 10; ++round) {
    std::vector<std::thread> writers;
    std::vector<std::string> errors(12);
    for (int i = 0; i < 12; ++i)
      writers.emplace_back(
          [&, i] { errors[i] = text(writePair(at("p"), std::to_string(i))); });
    for (std::thread &writer : writers)
      writer.join();
    for (const std::string &error : errors)
      EXPECT_EQ(error, "");
    EXPECT_EQ(read(at("p/first")), read(at("p/last")));
    EXPECT_EQ(list(folder), "p");
  }
}

TEST_F(OutputFolderTest, TemporaryFoldersGo) {
  std::string path;
  {
    auto made = TemporaryFolder::create({"x"});
    ASSERT_TRUE(bool(made));
    path = made->path().str();
    EXPECT_EQ(mode(path), 0700u);
    make(path + "/x");
    // Another does not sweep it.
    auto other = TemporaryFolder::create({});
    EXPECT_TRUE(llvm::sys::fs::exists(path + "/x"));
  }
  EXPECT_FALSE(llvm::sys::fs::exists(path));
}
