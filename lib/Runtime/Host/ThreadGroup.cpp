// Contexts of the C library: a switch saves what a call does. Stacks are kept
// for the next group.
#include "ThreadGroup.h"

#include "llvm/Support/ErrorHandling.h"
#include <memory>
#include <ucontext.h>
#include <vector>

using namespace mlc;

// Kernels keep little more than their sums.
static constexpr size_t kStackBytes = 128 * 1024;

namespace {

struct Fiber {
  std::unique_ptr<char[]> stack{new char[kStackBytes]};
  ucontext_t context;
  bool isDone = false;
};

struct Group {
  std::vector<std::unique_ptr<Fiber>> fibers;
  ucontext_t caller;
  unsigned current = 0, threads = 0;
  llvm::function_ref<void(unsigned)> body = nullptr;
};

} // namespace

static thread_local Group group;

static void start() {
  group.body(group.current);
  group.fibers[group.current]->isDone = true;
  swapcontext(&group.fibers[group.current]->context, &group.caller);
}

void mlc::runThreadGroup(unsigned threads,
                         llvm::function_ref<void(unsigned)> body) {
  group.threads = threads;
  group.body = body;
  if (threads == 1)
    return body(0);
  while (group.fibers.size() < threads)
    group.fibers.push_back(std::make_unique<Fiber>());
  for (unsigned i = 0; i < threads; ++i) {
    Fiber &fiber = *group.fibers[i];
    fiber.isDone = false;
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = kStackBytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, start, 0);
  }
  // Each round goes from one barrier to the next.
  for (unsigned done = 0; done == 0;) {
    for (unsigned i = 0; i < threads; ++i) {
      group.current = i;
      swapcontext(&group.caller, &group.fibers[i]->context);
      done += group.fibers[i]->isDone;
    }
    if (done != 0 && done != threads)
      llvm::report_fatal_error("threads of a group wait at different barriers");
  }
}

void mlc::waitForThreadGroup() {
  if (group.threads > 1)
    swapcontext(&group.fibers[group.current]->context, &group.caller);
}
