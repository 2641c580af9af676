// A beam search over sets of finished steps.
#include "mlc/Support/OrderSearch.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

using namespace llvm;
using namespace mlc;

namespace {

/// Sets of one size that are kept: as many as make this many tries for all
/// sizes together, for each may be followed by any step.
constexpr size_t kMaxTries = 1 << 24;
constexpr size_t kMaxStates = 1 << 12;
/// Uses of buffers that one search looks at before it gives up.
constexpr size_t kMaxUses = 1 << 26;

/// Where each buffer is first and last touched, by positions in an order.
struct Uses {
  std::vector<int64_t> first, last;

  Uses(const OrderProblem &problem, ArrayRef<unsigned> order)
      : first(problem.bytes.size(), -1), last(problem.bytes.size(), -1) {
    for (auto [position, step] : enumerate(order))
      for (unsigned buffer : problem.steps[step].buffers) {
        if (first[buffer] < 0)
          first[buffer] = position;
        last[buffer] = position;
      }
  }
};

} // namespace

/// Bytes in use at each position.
static std::vector<int64_t> bytesInUse(const OrderProblem &problem,
                                       ArrayRef<unsigned> order) {
  Uses uses(problem, order);
  std::vector<int64_t> changes(order.size() + 1);
  for (auto [buffer, bytes] : enumerate(problem.bytes))
    if (uses.first[buffer] >= 0) {
      changes[uses.first[buffer]] += bytes;
      changes[uses.last[buffer] + 1] -= bytes;
    }
  changes.pop_back();
  std::partial_sum(changes.begin(), changes.end(), changes.begin());
  return changes;
}

int64_t mlc::peakOfOrder(const OrderProblem &problem,
                         ArrayRef<unsigned> order) {
  int64_t most = 0;
  for (int64_t bytes : bytesInUse(problem, order))
    most = std::max(most, bytes);
  return most;
}

//===----------------------------------------------------------------------===//
// One part
//===----------------------------------------------------------------------===//

namespace {

/// The search for an order of the steps `begin` to `end`, which have those
/// before and behind them where they are.
class PartSearch {
public:
  PartSearch(const OrderProblem &problem, const Uses &uses, unsigned begin,
             unsigned end);

  /// An order whose peak is less than `limit`, or nothing.
  SmallVector<unsigned> run(int64_t limit);

private:
  using Set = SmallVector<uint64_t, 1>;

  /// A set of finished steps. What is in use behind them depends on nothing
  /// else.
  struct State {
    Set done;
    int64_t peak = 0, inUse = 0;
    unsigned trace = 0;
  };
  /// The last step of a set, and the trace of the set without it.
  struct Trace {
    unsigned parent, step;
  };

  static bool contains(const Set &set, unsigned i) {
    return set[i / 64] >> (i % 64) & 1;
  }
  bool isReady(const State &state, unsigned step) const;
  /// What is in use while a step is done, and behind it.
  std::pair<int64_t, int64_t> measure(const State &state, unsigned step);

  const OrderProblem &problem;
  const Uses &uses;
  unsigned begin, end;
  /// For each buffer that the part touches, its steps here.
  DenseMap<unsigned, SmallVector<unsigned>> users;
  std::vector<Trace> traces;
  size_t usesSeen = 0;
};

} // namespace

PartSearch::PartSearch(const OrderProblem &problem, const Uses &uses,
                       unsigned begin, unsigned end)
    : problem(problem), uses(uses), begin(begin), end(end) {
  for (unsigned step = begin; step < end; ++step)
    for (unsigned buffer : problem.steps[step].buffers)
      users[buffer].push_back(step);
}

bool PartSearch::isReady(const State &state, unsigned step) const {
  return !contains(state.done, step - begin) &&
         all_of(problem.steps[step].after, [&](unsigned other) {
           return other < begin || contains(state.done, other - begin);
         });
}

std::pair<int64_t, int64_t> PartSearch::measure(const State &state,
                                                unsigned step) {
  int64_t during = state.inUse, behind = 0;
  for (unsigned buffer : problem.steps[step].buffers) {
    auto isDone = [&](unsigned user) {
      return contains(state.done, user - begin);
    };
    ArrayRef<unsigned> here = users.find(buffer)->second;
    usesSeen += here.size();
    bool isNew = uses.first[buffer] >= begin && none_of(here, isDone);
    bool isLast =
        uses.last[buffer] < end &&
        all_of(
            here, [&](unsigned user) { return user == step || isDone(user); });
    during += isNew ? problem.bytes[buffer] : 0;
    behind -= isLast ? problem.bytes[buffer] : 0;
  }
  return {during, during + behind};
}

