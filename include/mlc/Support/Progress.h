// What takes long says so. On a terminal a line of standard error shows what is
// being done as soon as it takes more than a second; in a pipe there is
// nothing.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <atomic>
#include <chrono>
#include <string>

namespace mlc {

enum class Verbosity {
  Quiet,  ///< errors and results only
  Normal, ///< and notes, and on a terminal progress
  Verbose ///< and how long each step took
};
void setVerbosity(Verbosity verbosity);

/// A step that is being done while this object lives, within the steps that
/// began before it and still live. One thread makes them.
class Progress {
public:
  /// `total` is how often `advance` will be called, or 0 if nobody knows.
  explicit Progress(const llvm::Twine &what, size_t total = 0);
  ~Progress();
  Progress(const Progress &) = delete;

  void advance() { ++done; }

  /// How long a step is silent.
  static void setDelay(std::chrono::milliseconds delay);

private:
  friend class ProgressLine;
  std::string what;
  size_t total;
  std::atomic<size_t> done{0};
  std::chrono::steady_clock::time_point start;
};

/// Takes the line away until its next change: for what else is printed.
void clearProgress();

/// `mlc: note: TEXT` on standard error, unless quiet.
void printNote(const llvm::Twine &text);

} // namespace mlc
