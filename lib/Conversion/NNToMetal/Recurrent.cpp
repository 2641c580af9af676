// Recurrences: a threadgroup walks one sequence of the batch. The state lives
// in threadgroup memory or, if there is too much of it, in a buffer; each
// thread computes every n-th run of units, and a barrier ends each step: one
// dispatch however long the sequence is. Right for any group size, as all
// cooperative kernels.
#include "Grid4D.h"

#include "mlc/Support/Constants.h"

using namespace mlir;
using namespace mlc;

static constexpr int64_t kGroup = 256;

// Reorders [U, gates * U] to [runs, U, gates, lanes], padded with zeros: what a
// run of units reads follows in memory.
static std::vector<float> packRecursion(ArrayRef<float> matrix, int64_t units,
                                        int64_t gates, int64_t lanes) {
  int64_t runs = llvm::divideCeil(units, lanes);
  std::vector<float> packed(runs * units * gates * lanes, 0.0f);
  float *to = packed.data();
  for (int64_t run = 0; run < runs; ++run)
    for (int64_t k = 0; k < units; ++k)
      for (int64_t gate = 0; gate < gates; ++gate, to += lanes)
        std::copy_n(&matrix[(k * gates + gate) * units + run * lanes],
                    std::min(lanes, units - run * lanes), to);
  return packed;
}

// Whether a region uses its argument.
static bool reads(Region &region, unsigned argument) {
  return !region.empty() && !region.getArgument(argument).use_empty();
}

// Whether a gate has to wait for what the reset one makes of the state.
static bool isWaiting(nn::RecurrentOp op, int64_t gate) {
  return !op.getReset().empty() && gate + 1 < int64_t(op.getGates()) &&
         (reads(op.getOutput(), gate) || reads(op.getMemory(), gate));
}

// How many numbers of each unit are kept from step to step: h twice, unless a
// step may overwrite what the others have read, and what reset gives; the
// states again, of the thread's own units, and waiting gates.
static int64_t numKept(nn::RecurrentOp op) {
  int64_t count = 2 + op.getNumStates();
  for (int64_t gate = 0; gate < int64_t(op.getGates()); ++gate)
    count += isWaiting(op, gate);
  return count;
}

namespace {

// A number of each unit, one or two copies of it.
struct UnitArray {
  Value memory;     // an array of threadgroup memory, or the buffer for all
  int64_t base = 0; // where it begins in that buffer, counted in units
  explicit operator bool() const { return bool(memory); }
};

class RecurrentKernel {
public:
  // `kept` is the buffer for the state; null if it is in threadgroup memory.
  RecurrentKernel(FusedKernel &fused, nn::RecurrentOp op, int64_t lanes,
                  Value kept)
      : fused(fused), k(*fused), op(op), kept(kept), lanes(lanes),
        gates(op.getGates()) {
    steps = fused.resultShape()[0];
    batch = fused.resultShape()[1];
    units = cast<RankedTensorType>(op.getRecursion().getType()).getDimSize(0);
    runs = llvm::divideCeil(units, lanes);
    threads = std::min<int64_t>(kGroup, llvm::PowerOf2Ceil(runs));
    hasMemory = !op.getMemory().empty();
    hasReset = !op.getReset().empty();
    numStates = hasMemory ? 2 : 1;
  }

  void build();
  void dispatch() {
    int64_t flops = 2 * steps * batch * units * units * gates;
    fused.dispatch({{threads, batch, 1}, {threads, 1, 1}}, flops);
  }

private:
  UnitArray allocate(StringRef name, int64_t count, Type type, int64_t units);
  UnitArray units1D(StringRef name, int64_t copies = 1);
  UnitArray lanes1D(StringRef name);
  Value getUnit(const UnitArray &array, Value unit);
  void putUnits(Value value, const UnitArray &array, Value first);
  Value getLanes(const UnitArray &array, Value run);
  void putLanes(Value value, const UnitArray &array, Value run);
  void barrier();
  void overRuns(function_ref<void(Value, Value)> body);
  SmallVector<Value> sums(unsigned first, unsigned end, Value step, Value run,
                          Value unit, const UnitArray &state, Value offset);
  SmallVector<Value> arguments(Region &region, ArrayRef<Value> gateSums,
                               Value run, Value unit);
  void start();
  void finish(ArrayRef<Value> gateSums, Value place, Value run, Value unit,
              Value next);
  void walkStep(Value t);

  FusedKernel &fused;
  KernelBuilder &k;
  nn::RecurrentOp op;
  Value kept;
  int64_t lanes, gates, steps, batch, units, runs, threads, numStates;
  int64_t numAllocated = 0; // units of the buffer that are taken
  bool hasMemory, hasReset;
  Value sequence, thread, groupSize, scratch;
  // Read one by one: h of all units, what `reset` gives.
  UnitArray hidden, masked;
  // Read as lanes, each only by the thread that wrote it: states, and the gates
  // that wait for the reset one.
  SmallVector<UnitArray> states, waiting;
};

} // namespace