SmallVector<unsigned> PartSearch::run(int64_t limit) {
  unsigned count = end - begin;
  size_t tries = size_t(count) * count;
  if (tries > kMaxTries)
    return {};
  size_t width = std::clamp<size_t>(kMaxTries / tries, 1, kMaxStates);
  State start;
  start.done.assign(divideCeil(count, 64), 0);
  for (auto [buffer, bytes] : enumerate(problem.bytes))
    if (uses.first[buffer] >= 0 && uses.first[buffer] < begin &&
        uses.last[buffer] >= begin)
      start.inUse += bytes;
  std::vector<State> states = {start};
  traces.assign(1, {0, 0});
  for (unsigned size = 0; size < count && !states.empty(); ++size) {
    // Sets of one size, each with its best peak.
    std::map<Set, State> next;
    for (const State &state : states) {
      if (usesSeen > kMaxUses)
        return {};
      for (unsigned step = begin; step < end; ++step) {
        if (!isReady(state, step))
          continue;
        auto [during, behind] = measure(state, step);
        int64_t peak = std::max(state.peak, during);
        if (peak >= limit)
          continue;
        Set done = state.done;
        done[(step - begin) / 64] |= uint64_t(1) << ((step - begin) % 64);
        State &found = next[done];
        if (!found.done.empty() && found.peak <= peak)
          continue;
        traces.push_back({state.trace, step});
        found = {done, peak, behind, unsigned(traces.size() - 1)};
      }
    }
    states.clear();
    for (auto &entry : next)
      states.push_back(std::move(entry.second));
    if (states.size() > width) {
      llvm::sort(states, [](const State &a, const State &b) {
        return std::tie(a.peak, a.inUse, a.done) <
               std::tie(b.peak, b.inUse, b.done);
      });
      states.resize(width);
    }
  }
  SmallVector<unsigned> order;
  if (states.empty())
    return order;
  for (unsigned at = states.front().trace; at != 0; at = traces[at].parent)
    order.push_back(traces[at].step);
  std::reverse(order.begin(), order.end());
  return order;
}

//===----------------------------------------------------------------------===//
// All parts
//===----------------------------------------------------------------------===//

/// Where parts begin and end: at steps that no dependency passes by.
static std::vector<std::pair<unsigned, unsigned>>
findParts(const OrderProblem &problem) {
  unsigned count = problem.steps.size();
  // How far what was before reaches.
  std::vector<unsigned> lastUser(count);
  for (unsigned step = 0; step < count; ++step) {
    lastUser[step] = step;
    for (unsigned other : problem.steps[step].after)
      lastUser[other] = std::max(lastUser[other], step);
  }
  std::vector<std::pair<unsigned, unsigned>> parts;
  unsigned begin = 0, reach = 0;
  for (unsigned step = 0; step < count; ++step) {
    if (reach <= step || problem.steps[step].isFixed) {
      parts.push_back({begin, step});
      parts.push_back({step, step + 1});
      begin = step + 1;
    }
    reach = std::max(reach, lastUser[step]);
  }
  parts.push_back({begin, count});
  erase_if(parts, [](auto part) { return part.first == part.second; });
  return parts;
}

SmallVector<unsigned> mlc::findOrder(const OrderProblem &problem) {
  SmallVector<unsigned> order(problem.steps.size());
  std::iota(order.begin(), order.end(), 0);
  Uses uses(problem, order);
  std::vector<int64_t> bytes = bytesInUse(problem, order);
  auto parts = findParts(problem);
  auto peakOf = [&](std::pair<unsigned, unsigned> part) {
    return *std::max_element(bytes.begin() + part.first,
                             bytes.begin() + part.second);
  };
  // The part that needs most comes first; the search ends at one that cannot
  // do with less.
  llvm::sort(parts, [&](auto a, auto b) {
    return std::pair(-peakOf(a), a.first) < std::pair(-peakOf(b), b.first);
  });
  for (auto [index, part] : enumerate(parts)) {
    auto [begin, end] = part;
    if (end - begin == 1)
      break;
    SmallVector<unsigned> found =
        PartSearch(problem, uses, begin, end).run(peakOf(part));
    if (found.empty())
      break;
    std::copy(found.begin(), found.end(), order.begin() + begin);
    // Below what this part needs now, others do not matter.
    int64_t now = 0;
    std::vector<int64_t> changed = bytesInUse(problem, order);
    for (unsigned i = begin; i < end; ++i)
      now = std::max(now, changed[i]);
    if (index + 1 < parts.size() && peakOf(parts[index + 1]) <= now)
      break;
  }
  return order;
}
