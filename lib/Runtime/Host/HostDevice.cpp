// Runs a bundle on all cores: dispatches in order, each grid split over the
// threads of one pool. Weights are used where the bundle's file is mapped.
#include "HostCompiler.h"
#include "ThreadGroup.h"
#include "mlc/Runtime/Device.h"
#include "mlc/Support/Truth.h"
#include "mlc/Support/WorkerPool.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/MathExtras.h"
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#endif

using namespace llvm;
using namespace mlc;

LoadedModel::~LoadedModel() = default;

namespace {

// Memory at the alignment that Metal's buffers have, zeroed unless all of it
// will be written; large memory in large pages, if the system has them.
class AlignedBytes {
public:
  AlignedBytes(size_t size, bool zeroed) : size(size) {
    constexpr size_t kAlignment = 256, kLargePage = 2 << 20;
    size_t alignment = size >= kLargePage ? kLargePage : kAlignment;
    size_t whole = alignTo(std::max<size_t>(size, 1), alignment);
    data = static_cast<char *>(std::aligned_alloc(alignment, whole));
#ifdef MADV_HUGEPAGE
    if (data && alignment == kLargePage)
      madvise(data, whole, MADV_HUGEPAGE);
#endif
    if (data && zeroed)
      std::memset(data, 0, whole);
  }
  AlignedBytes(AlignedBytes &&other) : data(other.data), size(other.size) {
    other.data = nullptr;
  }
  ~AlignedBytes() { std::free(data); }

  char *data;
  size_t size;
};

struct PreparedDispatch {
  HostKernel kernel = nullptr;
  HostThread thread = nullptr; // instead, in groups of `size` threads
  SmallVector<void *> buffers;
  std::array<uint32_t, 3> extents, size;
  uint64_t total, parts;

  void run(uint64_t part) const {
    uint64_t begin = total * part / parts, end = total * (part + 1) / parts;
    if (kernel)
      return kernel(buffers.data(), extents.data(), begin, end);
    for (uint64_t i = begin; i < end; ++i)
      runGroup(place(i, extents));
  }

private:
  static std::array<uint32_t, 3> place(uint64_t i,
                                       const std::array<uint32_t, 3> &extents) {
    return {uint32_t(i % extents[0]), uint32_t(i / extents[0] % extents[1]),
            uint32_t(i / extents[0] / extents[1])};
  }

  void runGroup(const std::array<uint32_t, 3> &group) const {
    runThreadGroup(size[0] * size[1] * size[2], [&](unsigned i) {
      thread(buffers.data(), group.data(), place(i, size).data(), size.data());
    });
  }
};

class HostModel : public LoadedModel {
public:
  explicit HostModel(const DeviceOptions &options)
      : options(options), pool(options.threads) {}

  Error load(const Bundle &bundle) {
    if (std::error_code error = pool.error())
      return createStringError(
          "cannot start " +
          (options.threads ? Twine(options.threads) + " " : Twine()) +
          "threads: " + error.message());
    bool groups = options.wholeGroups || any_of(bundle.kernels, usesSimdgroups);
    Expected<SmallVector<std::string>> libraries =
        compileForHost(bundle, groups);
    if (!libraries)
      return libraries.takeError();
    SmallVector<sys::DynamicLibrary> handles;
    for (const std::string &path : *libraries) {
      std::string problem;
      handles.push_back(
          sys::DynamicLibrary::getLibrary(path.c_str(), &problem));
      if (!handles.back().isValid())
        return createStringError("cannot load '" + path + "': " + problem);
      if (void *set = handles.back().getAddressOfSymbol("mlc_set_wait"))
        reinterpret_cast<void (*)(void (*)())>(set)(waitForThreadGroup);
    }
    if (Error error = allocate(bundle))
      return error;
    steps = bundle.steps;
    auto prepareAll = [&](ArrayRef<BundleDispatch> list,
                          std::vector<PreparedDispatch> &prepared) -> Error {
      for (const BundleDispatch &dispatch : list) {
        Expected<PreparedDispatch> one =
            prepare(dispatch, bundle.kernels[dispatch.kernel], handles, groups);
        if (!one)
          return one.takeError();
        prepared.push_back(std::move(*one));
      }
      return Error::success();
    };
    std::vector<PreparedDispatch> decode;
    if (Error error = prepareAll(bundle.decode, decode))
      return error;
    for (const PreparedDispatch &dispatch : decode)
      runGrid(dispatch);
    return prepareAll(bundle.dispatches, dispatches);
  }

  MutableArrayRef<char> buffer(unsigned index) override {
    return memory[index];
  }

  void run(MutableArrayRef<double> seconds) override {
    runSteps(steps, seconds);
  }

  void observe(std::function<void(unsigned, bool)> wanted) override {
    look = std::move(wanted);
  }

private:
  Expected<PreparedDispatch>
  prepare(const BundleDispatch &dispatch, const BundleKernel &kernel,
          MutableArrayRef<sys::DynamicLibrary> handles, bool groups) {
    PreparedDispatch prepared;
    void *address = nullptr;
    for (sys::DynamicLibrary &handle : handles)
      if (!address)
        address = handle.getAddressOfSymbol(("mlc_run_" + kernel.name).c_str());
    if (!address)
      return createStringError("kernel '" + kernel.name +
                               "' is not in kernels.metal");
    if (groups && kernel.isCooperative)
      prepared.thread = reinterpret_cast<HostThread>(address);
    else
      prepared.kernel = reinterpret_cast<HostKernel>(address);
    prepared.size = groupSize(dispatch, kernel);
    for (const BundleBinding &binding : dispatch.bindings)
      prepared.buffers.push_back(memory[binding.buffer].data() +
                                 binding.offset);
    // A cooperative kernel runs as groups, of one thread if nothing else is
    // wanted.
    prepared.total = 1;
    for (unsigned i = 0; i < 3; ++i) {
      prepared.extents[i] =
          kernel.isCooperative ? dispatch.threadgroups[i] : dispatch.threads[i];
      prepared.total *= prepared.extents[i];
    }
    prepared.parts = partsOf(dispatch, prepared.total);
    return prepared;
  }