UnitArray RecurrentKernel::allocate(StringRef name, int64_t count, Type type,
                                    int64_t units) {
  if (kept) {
    int64_t base = numAllocated;
    numAllocated += units;
    return {kept, base};
  }
  auto memref =
      MemRefType::get({count}, type, MemRefLayoutAttrInterface(),
                      metal::threadgroupSpace(k.builder().getContext()));
  return {k.named(
      metal::ThreadgroupAllocOp::create(k.builder(), k.loc(), memref), name)};
}

// A float for each unit.
UnitArray RecurrentKernel::units1D(StringRef name, int64_t copies) {
  int64_t count = copies * runs * lanes;
  return allocate(name, count, k.builder().getF32Type(), count);
}

// Lanes for each run of units.
UnitArray RecurrentKernel::lanes1D(StringRef name) {
  return allocate(name, runs, k.elementType(lanes), runs * lanes);
}

Value RecurrentKernel::getUnit(const UnitArray &array, Value unit) {
  if (!kept)
    return k.get(array.memory, unit);
  return k.load(kept, {sequence, k.add(unit, array.base)}, 1);
}

// Writes lanes to an array of single units.
void RecurrentKernel::putUnits(Value value, const UnitArray &array,
                               Value first) {
  if (kept)
    return k.store(value, kept, {sequence, k.add(first, array.base)});
  if (lanes == 1)
    return k.put(value, array.memory, first);
  k.putElements(value, scratch, k.constant(0));
  k.loop("i", lanes, true, [&](Value i) {
    k.put(k.get(scratch, {k.constant(0), i}), array.memory, k.add(first, i));
  });
}

Value RecurrentKernel::getLanes(const UnitArray &array, Value run) {
  if (!kept)
    return k.get(array.memory, run);
  Value first = k.add(k.mul(run, lanes), array.base);
  return k.load(kept, {sequence, first}, lanes);
}

void RecurrentKernel::putLanes(Value value, const UnitArray &array, Value run) {
  if (!kept)
    return k.put(value, array.memory, run);
  k.store(value, kept, {sequence, k.add(k.mul(run, lanes), array.base)});
}

void RecurrentKernel::barrier() {
  metal::BarrierOp::create(k.builder(), k.loc(), /*device=*/bool(kept));
}

// Runs `body` for this thread's share of the units: a run and its first unit.
void RecurrentKernel::overRuns(function_ref<void(Value, Value)> body) {
  k.loop("run", thread, k.constant(runs), groupSize,
         [&](Value run) { body(run, k.named(k.mul(run, lanes), "unit")); });
}

// What the step's vector and `state` of all units add up to in some gates.
SmallVector<Value> RecurrentKernel::sums(unsigned first, unsigned end,
                                         Value step, Value run, Value unit,
                                         const UnitArray &state, Value offset) {
  Value count = k.laneCount(unit, units, lanes);
  SmallVector<Value> init;
  for (unsigned gate = first; gate < end; ++gate)
    init.push_back(fused.loadInput(
        {step, sequence, k.add(unit, int64_t(gate) * units)}, lanes, count));
  return k.loopCarrying(
      "other", k.constant(0), k.constant(units), k.constant(1), init,
      [&](Value other, ValueRange so) {
        Value value = k.named(getUnit(state, k.add(offset, other)), "value");
        Value spread = k.broadcast(value, lanes);
        SmallVector<Value> next;
        for (unsigned gate = first; gate < end; ++gate) {
          Value weight =
              k.load(fused.other(0),
                     {run, other, k.constant(gate), k.constant(0)}, lanes);
          next.push_back(k.fma(spread, weight, so[gate - first]));
        }
        return next;
      });
}

// The values of a region's arguments: gates, states, vectors. Those that it
// does not use are not loaded.
SmallVector<Value> RecurrentKernel::arguments(Region &region,
                                              ArrayRef<Value> gateSums,
                                              Value run, Value unit) {
  SmallVector<Value> values(gateSums);
  Value nothing = k.splat(0, lanes);
  for (const UnitArray &state : states)
    values.push_back(reads(region, values.size()) ? getLanes(state, run)
                                                  : nothing);
  if (!op.getVectors())
    return values;
  Value vectors = fused.other(1 + op.getInitial().size());
  int64_t count = cast<MemRefType>(vectors.getType()).getDimSize(0);
  for (int64_t i = 0; i < count; ++i)
    values.push_back(reads(region, values.size())
                         ? k.load(vectors, {k.constant(i), unit}, lanes,
                                  k.laneCount(unit, units, lanes))
                         : nothing);
  return values;
}

// The states before the first step.
void RecurrentKernel::start() {
  overRuns([&](Value run, Value unit) {
    for (auto [index, state] : llvm::enumerate(states)) {
      Value value = k.splat(0, lanes);
      if (!op.getInitial().empty())
        value = k.load(fused.other(1 + index), {sequence, unit}, lanes,
                       k.laneCount(unit, units, lanes));
      putLanes(value, state, run);
      if (index == 0)
        putUnits(value, hidden, unit);
    }
  });
  barrier();
}

