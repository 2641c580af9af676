// Threads that live as long as a model and share out the parts of one job after
// another, without allocation. Between jobs they spin for a moment, because the
// next dispatch comes at once, and then sleep.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace mlc {

class WorkerPool {
public:
  /// A pool in which `threads` work, the caller among them. 0: all cores.
  explicit WorkerPool(unsigned threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool &) = delete;
  WorkerPool &operator=(const WorkerPool &) = delete;

  /// Why there are fewer threads than asked for; no error if there are not.
  std::error_code error() const { return problem; }
  unsigned size() const { return workers.size() + 1; }

  /// Calls `work(context, part)` for each part below `parts`, in no order, and
  /// returns when all are done. At most `kMaxParts`.
  using Work = void (*)(const void *context, uint64_t part);
  void run(uint64_t parts, Work work, const void *context);
  static constexpr uint64_t kMaxParts = 1 << 16;

private:
  bool runOnePart();
  void workerLoop();
  bool hasWork() const;

  // Number of the job, its parts, and the next one to be taken, in one word: a
  // thread that comes late cannot take a part of the wrong job.
  std::atomic<uint64_t> ticket{0};
  std::atomic<uint64_t> finished{0};
  Work work = nullptr;
  const void *context = nullptr;

  std::atomic<unsigned> sleepers{0};
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::condition_variable wake;
  std::vector<std::thread> workers;
  std::error_code problem;
};

} // namespace mlc
