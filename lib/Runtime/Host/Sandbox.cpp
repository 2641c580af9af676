// See Sandbox.h.
#include "Sandbox.h"

#include "HostModel.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace llvm;
using namespace mlc;

namespace {

// What goes over the socket: one of these at a time.
enum Message : char { Run = 'r', RunTimed = 't', Done = 'd', Failed = 'f' };

// What the two processes share, in front of the times of dispatches and the
// buffers.
struct Shared {
  char problem[512]; ///< why the process ended, if it could say so
};

// Memory that a fork shares.
class SharedMemory {
public:
  explicit SharedMemory(const Bundle &bundle) {
    constexpr size_t kAlignment = 256;
    size_t size = alignTo(sizeof(Shared), kAlignment);
    secondsAt = size;
    numSeconds = bundle.dispatches.size();
    size = alignTo(size + numSeconds * sizeof(double), kAlignment);
    for (const BundleBuffer &buffer : bundle.buffers) {
      bool isShared =
          buffer.kind == BufferKind::Input || buffer.kind == BufferKind::Output;
      places.push_back({size, isShared ? size_t(buffer.bytes) : 0});
      size = alignTo(size + places.back().second, kAlignment);
    }
    void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    base = memory == MAP_FAILED ? nullptr : static_cast<char *>(memory);
    whole = size;
  }
  SharedMemory(const SharedMemory &) = delete;
  ~SharedMemory() {
    if (base)
      munmap(base, whole);
  }

  explicit operator bool() const { return base; }
  Shared &header() const { return *reinterpret_cast<Shared *>(base); }
  MutableArrayRef<double> seconds() const {
    return {reinterpret_cast<double *>(base + secondsAt), numSeconds};
  }
  MutableArrayRef<char> buffer(unsigned index) const {
    return {base + places[index].first, places[index].second};
  }
  std::vector<MutableArrayRef<char>> buffers() const {
    std::vector<MutableArrayRef<char>> all;
    for (unsigned i = 0; i < places.size(); ++i)
      all.push_back(buffer(i));
    return all;
  }

private:
  char *base = nullptr;
  size_t whole = 0, secondsAt = 0, numSeconds = 0;
  std::vector<std::pair<size_t, size_t>> places;
};

} // namespace

//===----------------------------------------------------------------------===//
// Inside
//===----------------------------------------------------------------------===//

static void send(int socket, Message message) {
  char byte = message;
  while (write(socket, &byte, 1) < 0 && errno == EINTR)
    ;
}

static void limit(int resource, rlim_t most) {
  rlimit wanted = {most, most};
  setrlimit(resource, &wanted);
}

// Only standard streams, which lead nowhere, and the socket stay open.
static int closeOthers(int socket) {
  constexpr int kSocket = 3, kMaxDescriptors = 65536;
  int nowhere = open("/dev/null", O_RDWR);
  for (int stream : {0, 1, 2})
    dup2(nowhere, stream);
  if (socket != kSocket)
    dup2(socket, kSocket);
  rlimit open;
  int end = getrlimit(RLIMIT_NOFILE, &open) == 0 &&
                    open.rlim_cur < rlim_t(kMaxDescriptors)
                ? int(open.rlim_cur)
                : kMaxDescriptors;
  for (int file = kSocket + 1; file < end; ++file)
    close(file);
  return kSocket;
}

// Crashes end the process at once: LLVM's handlers would write about them.
static void resetSignals() {
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS,
                     SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT})
    ::signal(signal, SIG_DFL);
}

static void saveProblem(void *shared, const char *reason, bool) {
  std::strncpy(static_cast<Shared *>(shared)->problem, reason,
               sizeof(Shared::problem) - 1);
  _exit(1);
}

static Error serve(int socket, const Bundle &bundle,
                   const CompiledKernels &kernels, const DeviceOptions &options,
                   const SharedMemory &shared) {
  HostModel model(options);
  if (Error error = model.loadLibraries(kernels.libraries))
    return error;
  if (Error error = model.allocate(bundle, shared.buffers()))
    return error;
  if (Error error = confineThisProcess(socket))
    return error;
  if (Error error = model.prepare(bundle))
    return error;
  send(socket, Done);
  char command;
  while (read(socket, &command, 1) == 1) {
    model.run(command == RunTimed ? shared.seconds()
                                  : MutableArrayRef<double>());
    send(socket, Done);
  }
  _exit(0); // destructors would wait for threads
}

