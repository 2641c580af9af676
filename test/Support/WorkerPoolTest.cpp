#include "mlc/Support/WorkerPool.h"
#include "gtest/gtest.h"
#include <chrono>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace mlc;

static void count(const void *context, uint64_t part) {
  auto *counts =
      static_cast<std::vector<std::atomic<int>> *>(const_cast<void *>(context));
  ++(*counts)[part];
}

// Every part of every job is done exactly once, whatever the number of parts.
TEST(WorkerPool, RunsEachPartOnce) {
  for (unsigned threads : {1u, 2u, 5u}) {
    WorkerPool pool(threads);
    EXPECT_EQ(pool.size(), threads);
    for (int job = 0; job < 2000; ++job) {
      std::vector<std::atomic<int>> counts(job % 23);
      pool.run(counts.size(), count, &counts);
      for (const std::atomic<int> &times : counts)
        ASSERT_EQ(times, 1) << "job " << job << ", " << threads << " threads";
    }
  }
}

// Threads that went to sleep between two jobs wake for the second.
TEST(WorkerPool, WakesSleepers) {
  WorkerPool pool(4);
  for (int job = 0; job < 5; ++job) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::vector<std::atomic<int>> counts(64);
    pool.run(counts.size(), count, &counts);
    for (const std::atomic<int> &times : counts)
      ASSERT_EQ(times, 1);
  }
}

TEST(WorkerPool, ManyParts) {
  WorkerPool pool(3);
  std::vector<std::atomic<int>> counts(WorkerPool::kMaxParts);
  pool.run(counts.size(), count, &counts);
  for (const std::atomic<int> &times : counts)
    ASSERT_EQ(times, 1);
}

// Threads that the system does not give are an error that can be asked for.
TEST(WorkerPool, SaysThatThreadsAreMissing) {
  pid_t child = fork();
  if (child == 0) {
    // Stacks of threads do not fit any more.
    rlimit few = {64 << 20, 64 << 20};
    setrlimit(RLIMIT_AS, &few);
    WorkerPool pool(64);
    _exit(pool.error() && pool.size() < 64 ? 0 : 1);
  }
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_FALSE(WorkerPool(4).error());
}
