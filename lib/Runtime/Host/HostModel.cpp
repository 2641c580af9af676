// See HostModel.h.
#include "HostModel.h"

#include "ThreadGroup.h"
#include "mlc/Support/Truth.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <limits>
#include <sys/mman.h>

using namespace llvm;
using namespace mlc;

AlignedBytes::AlignedBytes(size_t size, bool zeroed) : size(size) {
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

AlignedBytes::~AlignedBytes() { std::free(data); }

static std::array<uint32_t, 3> place(uint64_t i,
                                     const std::array<uint32_t, 3> &extents) {
  return {uint32_t(i % extents[0]), uint32_t(i / extents[0] % extents[1]),
          uint32_t(i / extents[0] / extents[1])};
}

void PreparedDispatch::run(uint64_t part) const {
  uint64_t begin = total * part / parts, end = total * (part + 1) / parts;
  if (kernel)
    return kernel(buffers.data(), extents.data(), begin, end);
  for (uint64_t i = begin; i < end; ++i)
    runGroup(place(i, extents));
}

void PreparedDispatch::runGroup(const std::array<uint32_t, 3> &group) const {
  runThreadGroup(size[0] * size[1] * size[2], [&](unsigned i) {
    thread(buffers.data(), group.data(), place(i, size).data(), size.data());
  });
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

bool HostModel::needsGroups(const Bundle &bundle,
                            const DeviceOptions &options) {
  return options.wholeGroups || any_of(bundle.kernels, usesSimdgroups);
}

Error HostModel::loadLibraries(ArrayRef<std::string> paths) {
  if (std::error_code error = pool.error())
    return createStringError(
        "cannot start " +
        (options.threads ? Twine(options.threads) + " " : Twine()) +
        "threads: " + error.message());
  for (const std::string &path : paths) {
    handles.push_back(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!handles.back())
      return createStringError("cannot load compiled kernels: " +
                               StringRef(dlerror()));
    if (void *set = dlsym(handles.back(), "mlc_set_wait"))
      reinterpret_cast<void (*)(void (*)())>(set)(waitForThreadGroup);
  }
  return Error::success();
}

Error HostModel::allocate(const Bundle &bundle,
                          ArrayRef<MutableArrayRef<char>> features) {
  for (auto [index, buffer] : enumerate(bundle.buffers)) {
    bool isFeature =
        buffer.kind == BufferKind::Input || buffer.kind == BufferKind::Output;
    if (buffer.kind == BufferKind::Weights) {
      // Kernels only read them.
      memory.push_back({const_cast<char *>(bundle.weights->getBufferStart()),
                        bundle.weights->getBufferSize()});
    } else if (isFeature && !features.empty()) {
      memory.push_back(features[index]);
    } else {
      owned.emplace_back(buffer.bytes,
                         /*zeroed=*/buffer.kind != BufferKind::Decoded);
      if (!owned.back().data)
        return createStringError("no memory for buffer '" + buffer.name +
                                 "' of " + std::to_string(buffer.bytes) +
                                 " bytes");
      memory.push_back({owned.back().data, owned.back().size});
    }
  }
  return Error::success();
}

Error HostModel::prepare(const Bundle &bundle) {
  steps = bundle.steps;
  std::vector<PreparedDispatch> decode;
  if (Error error = prepareAll(bundle, bundle.decode, decode))
    return error;
  for (const PreparedDispatch &dispatch : decode)
    runGrid(dispatch);
  return prepareAll(bundle, bundle.dispatches, dispatches);
}

Error HostModel::prepareAll(const Bundle &bundle, ArrayRef<BundleDispatch> list,
                            std::vector<PreparedDispatch> &prepared) {
  bool groups = needsGroups(bundle, options);
  for (const BundleDispatch &dispatch : list) {
    Expected<PreparedDispatch> one =
        prepare(dispatch, bundle.kernels[dispatch.kernel], groups);
    if (!one)
      return one.takeError();
    prepared.push_back(std::move(*one));
  }
  return Error::success();
}

Expected<PreparedDispatch> HostModel::prepare(const BundleDispatch &dispatch,
                                              const BundleKernel &kernel,
                                              bool groups) {
  PreparedDispatch prepared;
  void *address = nullptr;
  for (void *handle : handles)
    if (!address)
      address = dlsym(handle, ("mlc_run_" + kernel.name).c_str());
  if (!address)
    return createStringError("kernel '" + kernel.name +
                             "' is not in kernels.metal");
  if (groups && kernel.isCooperative)
    prepared.thread = reinterpret_cast<HostThread>(address);
  else
    prepared.kernel = reinterpret_cast<HostKernel>(address);
  prepared.size = groupSize(dispatch, kernel);
  for (const BundleBinding &binding : dispatch.bindings)
    prepared.buffers.push_back(memory[binding.buffer].data() + binding.offset);
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
std::array<uint32_t, 3> HostModel::groupSize(const BundleDispatch &dispatch,
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
bool HostModel::runSteps(const std::vector<BundleStep> &list,
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

void HostModel::runLoop(const BundleStep &loop,
                        MutableArrayRef<double> seconds) {
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

float HostModel::read(const BundleNumber &number) const {
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
bool HostModel::isTrue(const BundleNumber &number) const {
  return std::fabs(read(number)) > kTruthThreshold;
}

void HostModel::runDispatch(unsigned index, MutableArrayRef<double> seconds) {
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

// Several parts a thread even out what the threads get done; a little work is
// done sooner than handed over.
uint64_t HostModel::partsOf(const BundleDispatch &dispatch,
                            uint64_t total) const {
  constexpr uint64_t kPartsPerThread = 4;
  constexpr int64_t kLittle = 32768;
  if (pool.size() == 1 || dispatch.flops + dispatch.bytes < kLittle)
    return 1;
  return std::min(
      {total, kPartsPerThread * pool.size(), WorkerPool::kMaxParts});
}

void HostModel::runGrid(const PreparedDispatch &dispatch) {
  if (dispatch.parts <= 1)
    return dispatch.run(0);
  pool.run(
      dispatch.parts,
      [](const void *context, uint64_t part) {
        static_cast<const PreparedDispatch *>(context)->run(part);
      },
      &dispatch);
}
