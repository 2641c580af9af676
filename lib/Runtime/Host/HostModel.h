// A bundle in this process: dispatches in order, each grid split over the
// threads of one pool. Weights are used where the bundle's file is mapped.
#pragma once

#include "HostCompiler.h"
#include "mlc/Runtime/Device.h"
#include "mlc/Support/WorkerPool.h"

namespace mlc {

/// Memory at the alignment that Metal's buffers have, zeroed unless all of it
/// will be written; large memory in large pages, if the system has them.
class AlignedBytes {
public:
  AlignedBytes(size_t size, bool zeroed);
  AlignedBytes(AlignedBytes &&other) : data(other.data), size(other.size) {
    other.data = nullptr;
  }
  ~AlignedBytes();

  char *data; ///< null if there is no such memory
  size_t size;
};

struct PreparedDispatch {
  HostKernel kernel = nullptr;
  HostThread thread = nullptr; ///< instead, in groups of `size` threads
  llvm::SmallVector<void *> buffers;
  std::array<uint32_t, 3> extents, size;
  uint64_t total, parts;

  void run(uint64_t part) const;

private:
  void runGroup(const std::array<uint32_t, 3> &group) const;
};

/// To be loaded in this order: libraries, memory, kernels.
class HostModel : public LoadedModel {
public:
  explicit HostModel(const DeviceOptions &options)
      : options(options), pool(options.threads) {}

  /// Whether cooperative kernels run as groups of several threads.
  static bool needsGroups(const Bundle &bundle, const DeviceOptions &options);

  llvm::Error loadLibraries(llvm::ArrayRef<std::string> paths);
  /// Makes room for the buffers. Those of features are in `features`, if it has
  /// an entry for each buffer.
  llvm::Error
  allocate(const Bundle &bundle,
           llvm::ArrayRef<llvm::MutableArrayRef<char>> features = {});
  /// Decodes weights, which runs kernels, and makes all else ready.
  llvm::Error prepare(const Bundle &bundle);

  llvm::MutableArrayRef<char> buffer(unsigned index) override {
    return memory[index];
  }
  void run(llvm::MutableArrayRef<double> seconds) override {
    runSteps(steps, seconds);
  }
  void observe(std::function<void(unsigned, bool)> wanted) override {
    look = std::move(wanted);
  }

private:
  llvm::Expected<PreparedDispatch> prepare(const BundleDispatch &dispatch,
                                           const BundleKernel &kernel,
                                           bool groups);
  llvm::Error prepareAll(const Bundle &bundle,
                         llvm::ArrayRef<BundleDispatch> list,
                         std::vector<PreparedDispatch> &prepared);
  std::array<uint32_t, 3> groupSize(const BundleDispatch &dispatch,
                                    const BundleKernel &kernel) const;
  uint64_t partsOf(const BundleDispatch &dispatch, uint64_t total) const;
  bool runSteps(const std::vector<BundleStep> &list,
                llvm::MutableArrayRef<double> seconds);
  void runLoop(const BundleStep &loop, llvm::MutableArrayRef<double> seconds);
  void runDispatch(unsigned index, llvm::MutableArrayRef<double> seconds);
  void runGrid(const PreparedDispatch &dispatch);
  float read(const BundleNumber &number) const;
  bool isTrue(const BundleNumber &number) const;

  DeviceOptions options;
  WorkerPool pool;
  llvm::SmallVector<void *> handles;
  std::vector<AlignedBytes> owned;
  std::vector<llvm::MutableArrayRef<char>> memory;
  std::vector<PreparedDispatch> dispatches;
  std::vector<BundleStep> steps;
  std::function<void(unsigned, bool)> look;
};

} // namespace mlc
