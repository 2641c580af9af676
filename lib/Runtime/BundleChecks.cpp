// A bundle's numbers become addresses and counts, so each is held against what
// it must agree with, before anything is allocated or run.
#include "BundleFiles.h"

#include "llvm/Support/MathExtras.h"
#include <unistd.h>

using namespace llvm;
using namespace mlc;

namespace {

class Checker {
public:
  explicit Checker(const Bundle &bundle) : bundle(bundle) {}

  Error check() {
    for (auto [index, dispatch] : enumerate(bundle.decode))
      if (Error error = checkDispatch(dispatch, index, /*isDecode=*/true))
        return error;
    for (auto [index, dispatch] : enumerate(bundle.dispatches))
      if (Error error = checkDispatch(dispatch, index, /*isDecode=*/false))
        return error;
    for (const BundleStep &step : bundle.steps)
      if (Error error = checkStep(step))
        return error;
    return checkMemory();
  }

private:
  static Error fail(const Twine &what) {
    return createStringError("manifest.json: " + what);
  }

  Error checkDispatch(const BundleDispatch &dispatch, size_t index,
                      bool isDecode) {
    const BundleKernel &kernel = bundle.kernels[dispatch.kernel];
    std::string name = ((isDecode ? "decode " : "dispatch ") + Twine(index) +
                        " (" + kernel.name + ")")
                           .str();
    int64_t bytes = 0;
    for (auto [argument, binding] : zip(kernel.arguments, dispatch.bindings)) {
      if (Error error = checkBinding(argument, binding, name, isDecode))
        return error;
      bytes += binding.bytes;
    }
    if (Error error = checkGroup(dispatch.threadsPerThreadgroup, name))
      return error;
    for (const std::array<int64_t, 3> &group : dispatch.alternatives)
      if (Error error = checkGroup(group, name))
        return error;
    return checkGrid(dispatch, bytes, name);
  }

  Error checkBinding(const BundleArgument &argument,
                     const BundleBinding &binding, StringRef name,
                     bool isDecode) {
    constexpr int64_t kAlignment = 16;
    const BundleBuffer &buffer = bundle.buffers[binding.buffer];
    if (binding.offset % kAlignment != 0)
      return fail(name + " binds '" + buffer.name +
                  "' at an offset that is not "
                  "a multiple of 16");
    // Only what is run once, on load, reads constants of any length.
    if (!argument.bytes && !isDecode)
      return fail("an argument of " + name + " has no 'bytes'");
    if (argument.bytes && binding.bytes < *argument.bytes)
      return fail(name + " binds " + Twine(binding.bytes) + " bytes of '" +
                  buffer.name + "', the kernel touches " +
                  Twine(*argument.bytes));
    if (!argument.isWritten)
      return Error::success();
    bool mayWrite = isDecode ? buffer.kind == BufferKind::Decoded
                             : buffer.kind == BufferKind::Arena ||
                                   buffer.kind == BufferKind::Output;
    if (!mayWrite)
      return fail(name + " writes to '" + buffer.name +
                  "', which is only to be read");
    return Error::success();
  }

  static Error checkGroup(const std::array<int64_t, 3> &group, StringRef name) {
    double threads = double(group[0]) * double(group[1]) * double(group[2]);
    if (threads > kMaxThreadsPerGroup)
      return fail(name + " has more than " + Twine(kMaxThreadsPerGroup) +
                  " threads in a threadgroup");
    return Error::success();
  }

  // As many groups as cover the threads, and no more threads than make sense
  // for the memory that they work on.
  static Error checkGrid(const BundleDispatch &dispatch, int64_t bytes,
                         StringRef name) {
    constexpr double kThreadsPerByte = 32, kThreads = 1 << 20;
    double threads = 1;
    for (unsigned i = 0; i < 3; ++i) {
      threads *= double(dispatch.threads[i]);
      if (divideCeil(dispatch.threads[i], dispatch.threadsPerThreadgroup[i]) !=
          uint64_t(dispatch.threadgroups[i]))
        return fail("the threadgroups of " + name +
                    " do not cover its threads");
    }
    if (threads > kThreadsPerByte * double(bytes) + kThreads)
      return fail(name + " has more threads than work");
    return Error::success();
  }

  // Whether a list leaves the loop that it is directly in.
  static bool mayExit(const std::vector<BundleStep> &steps) {
    return any_of(steps, [](const BundleStep &step) {
      return step.kind == BundleStep::ExitUnless;
    });
  }

  Error checkStep(const BundleStep &step) {
    if (step.kind == BundleStep::Loop && !step.hasNumber && !step.limit &&
        !mayExit(step.condition) && !mayExit(step.inner))
      return fail("a loop never ends: it has no 'count', 'limit' or "
                  "'exitUnless'");
    for (const auto *list : {&step.condition, &step.inner, &step.otherwise})
      for (const BundleStep &inner : *list)
        if (Error error = checkStep(inner))
          return error;
    return Error::success();
  }

  Error checkMemory() {
    double needed = 0;
    for (const BundleBuffer &buffer : bundle.buffers) {
      if (buffer.kind != BufferKind::Weights)
        needed += double(buffer.bytes);
      else if (buffer.bytes > int64_t(bundle.weights->getBufferSize()))
        return createStringError(
            "weights.bin: is shorter than the manifest says");
    }
    double present = double(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
    if (present > 0 && needed > present)
      return fail("its buffers need " + Twine(int64_t(needed / 1048576)) +
                  " MiB, this machine has " +
                  Twine(int64_t(present / 1048576)));
    return Error::success();
  }

  const Bundle &bundle;
};

} // namespace

Error mlc::checkConsistency(const Bundle &bundle) {
  return Checker(bundle).check();
}
