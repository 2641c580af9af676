#include "mlc/Support/Progress.h"
#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>

using namespace mlc;
using llvm::StringRef;

// What `body` writes to standard error, which is a terminal or a pipe.
template <typename Body>
static std::string errorsOf(bool isTerminal, Body body) {
  int ends[2] = {-1, -1};
  if (isTerminal) {
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(ends[0]);
    unlockpt(ends[0]);
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
  } else if (pipe(ends)) {
    return "no pipe";
  }
  int saved = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  setenv("TERM", "xterm", 1);
  body();
  // A line of its own, for a terminal without writers may lose what it holds.
  (void)!write(STDERR_FILENO, "end\n", 4);
  std::string text;
  char c;
  while (!StringRef(text).contains("end") && read(ends[0], &c, 1) == 1)
    text += c;
  dup2(saved, STDERR_FILENO);
  for (int fd : {saved, ends[0], ends[1]})
    close(fd);
  return text;
}

static void work() {
  Progress outer("compiling a net");
  Progress inner("measuring", 4);
  inner.advance();
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
}

TEST(Progress, IsShownOnTerminals) {
  Progress::setDelay(std::chrono::milliseconds(0));
  std::string text = errorsOf(true, work);
  EXPECT_TRUE(StringRef(text).contains("compiling a net: measuring [#####"))
      << text;
  EXPECT_TRUE(StringRef(text).contains("1/4")) << text;
  // The line is gone at the end.
  EXPECT_TRUE(StringRef(text).trim().ends_with("\r\033[Kend")) << text;
}

TEST(Progress, IsSilentInPipesAndWhenQuietOrShort) {
  Progress::setDelay(std::chrono::milliseconds(0));
  EXPECT_EQ(errorsOf(false, work), "end");
  setVerbosity(Verbosity::Quiet);
  EXPECT_EQ(StringRef(errorsOf(true, work)).trim(), "end");
  setVerbosity(Verbosity::Normal);
  Progress::setDelay(std::chrono::hours(1));
  EXPECT_EQ(StringRef(errorsOf(true, work)).trim(), "end");
  Progress::setDelay(std::chrono::seconds(1));
}

TEST(Progress, TimesAreShownWhenVerbose) {
  setVerbosity(Verbosity::Verbose);
  std::string text = errorsOf(false, work);
  setVerbosity(Verbosity::Normal);
  EXPECT_TRUE(StringRef(text).contains("mlc:   measuring: 0.")) << text;
  EXPECT_TRUE(StringRef(text).contains("mlc: compiling a net: 0.")) << text;
}
