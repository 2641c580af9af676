// Greedy placement: buffers in some order, each at the lowest offset that is
// free over its lifetime. Where no order of the literature reaches the lower
// bound, orders are improved step by step.
#include "mlc/Support/MemoryPlanner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <map>
#include <numeric>

using namespace llvm;
using namespace mlc;

// Bytes in use at each step that some buffer begins or ends at.
static int64_t sumOverTime(ArrayRef<PlannedBuffer> buffers) {
  std::map<int64_t, int64_t> changes;
  for (const PlannedBuffer &buffer : buffers) {
    changes[buffer.first] += buffer.bytes;
    changes[buffer.last + 1] -= buffer.bytes;
  }
  int64_t live = 0, most = 0;
  for (auto [step, change] : changes)
    most = std::max(most, live += change);
  return most;
}

// Places buffers in `order`.
static MemoryPlan place(ArrayRef<PlannedBuffer> buffers,
                        ArrayRef<unsigned> order) {
  MemoryPlan plan;
  plan.offsets.assign(buffers.size(), 0);
  // What is placed, by offset: neighbours are found by walking it once.
  std::multimap<int64_t, unsigned> placed;
  for (unsigned index : order) {
    const PlannedBuffer &buffer = buffers[index];
    if (buffer.bytes == 0)
      continue;
    int64_t offset = 0;
    for (auto [start, other] : placed) {
      const PlannedBuffer &neighbour = buffers[other];
      if (neighbour.last < buffer.first || buffer.last < neighbour.first)
        continue;
      if (start >= offset + buffer.bytes)
        break;
      offset = std::max(offset, start + neighbour.bytes);
    }
    plan.offsets[index] = offset;
    placed.emplace(offset, index);
    plan.bytes = std::max(plan.bytes, offset + buffer.bytes);
  }
  return plan;
}

// Places the buffers that do not fit below the lower bound earlier than before,
// again and again: whatever is in their way finds other places. Takes at most
// `attempts`; begins with `plan`, which is that for `order`.
static void improve(ArrayRef<PlannedBuffer> buffers,
                    SmallVector<unsigned> order, MemoryPlan plan,
                    int64_t lowerBound, unsigned attempts, MemoryPlan &best) {
  for (; attempts > 0 && best.bytes > lowerBound; --attempts) {
    auto *tooHigh = llvm::find_if(order, [&](unsigned i) {
      return plan.offsets[i] + buffers[i].bytes > lowerBound;
    });
    // In front of the first one that it can collide with.
    auto overlaps = [&](unsigned i) {
      return buffers[i].first <= buffers[*tooHigh].last &&
             buffers[*tooHigh].first <= buffers[i].last;
    };
    auto *before = std::find_if(order.begin(), tooHigh, overlaps);
    if (before == tooHigh)
      return;
    std::rotate(before, tooHigh, tooHigh + 1);
    plan = place(buffers, order);
    if (plan.bytes < best.bytes)
      best = plan;
  }
}

MemoryPlan mlc::planMemory(ArrayRef<PlannedBuffer> given, int64_t alignment) {
  SmallVector<PlannedBuffer> buffers(given);
  for (PlannedBuffer &buffer : buffers)
    buffer.bytes = llvm::alignTo(buffer.bytes, alignment);
  int64_t lowerBound = sumOverTime(buffers);

  SmallVector<unsigned> order(buffers.size());
  std::iota(order.begin(), order.end(), 0);
  auto byTime = [&](unsigned a, unsigned b) {
    return buffers[a].first < buffers[b].first;
  };
  auto bySize = [&](unsigned a, unsigned b) {
    return buffers[a].bytes > buffers[b].bytes;
  };
  auto byArea = [&](unsigned a, unsigned b) {
    auto area = [&](unsigned i) {
      return buffers[i].bytes * (buffers[i].last - buffers[i].first + 1);
    };
    return area(a) > area(b);
  };
  auto byLength = [&](unsigned a, unsigned b) {
    auto length = [&](unsigned i) {
      return buffers[i].last - buffers[i].first;
    };
    return length(a) > length(b);
  };

  // So many placements take a moment only.
  constexpr uint64_t kMostSteps = 20'000'000;
  unsigned attempts = std::min<uint64_t>(
      200, kMostSteps / std::max<uint64_t>(1, buffers.size() * buffers.size()));
  MemoryPlan best;
  SmallVector<std::pair<SmallVector<unsigned>, MemoryPlan>> tried;
  auto attempt = [&](auto before) {
    if (best.bytes == lowerBound && !best.offsets.empty())
      return;
    llvm::sort(order, [&](unsigned a, unsigned b) {
      // Ties keep the order of the buffers.
      return before(a, b) || (!before(b, a) && a < b);
    });
    MemoryPlan plan = place(buffers, order);
    if (best.offsets.empty() || plan.bytes < best.bytes)
      best = plan;
    tried.emplace_back(order, std::move(plan));
  };
  attempt(byTime);
  attempt(bySize);
  attempt(byArea);
  attempt(byLength);
  for (auto &[start, plan] : tried)
    improve(buffers, start, std::move(plan), lowerBound, attempts, best);
  best.lowerBound = lowerBound;
  return best;
}