  // The threads of a group, a simdgroup as one.
  std::array<uint32_t, 3> groupSize(const BundleDispatch &dispatch,
                                    const BundleKernel &kernel) const {
    std::array<uint32_t, 3> size;
    bool hasOther = options.alternative > 0 &&
                    options.alternative <= dispatch.alternatives.size();
    llvm::copy(hasOther ? dispatch.alternatives[options.alternative - 1]
                        : dispatch.threadsPerThreadgroup,
               size.begin());
    if (usesSimdgroups(kernel))
      return {std::max(1u, size[0] * size[1] * size[2] / 32), 1, 1};
    return options.wholeGroups ? size : std::array<uint32_t, 3>{1, 1, 1};
  }

  // False if the loop around ends.
  bool runSteps(const std::vector<BundleStep> &list,
                MutableArrayRef<double> seconds) {
    for (const BundleStep &step : list) {
      switch (step.kind) {
      case BundleStep::Run:
        for (unsigned i = 0; i < step.count; ++i)
          runDispatch(step.first + i, seconds);
        break;
      case BundleStep::If:
        runSteps(isTrue(step.number) ? step.inner : step.otherwise, seconds);
        break;
      case BundleStep::Loop:
        runLoop(step, seconds);
        break;
      case BundleStep::ExitUnless:
        if (!isTrue(step.number))
          return false;
        break;
      }
    }
    return true;
  }

  void runLoop(const BundleStep &loop, MutableArrayRef<double> seconds) {
    double limit = std::numeric_limits<double>::infinity();
    if (loop.hasNumber)
      limit = std::trunc(read(loop.number));
    else if (loop.limit)
      limit = double(*loop.limit);
    for (double i = 0;; ++i)
      if (!runSteps(loop.condition, seconds) || !(i < limit) ||
          !runSteps(loop.inner, seconds))
        return;
  }

  float read(const BundleNumber &number) const {
    const char *at = memory[number.place.buffer].data() + number.place.offset;
    if (number.isHalf) {
      uint16_t bits;
      std::memcpy(&bits, at, sizeof(bits));
      return APFloat(APFloat::IEEEhalf(), APInt(16, bits)).convertToFloat();
    }
    float value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  }
  bool isTrue(const BundleNumber &number) const {
    return std::fabs(read(number)) > kTruthThreshold;
  }

  void runDispatch(unsigned index, MutableArrayRef<double> seconds) {
    using Clock = std::chrono::steady_clock;
    if (look)
      look(index, false);
    Clock::time_point start;
    if (!seconds.empty())
      start = Clock::now();
    runGrid(dispatches[index]);
    if (!seconds.empty())
      seconds[index] +=
          std::chrono::duration<double>(Clock::now() - start).count();
    if (look)
      look(index, true);
  }

  Error allocate(const Bundle &bundle) {
    for (const BundleBuffer &buffer : bundle.buffers) {
      if (buffer.kind == BufferKind::Weights) {
        // Kernels only read them.
        memory.push_back({const_cast<char *>(bundle.weights->getBufferStart()),
                          bundle.weights->getBufferSize()});
        continue;
      }
      owned.emplace_back(buffer.bytes,
                         /*zeroed=*/buffer.kind != BufferKind::Decoded);
      if (!owned.back().data)
        return createStringError("no memory for buffer '" + buffer.name +
                                 "' of " + std::to_string(buffer.bytes) +
                                 " bytes");
      memory.push_back({owned.back().data, owned.back().size});
    }
    return Error::success();
  }

  // Several parts a thread even out what the threads get done; a little work is
  // done sooner than handed over.
  uint64_t partsOf(const BundleDispatch &dispatch, uint64_t total) const {
    constexpr uint64_t kPartsPerThread = 4;
    constexpr int64_t kLittle = 32768;
    if (pool.size() == 1 || dispatch.flops + dispatch.bytes < kLittle)
      return 1;
    return std::min(
        {total, kPartsPerThread * pool.size(), WorkerPool::kMostParts});
  }

  void runGrid(const PreparedDispatch &dispatch) {
    if (dispatch.parts <= 1)
      return dispatch.run(0);
    pool.run(
        dispatch.parts,
        [](const void *context, uint64_t part) {
          static_cast<const PreparedDispatch *>(context)->run(part);
        },
        &dispatch);
  }

  DeviceOptions options;
  WorkerPool pool;
  std::vector<AlignedBytes> owned;
  std::vector<MutableArrayRef<char>> memory;
  std::vector<PreparedDispatch> dispatches;
  std::vector<BundleStep> steps;
  std::function<void(unsigned, bool)> look;
};

} // namespace

Expected<std::unique_ptr<LoadedModel>>
mlc::loadOnHost(const Bundle &bundle, const DeviceOptions &options) {
  auto model = std::make_unique<HostModel>(options);
  if (Error error = model->load(bundle))
    return std::move(error);
  return std::unique_ptr<LoadedModel>(std::move(model));
}
