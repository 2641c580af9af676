// A thread of its own draws the line, so that what works need not think of it.
// It is there only while there is something to draw on a terminal.
#include "mlc/Support/Progress.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace llvm;
using namespace mlc;
using Clock = std::chrono::steady_clock;

namespace mlc {

class ProgressLine {
public:
  // Never destroyed: a command may end the process while a step lives.
  static ProgressLine &get() {
    static ProgressLine *line = new ProgressLine;
    return *line;
  }

  void begin(Progress *step) {
    std::unique_lock<std::mutex> lock(mutex);
    steps.push_back(step);
    if (thread.joinable() || !isTerminal())
      return;
    isEnding = false;
    try {
      thread = std::thread([this] { draw(); });
    } catch (const std::system_error &) {
      // No line then.
    }
  }

  void end(Progress *step) {
    std::unique_lock<std::mutex> lock(mutex);
    clear();
    if (verbosity == Verbosity::Verbose)
      errs() << "mlc: " << std::string(2 * (steps.size() - 1), ' ')
             << step->what
             << format(": %.3f s\n",
                       std::chrono::duration<double>(Clock::now() - step->start)
                           .count());
    llvm::erase(steps, step);
    if (!steps.empty() || !thread.joinable())
      return;
    isEnding = true;
    lock.unlock();
    wake.notify_all();
    thread.join();
  }

  void clearNow() {
    std::unique_lock<std::mutex> lock(mutex);
    clear();
  }

  std::atomic<Verbosity> verbosity{Verbosity::Normal};
  std::chrono::milliseconds delay{1000};

private:
  bool isTerminal() const {
    const char *terminal = std::getenv("TERM");
    return verbosity != Verbosity::Quiet && isatty(STDERR_FILENO) && terminal &&
           StringRef(terminal) != "dumb";
  }

  static void write(const std::string &text) {
    (void)!::write(STDERR_FILENO, text.data(), text.size());
  }

  void clear() {
    if (isShown)
      write("\r\033[K");
    isShown = false;
  }

  void draw() {
    constexpr std::chrono::milliseconds kBetween(100);
    std::unique_lock<std::mutex> lock(mutex);
    for (unsigned turn = 0; !isEnding; ++turn) {
      wake.wait_for(lock, kBetween);
      if (isEnding || steps.empty() ||
          Clock::now() - steps.front()->start < delay)
        continue;
      write("\r\033[K" + text(turn));
      isShown = true;
    }
  }

  // `/ compiling net.mlmodel: measuring kernels [####      ] 40/100  12 s`
  std::string text(unsigned turn) const {
    constexpr unsigned kBarWidth = 20;
    std::string line;
    raw_string_ostream os(line);
    os << "|/-\\"[turn % 4] << ' ' << steps.front()->what;
    const Progress &last = *steps.back();
    if (steps.size() > 1)
      os << ": " << last.what;
    if (last.total) {
      size_t done = std::min<size_t>(last.done, last.total);
      unsigned filled = unsigned(kBarWidth * done / last.total);
      os << " [" << std::string(filled, '#')
         << std::string(kBarWidth - filled, ' ') << "] " << done << "/"
         << last.total;
    }
    os << "  "
       << std::chrono::duration_cast<std::chrono::seconds>(Clock::now() -
                                                           steps.front()->start)
              .count()
       << " s";
    unsigned columns = sys::Process::StandardErrColumns();
    // A line that wraps cannot be taken away again.
    if (columns > 1 && line.size() >= columns)
      line.resize(columns - 1);
    return line;
  }

  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Progress *> steps;
  std::thread thread;
  bool isEnding = false, isShown = false;
};

} // namespace mlc

void mlc::setVerbosity(Verbosity verbosity) {
  ProgressLine::get().verbosity = verbosity;
}

void Progress::setDelay(std::chrono::milliseconds delay) {
  ProgressLine::get().delay = delay;
}

Progress::Progress(const Twine &what, size_t total)
    : what(what.str()), total(total), start(Clock::now()) {
  ProgressLine::get().begin(this);
}

Progress::~Progress() { ProgressLine::get().end(this); }

void mlc::clearProgress() { ProgressLine::get().clearNow(); }

void mlc::printNote(const Twine &text) {
  if (ProgressLine::get().verbosity == Verbosity::Quiet)
    return;
  clearProgress();
  errs() << "mlc: note: " << text << "\n";
}
