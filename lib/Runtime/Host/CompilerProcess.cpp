// See CompilerProcess.h. Between fork and exec only system calls are made.
#include "CompilerProcess.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#define MLC_HAS_LANDLOCK 1
#endif
#endif

using namespace llvm;
using namespace mlc;

extern char **environ;

static std::error_code lastError() {
  return std::error_code(errno, std::generic_category());
}

//===----------------------------------------------------------------------===//
// What the compiler may reach
//===----------------------------------------------------------------------===//

#ifdef MLC_HAS_LANDLOCK

// Lets processes under `ruleset` use `path` with `rights`, if it is there.
static void allow(int ruleset, const std::string &path, uint64_t rights) {
  int file = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (file < 0)
    return;
  landlock_path_beneath_attr rule = {};
  rule.allowed_access = rights;
  rule.parent_fd = file;
  syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  close(file);
}

// A descriptor of the rules, or -1 where the kernel has none.
static int makeRuleset(const CompilerLimits &limits,
                       const std::string &folder) {
  // All rights that the versions of the interface have named: 13, 14, 15.
  long version = syscall(SYS_landlock_create_ruleset, nullptr, 0,
                         LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1)
    return -1;
  uint64_t all = (uint64_t(1) << std::min(12 + version, 15L)) - 1;
  landlock_ruleset_attr attributes = {};
  attributes.handled_access_fs = all;
  int ruleset =
      syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
  if (ruleset < 0)
    return -1;
  constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE,
                     kList = LANDLOCK_ACCESS_FS_READ_DIR,
                     kRun = LANDLOCK_ACCESS_FS_EXECUTE,
                     kWrite = LANDLOCK_ACCESS_FS_WRITE_FILE;
  for (const char *path : {"/usr", "/lib", "/lib64", "/bin", "/opt", "/nix"})
    allow(ruleset, path, kRead | kList | kRun);
  for (const char *path : {"/etc/ld.so.cache", "/proc/cpuinfo",
                           "/sys/devices/system/cpu/possible"})
    allow(ruleset, path, kRead);
  allow(ruleset, "/etc/alternatives", kRead | kList);
  allow(ruleset, "/dev/null", kRead | kWrite);
  for (const std::string &path : limits.readable)
    allow(ruleset, path, kRead | kList | kRun);
  allow(ruleset, folder, all);
  return ruleset;
}

static void restrictTo(int ruleset) {
  if (ruleset < 0)
    return;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
    _exit(126);
}

#else

static int makeRuleset(const CompilerLimits &, const std::string &) {
  return -1;
}
static void restrictTo(int) {}

#endif

static void limit(int resource, rlim_t most) {
  rlimit now;
  if (getrlimit(resource, &now) == 0)
    most = std::min(most, now.rlim_max);
  rlimit wanted = {most, most};
  setrlimit(resource, &wanted);
}

static void limitResources(unsigned seconds) {
  constexpr rlim_t kMaxMemory = rlim_t(8) << 30, kMaxFile = rlim_t(1) << 30;
  if (seconds)
    limit(RLIMIT_CPU, seconds);
  limit(RLIMIT_AS, kMaxMemory);
  limit(RLIMIT_FSIZE, kMaxFile);
  limit(RLIMIT_CORE, 0);
}

//===----------------------------------------------------------------------===//
// Processes
//===----------------------------------------------------------------------===//

// The environment with temporary files in `folder`; of text from elsewhere only
// what finds programs and libraries.
static std::vector<std::string> makeEnvironment(const std::string &folder,
                                                bool isLimited) {
  std::vector<std::string> variables = {"TMPDIR=" + folder};
  for (char **variable = environ; *variable; ++variable) {
    StringRef name = StringRef(*variable).split('=').first;
    if (name != "TMPDIR" &&
        (!isLimited || is_contained({"PATH", "LD_LIBRARY_PATH"}, name)))
      variables.push_back(*variable);
  }
  return variables;
}

static SmallVector<char *> pointersTo(const std::vector<std::string> &list) {
  SmallVector<char *> pointers;
  for (const std::string &text : list)
    pointers.push_back(const_cast<char *>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

static pid_t start(const std::vector<std::string> &command, char **environment,
                   const std::string &log, const CompilerLimits *limits,
                   int ruleset) {
  SmallVector<char *> arguments = pointersTo(command);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child != 0)
    return child;
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(125);
#else
  (void)parent;
#endif
  int input = open("/dev/null", O_RDONLY),
      output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (input < 0 || output < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 ||
      dup2(output, 2) < 0)
    _exit(125);
  if (limits)
    limitResources(limits->seconds);
  restrictTo(ruleset);
  execve(arguments.front(), arguments.data(), environment);
  _exit(127);
}

// The exit status of all, or -1 if the time is over.
static int waitForAll(SmallVector<pid_t> children, unsigned seconds) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kPause = std::chrono::milliseconds(2);
  Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  int failures = 0;
  while (!children.empty()) {
    int status = 0;
    pid_t child = waitpid(children.back(), &status, seconds ? WNOHANG : 0);
    if (child < 0 && errno == EINTR)
      continue;
    if (child != 0) {
      failures += child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
      children.pop_back();
    } else if (Clock::now() < end) {
      std::this_thread::sleep_for(kPause);
    } else {
      for (pid_t late : children)
        kill(late, SIGKILL);
      for (pid_t late : children)
        waitpid(late, nullptr, 0);
      return -1;
    }
  }
  return failures;
}

Expected<bool> mlc::runCompilers(ArrayRef<std::vector<std::string>> commands,
                                 const std::string &folder,
                                 const CompilerLimits *limits) {
  std::vector<std::string> variables = makeEnvironment(folder, limits);
  SmallVector<char *> environment = pointersTo(variables);
  int ruleset = limits ? makeRuleset(*limits, folder) : -1;
  SmallVector<pid_t> children;
  std::error_code problem;
  for (const std::vector<std::string> &command : commands) {
    pid_t child = start(command, environment.data(), folder + "/log.txt",
                        limits, ruleset);
    if (child < 0) {
      problem = lastError();
      break;
    }
    children.push_back(child);
  }
  if (ruleset >= 0)
    close(ruleset);
  int failures = waitForAll(children, limits ? limits->seconds : 0);
  if (problem)
    return createStringError("cannot start the compiler of the kernels: " +
                             problem.message());
  if (failures < 0)
    return createStringError("compiling the kernels took more than " +
                             Twine(limits->seconds) + " s (--timeout)");
  return failures == 0;
}
