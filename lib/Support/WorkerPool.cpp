// See WorkerPool.h. The fields of a job are written before its ticket is
// published and stay as they are until all of its parts are finished.
#include "mlc/Support/WorkerPool.h"

#include <algorithm>
#include <new>

using namespace mlc;

// A ticket: 24 bits of next part, 20 of parts, 20 of the job's number.
static constexpr unsigned kNextBits = 24, kPartBits = 20;

static uint64_t nextOf(uint64_t ticket) {
  return ticket & ((uint64_t(1) << kNextBits) - 1);
}
static uint64_t partsOf(uint64_t ticket) {
  return (ticket >> kNextBits) & ((uint64_t(1) << kPartBits) - 1);
}
static uint64_t firstTicket(uint64_t job, uint64_t parts) {
  return job << (kNextBits + kPartBits) | parts << kNextBits;
}

static void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

WorkerPool::WorkerPool(unsigned threads) {
  if (threads == 0)
    threads = std::max(1u, std::thread::hardware_concurrency());
  try {
    for (unsigned i = 1; i < threads; ++i)
      workers.emplace_back([this] { workerLoop(); });
  } catch (const std::system_error &error) {
    problem = error.code();
  } catch (const std::bad_alloc &) {
    problem = std::make_error_code(std::errc::not_enough_memory);
  }
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    stopping = true;
  }
  wake.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

bool WorkerPool::hasWork() const {
  uint64_t now = ticket.load();
  return nextOf(now) < partsOf(now);
}

bool WorkerPool::runOnePart() {
  if (!hasWork())
    return false;
  uint64_t mine = ticket.fetch_add(1);
  if (nextOf(mine) >= partsOf(mine))
    return false;
  work(context, nextOf(mine));
  finished.fetch_add(1);
  return true;
}

void WorkerPool::run(uint64_t parts, Work newWork, const void *newContext) {
  if (parts == 0)
    return;
  work = newWork;
  context = newContext;
  finished = 0;
  uint64_t job = ticket.load() >> (kNextBits + kPartBits);
  ticket = firstTicket(job + 1, parts);
  if (sleepers.load()) {
    // Whoever is about to sleep holds the lock until it does.
    std::lock_guard<std::mutex> lock(mutex);
    wake.notify_all();
  }
  while (runOnePart())
    ;
  // The last parts of others take no longer than ours did.
  for (unsigned spins = 0; finished.load() != parts; ++spins) {
    pause();
    if (spins > 20000)
      std::this_thread::yield();
  }
}

void WorkerPool::workerLoop() {
  constexpr unsigned kSpins = 4000; // roughly 100 microseconds
  while (!stopping) {
    for (unsigned spins = 0; spins < kSpins; ++spins) {
      if (runOnePart())
        spins = 0;
      else
        pause();
    }
    std::unique_lock<std::mutex> lock(mutex);
    sleepers.fetch_add(1);
    wake.wait(lock, [&] { return stopping || hasWork(); });
    sleepers.fetch_sub(1);
  }
}
