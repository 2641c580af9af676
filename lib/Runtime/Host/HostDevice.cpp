// Runs a bundle on all cores: dispatches in order, each grid split over the
// threads of one pool.
#include "HostCompiler.h"
#include "mlc/Runtime/Device.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/Parallel.h"
#include <chrono>
#include <cstdlib>
#include <cstring>

using namespace llvm;
using namespace mlc;

LoadedModel::~LoadedModel() = default;

namespace {

// Zeroed memory at the alignment that Metal's buffers have.
class AlignedBytes {
public:
  explicit AlignedBytes(size_t size) : size(size) {
    constexpr size_t kAlignment = 256;
    size_t whole = alignTo(std::max<size_t>(size, 1), kAlignment);
    data = static_cast<char *>(std::aligned_alloc(kAlignment, whole));
    if (data)
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
  HostKernel kernel;
  SmallVector<void *> buffers;
  std::array<uint32_t, 3> extents;
  uint64_t total;
};

class HostModel : public LoadedModel {
public:
  Error load(const Bundle &bundle, const DeviceOptions &options) {
    if (options.threads)
      parallel::strategy = hardware_concurrency(options.threads);
    Expected<SmallVector<std::string>> libraries = compileForHost(bundle);
    if (!libraries)
      return libraries.takeError();
    SmallVector<sys::DynamicLibrary> handles;
    for (const std::string &path : *libraries) {
      std::string problem;
      handles.push_back(
          sys::DynamicLibrary::getLibrary(path.c_str(), &problem));
      if (!handles.back().isValid())
        return createStringError("cannot load '" + path + "': " + problem);
    }
    for (const BundleBuffer &buffer : bundle.buffers) {
      memory.emplace_back(buffer.bytes);
      if (!memory.back().data)
        return createStringError("no memory for buffer '" + buffer.name +
                                 "' of " + std::to_string(buffer.bytes) +
                                 " bytes");
      if (buffer.kind == BufferKind::Weights)
        std::memcpy(memory.back().data, bundle.weights->getBufferStart(),
                    buffer.bytes);
    }
    for (const BundleDispatch &dispatch : bundle.dispatches) {
      const BundleKernel &kernel = bundle.kernels[dispatch.kernel];
      PreparedDispatch prepared;
      void *address = nullptr;
      for (sys::DynamicLibrary &handle : handles)
        if (!address)
          address =
              handle.getAddressOfSymbol(("mlc_run_" + kernel.name).c_str());
      if (!address)
        return createStringError("kernel '" + kernel.name +
                                 "' is not in kernels.metal");
      prepared.kernel = reinterpret_cast<HostKernel>(address);
      for (const BundleBinding &binding : dispatch.bindings)
        prepared.buffers.push_back(memory[binding.buffer].data +
                                   binding.offset);
      // A cooperative kernel runs as groups of one thread.
      prepared.total = 1;
      for (unsigned i = 0; i < 3; ++i) {
        prepared.extents[i] = kernel.isCooperative ? dispatch.threadgroups[i]
                                                   : dispatch.threads[i];
        prepared.total *= prepared.extents[i];
      }
      dispatches.push_back(std::move(prepared));
    }
    return Error::success();
  }

  MutableArrayRef<char> buffer(unsigned index) override {
    return {memory[index].data, memory[index].size};
  }

  void run(MutableArrayRef<double> seconds) override {
    using Clock = std::chrono::steady_clock;
    for (auto [index, dispatch] : enumerate(dispatches)) {
      Clock::time_point start = Clock::now();
      runGrid(dispatch);
      if (!seconds.empty())
        seconds[index] +=
            std::chrono::duration<double>(Clock::now() - start).count();
    }
  }

private:
  static void runGrid(const PreparedDispatch &dispatch) {
    // Several parts a thread even out what the threads get done.
    constexpr uint64_t kPartsPerThread = 4;
    uint64_t parts = std::min<uint64_t>(
        dispatch.total, kPartsPerThread * parallel::getThreadCount());
    if (parts <= 1) {
      dispatch.kernel(dispatch.buffers.data(), dispatch.extents.data(), 0,
                      dispatch.total);
      return;
    }
    parallelFor(0, parts, [&](size_t part) {
      dispatch.kernel(dispatch.buffers.data(), dispatch.extents.data(),
                      dispatch.total * part / parts,
                      dispatch.total * (part + 1) / parts);
    });
  }

  std::vector<AlignedBytes> memory;
  std::vector<PreparedDispatch> dispatches;
};

} // namespace

Expected<std::unique_ptr<LoadedModel>>
mlc::loadOnHost(const Bundle &bundle, const DeviceOptions &options) {
  auto model = std::make_unique<HostModel>();
  if (Error error = model->load(bundle, options))
    return std::move(error);
  return std::unique_ptr<LoadedModel>(std::move(model));
}