[[noreturn]] static void runChild(int socket, pid_t parent,
                                  const Bundle &bundle,
                                  const CompiledKernels &kernels,
                                  const DeviceOptions &options,
                                  const SharedMemory &shared) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (getppid() != parent)
    _exit(1);
#else
  (void)parent;
#endif
  resetSignals();
  socket = closeOthers(socket);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  install_fatal_error_handler(saveProblem, &shared.header());
  if (Error error = serve(socket, bundle, kernels, options, shared))
    std::strncpy(shared.header().problem, toString(std::move(error)).c_str(),
                 sizeof(Shared::problem) - 1);
  send(socket, Failed);
  _exit(1);
}

//===----------------------------------------------------------------------===//
// Outside
//===----------------------------------------------------------------------===//

namespace {

class ConfinedModel : public LoadedModel {
public:
  ConfinedModel(const Bundle &bundle, unsigned timeout)
      : timeout(timeout), shared(bundle) {}
  ~ConfinedModel() override {
    if (socket >= 0)
      close(socket);
    end();
  }

  Error start(const Bundle &bundle, const CompiledKernels &kernels,
              const DeviceOptions &options) {
    if (!shared)
      return createStringError("no memory for the bundle's features");
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
      return errorCodeToError(std::error_code(errno, std::generic_category()));
    pid_t parent = getpid();
    child = fork();
    if (child == 0)
      runChild(pair[1], parent, bundle, kernels, options, shared);
    close(pair[1]);
    socket = pair[0];
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    if (child < 0)
      return createStringError("cannot start a process for the kernels: " +
                               Twine(std::strerror(errno)));
    waitForReply();
    return takeError();
  }

  MutableArrayRef<char> buffer(unsigned index) override {
    return shared.buffer(index);
  }

  void run(MutableArrayRef<double> seconds) override {
    if (!problem.empty())
      return;
    copy(seconds, shared.seconds().begin());
    char command = seconds.empty() ? Run : RunTimed;
    if (::send(socket, &command, 1, MSG_NOSIGNAL) == 1)
      waitForReply();
    else
      describeEnd();
    copy(shared.seconds().take_front(seconds.size()), seconds.begin());
  }

  Error takeError() override {
    if (problem.empty())
      return Error::success();
    return createStringError(problem);
  }

private:
  void waitForReply() {
    pollfd waiting = {socket, POLLIN, 0};
    int ready;
    do
      ready = poll(&waiting, 1,
                   timeout ? int(std::min(timeout, 2000000u)) * 1000 : -1);
    while (ready < 0 && errno == EINTR);
    if (ready == 0) {
      end();
      problem = "the bundle's kernels ran for more than " +
                std::to_string(timeout) + " s (--timeout)";
      return;
    }
    char reply = Failed;
    if (read(socket, &reply, 1) != 1 || reply != Done)
      describeEnd();
  }

  // Ends the process; its status.
  int end() {
    int status = 0;
    if (child <= 0)
      return status;
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
      ;
    child = -1;
    return status;
  }

  void describeEnd() {
    // It is about to end by itself, unless it only closed the socket.
    int status = 0;
    for (int tries = 0; tries < 1000 && child > 0; ++tries) {
      if (waitpid(child, &status, WNOHANG) != 0)
        child = -1;
      else
        usleep(1000);
    }
    if (child > 0)
      status = end();
    Shared &header = shared.header();
    header.problem[sizeof(header.problem) - 1] = 0;
    if (header.problem[0])
      problem = header.problem;
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
      problem = "the bundle's kernels tried to reach beyond their memory: a "
                "system call was refused";
    else if (WIFSIGNALED(status))
      problem = std::string("the bundle's kernels crashed: ") +
                strsignal(WTERMSIG(status));
    else
      problem = "the process of the bundle's kernels ended";
    // What the process wrote must not reach a terminal as more than text.
    for (char &c : problem)
      if (c < ' ' || c > '~')
        c = '?';
  }

  unsigned timeout;
  SharedMemory shared;
  int socket = -1;
  pid_t child = -1;
  std::string problem;
};

} // namespace

Expected<std::unique_ptr<LoadedModel>>
mlc::loadConfined(const Bundle &bundle, const CompiledKernels &kernels,
                  const DeviceOptions &options) {
  for (const std::string &path : kernels.libraries)
    if (Error error = checkNothingRunsOnLoad(path))
      return std::move(error);
  auto model = std::make_unique<ConfinedModel>(bundle, options.timeout);
  if (Error error = model->start(bundle, kernels, options))
    return std::move(error);
  return std::unique_ptr<LoadedModel>(std::move(model));
}
