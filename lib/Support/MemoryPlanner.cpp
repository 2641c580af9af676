// Greedy placement: buffers in some order, each at the lowest offset that is
// free over its lifetime.
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

// Places buffers in `order`; gives up once the arena exceeds `limit`.
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

  MemoryPlan best;
  auto attempt = [&](auto before) {
    if (best.bytes == lowerBound && !best.offsets.empty())
      return;
    llvm::sort(order, [&](unsigned a, unsigned b) {
      // Ties keep the order of the buffers.
      return before(a, b) || (!before(b, a) && a < b);
    });
    MemoryPlan plan = place(buffers, order);
    if (best.offsets.empty() || plan.bytes < best.bytes)
      best = std::move(plan);
  };
  attempt(byTime);
  attempt(bySize);
  attempt(byArea);
  attempt(byLength);
  best.lowerBound = lowerBound;
  return best;
}