// The new states of a run of units, from all gates.
void RecurrentKernel::finish(ArrayRef<Value> gateSums, Value place, Value run,
                             Value unit, Value next) {
  Value count = k.laneCount(unit, units, lanes);
  Value cell;
  if (hasMemory)
    cell =
        k.named(k.apply(op.getMemory(),
                        arguments(op.getMemory(), gateSums, run, unit), lanes),
                "cell");
  SmallVector<Value> values = arguments(op.getOutput(), gateSums, run, unit);
  if (cell)
    values.push_back(cell);
  Value output = k.named(k.apply(op.getOutput(), values, lanes), "h");
  putUnits(output, hidden, k.add(next, unit));
  putLanes(output, states[0], run);
  fused.storeResult(output, {place, sequence, unit}, lanes, count);
  if (!cell)
    return;
  putLanes(cell, states[1], run);
  fused.storeResult(cell, {place, sequence, k.add(unit, units)}, lanes, count);
}

void RecurrentKernel::walkStep(Value t) {
  Value last = k.constant(steps - 1), zero = k.constant(0);
  Value step = op.getReverseInput() ? k.sub(last, t) : t;
  Value place = op.getReverseResult() ? k.sub(last, t) : t;
  if (!hasReset) {
    // h of this step and of the next lie in the two halves.
    Value odd = k.rem(t, 2);
    Value now = k.named(k.mul(odd, runs * lanes), "now");
    Value next = k.named(k.sub(k.constant(runs * lanes), now), "next");
    overRuns([&](Value run, Value unit) {
      finish(sums(0, gates, step, run, unit, hidden, now), place, run, unit,
             next);
    });
    barrier();
    return;
  }
  overRuns([&](Value run, Value unit) {
    SmallVector<Value> early =
        sums(0, gates - 1, step, run, unit, hidden, zero);
    for (auto [sum, array] : llvm::zip_equal(early, waiting))
      if (array)
        putLanes(sum, array, run);
    Value value = k.apply(op.getReset(),
                          arguments(op.getReset(), early, run, unit), lanes);
    putUnits(value, masked, unit);
  });
  barrier();
  overRuns([&](Value run, Value unit) {
    SmallVector<Value> all;
    for (const UnitArray &array : waiting)
      all.push_back(array ? getLanes(array, run) : k.splat(0, lanes));
    all.append(sums(gates - 1, gates, step, run, unit, masked, zero));
    finish(all, place, run, unit, zero);
  });
  barrier();
}

void RecurrentKernel::build() {
  OpBuilder &b = k.builder();
  sequence = k.groupPosition(metal::Dimension::y, "sequence", batch);
  thread = k.named(metal::ThreadPositionInThreadgroupOp::create(
                       b, k.loc(), b.getIndexType(), metal::Dimension::x),
                   "thread");
  groupSize = k.named(metal::ThreadsPerThreadgroupOp::create(
                          b, k.loc(), b.getIndexType(), metal::Dimension::x),
                      "groupSize");
  hidden = units1D("hidden", hasReset ? 1 : 2);
  states.push_back(lanes1D("ownHidden"));
  if (hasMemory)
    states.push_back(lanes1D("ownCell"));
  if (hasReset) {
    masked = units1D("masked");
    for (int64_t gate = 0; gate < gates - 1; ++gate)
      waiting.push_back(isWaiting(op, gate)
                            ? lanes1D("gate" + std::to_string(gate))
                            : UnitArray());
  }
  if (lanes > 1 && !kept)
    scratch = k.privateElements(1, lanes, "single");
  start();
  k.loop("t", steps, false, [&](Value t) { walkStep(t); });
}

LogicalResult mlc::lowerRecurrent(Lowering &lowering, nn::RecurrentOp op) {
  FailureOr<std::vector<float>> matrix = readConstant(op.getRecursion());
  if (failed(matrix))
    return op.emitError("has a recursion matrix that is not a constant");
  int64_t units =
      cast<RankedTensorType>(op.getRecursion().getType()).getDimSize(0);
  int64_t lanes = lanesFor(units), gates = op.getGates();
  SmallVector<KernelOperand> others;
  others.push_back(
      {lowering.weights(
           op.getLoc(),
           {int64_t(llvm::divideCeil(units, lanes)), units, gates, lanes},
           lowering.storageType(op),
           packRecursion(*matrix, units, gates, lanes), "recursion",
           /*channelDims=*/2),
       "recursion"});
  for (Value state : op.getInitial())
    others.push_back({lowering.view(state), "initial"});
  if (op.getVectors())
    others.push_back({lowering.view(op.getVectors()), "vectors"});
  // All that is kept, in whole runs of units.
  int64_t size = numKept(op) * llvm::alignTo(units, lanes);
  bool fits = 4 * size <= metal::kMaxThreadgroupBytes;
  if (!fits)
    others.push_back(
        {lowering.temporary(op.getLoc(), {op.getType().getShape()[1], size}),
         "kept", /*written=*/true});
  FusedKernel fused(lowering, op, "recurrent",
                    "recurrent_" + shapeText(op.getType().getShape()), others);
  Value kept = fits ? Value() : fused.other(others.size() - 1);
  RecurrentKernel kernel(fused, op, lanes, kept);
  kernel.build();
  kernel.dispatch();
  return success();
}
