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

namespace {

/// Buffers that have a place, by their lifetimes: which of them another one
/// could collide with is told without a look at all others.
class PlacedBuffers {
public:
  explicit PlacedBuffers(ArrayRef<PlannedBuffer> buffers);

  void add(unsigned index);
  /// Appends those that live at the same time as the buffer `index`. Gives how
  /// many places were looked at.
  size_t findNeighbours(unsigned index, SmallVectorImpl<unsigned> &found) const;

private:
  /// The first and the last moment of a buffer at which any buffer begins, by
  /// number.
  struct Lifetime {
    unsigned first, last;
  };

  std::vector<Lifetime> lifetimes;
  /// What begins at each moment.
  std::vector<SmallVector<unsigned, 1>> beginning;
  unsigned latest = 0;
  /// A segment tree: node 1 stands for all moments, 2 k and 2 k + 1 for the
  /// halves of k. A buffer is in the nodes that make up its lifetime.
  std::vector<SmallVector<unsigned, 0>> nodes;
  unsigned leaves = 1;
};

} // namespace

PlacedBuffers::PlacedBuffers(ArrayRef<PlannedBuffer> buffers) {
  std::vector<int64_t> moments;
  for (const PlannedBuffer &buffer : buffers)
    moments.push_back(buffer.first);
  llvm::sort(moments);
  moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
  for (const PlannedBuffer &buffer : buffers)
    lifetimes.push_back(
        {unsigned(llvm::lower_bound(moments, buffer.first) - moments.begin()),
         unsigned(llvm::upper_bound(moments, buffer.last) - moments.begin()) -
             1});
  beginning.resize(moments.size());
  leaves = llvm::PowerOf2Ceil(std::max<size_t>(1, moments.size()));
  nodes.resize(2 * size_t(leaves));
}

void PlacedBuffers::add(unsigned index) {
  auto [first, last] = lifetimes[index];
  beginning[first].push_back(index);
  latest = std::max(latest, first);
  for (unsigned low = leaves + first, high = leaves + last + 1; low < high;
       low /= 2, high /= 2) {
    if (low & 1)
      nodes[low++].push_back(index);
    if (high & 1)
      nodes[--high].push_back(index);
  }
}

size_t PlacedBuffers::findNeighbours(unsigned index,
                                     SmallVectorImpl<unsigned> &found) const {
  auto [first, last] = lifetimes[index];
  for (unsigned node = leaves + first; node > 0; node /= 2)
    llvm::append_range(found, nodes[node]);
  last = std::min(last, latest);
  for (unsigned moment = first + 1; moment <= last; ++moment)
    llvm::append_range(found, beginning[moment]);
  return found.size() + (last > first ? last - first : 0);
}

// So many looks at neighbours take less than a second.
static constexpr size_t kMaxLooks = size_t(1) << 26;

// Places buffers in `order`. What is left when there were too many looks is
// stacked on top of the others, or, unless it `mustFinish`, there is no plan.
static MemoryPlan place(ArrayRef<PlannedBuffer> buffers,
                        ArrayRef<unsigned> order, bool mustFinish = false) {
  MemoryPlan plan;
  plan.offsets.assign(buffers.size(), 0);
  PlacedBuffers placed(buffers);
  SmallVector<unsigned> neighbours;
  size_t looks = 0;
  for (unsigned index : order) {
    const PlannedBuffer &buffer = buffers[index];
    if (buffer.bytes == 0)
      continue;
    int64_t offset = plan.bytes;
    if (looks < kMaxLooks) {
      offset = 0;
      neighbours.clear();
      looks += placed.findNeighbours(index, neighbours);
      llvm::sort(neighbours, [&](unsigned a, unsigned b) {
        return plan.offsets[a] < plan.offsets[b];
      });
      for (unsigned other : neighbours) {
        int64_t start = plan.offsets[other];
        if (start >= offset + buffer.bytes)
          break;
        offset = std::max(offset, start + buffers[other].bytes);
      }
      placed.add(index);
    } else if (!mustFinish) {
      return {};
    }
    plan.offsets[index] = offset;
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
  constexpr uint64_t kMaxSteps = 20'000'000;
  unsigned attempts = std::min<uint64_t>(
      200, kMaxSteps / std::max<uint64_t>(1, buffers.size() * buffers.size()));
  MemoryPlan best;
  SmallVector<std::pair<SmallVector<unsigned>, MemoryPlan>> tried;
  auto attempt = [&](auto before) {
    if (best.bytes == lowerBound && !best.offsets.empty())
      return;
    llvm::sort(order, [&](unsigned a, unsigned b) {
      // Ties keep the order of the buffers.
      return before(a, b) || (!before(b, a) && a < b);
    });
    bool isFirst = best.offsets.empty();
    MemoryPlan plan = place(buffers, order, /*mustFinish=*/isFirst);
    if (plan.offsets.empty())
      return;
    if (isFirst || plan.bytes < best.bytes)
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
