// Where a bundle runs. A device loads it once; running it touches only the
// input and output buffers.
#pragma once

#include "mlc/Runtime/Bundle.h"
#include <functional>
#include <vector>

namespace mlc {

/// A bundle that is ready to run.
class LoadedModel {
public:
  virtual ~LoadedModel();
  /// The bytes of an input or output buffer of the bundle.
  virtual llvm::MutableArrayRef<char> buffer(unsigned index) = 0;
  /// Runs all dispatches. With `seconds`, adds each one's time to its entry.
  virtual void run(llvm::MutableArrayRef<double> seconds = {}) = 0;
  /// Why a run before did not end, for devices on which that can be: kernels of
  /// a bundle that was made elsewhere. Further runs do nothing then.
  virtual llvm::Error takeError() { return llvm::Error::success(); }
  /// The pixels of an image output before they were rounded, from a device that
  /// has them.
  virtual std::vector<float> exactPixels(unsigned /*index*/) { return {}; }
  /// Lets `look` see memory before (false) and after (true) each dispatch of
  /// the runs that follow; all buffers are there then.
  virtual void observe(std::function<void(unsigned dispatch, bool)> look) {}
};

struct DeviceOptions {
  unsigned threads = 0; ///< 0: all cores
  /// Runs cooperative kernels with all threads that their groups have on a GPU,
  /// instead of one: slower, and what tests of barriers want.
  bool wholeGroups = false;
  /// With `wholeGroups`: the groups of the manifest's alternative of this
  /// number, from 1 on, where a dispatch has one.
  unsigned alternative = 0;

  // For bundles that were made elsewhere (Bundle::isForeign):

  /// Takes any text of kernels, not only what mlc emits.
  bool anyText = false;
  /// Runs kernels in a process that reaches only their memory, and compiles
  /// them in one that reads only the compiler's files.
  bool confined = true;
  /// How many seconds compiling, and each run, may take; 0: any.
  unsigned timeout = 300;
};

/// Compiles the bundle's kernels for this machine's CPU, unless that was done
/// before, and loads them. `bundle` must outlive the result, which uses its
/// weights where they are. Errors name the bundle's file and line, or say what
/// the kernels did.
llvm::Expected<std::unique_ptr<LoadedModel>>
loadOnHost(const Bundle &bundle, const DeviceOptions &options = {});

} // namespace mlc
