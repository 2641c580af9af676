// A compiled model, read from disk: docs/manifest.md has the format.
#pragma once

#include "mlc/Runtime/Image.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace mlc {

/// `Decoded` holds what the dispatches of `Bundle::decode` make of weights.
enum class BufferKind { Arena, Weights, Decoded, Input, Output };

struct BundleBuffer {
  std::string name;
  BufferKind kind;
  int64_t bytes;
};

/// Numbers from `low` to `high`, ends included; `isWhole`: integers.
struct InputDomain {
  double low, high;
  bool isWhole = false;
};

struct BundleFeature {
  std::string name, type, dataType, colorSpace;
  llvm::SmallVector<int64_t> shape;
  unsigned buffer = 0; ///< index into the bundle's buffers
  bool isOptional = false;
  /// What an array holds if it is optional and not given.
  float defaultValue = 0;
  /// The output that a next run takes as this input; empty if there is none.
  std::string state;
  /// What random values have to be, if not any numbers. No bundle says it; who
  /// knows the layers may.
  std::optional<InputDomain> domain;
  bool isImage() const { return type == "image"; }
  /// Whether an array of `other` holds the same elements in the same order:
  /// dimensions of 1 do not matter.
  bool hasShape(llvm::ArrayRef<int64_t> other) const;
  int64_t numElements() const;
  /// Of an image, whose shape has at least three dimensions.
  ImageSize imageSize() const;
};

/// A buffer that a kernel takes.
struct BundleArgument {
  /// How many bytes from its address on the kernel may touch, if that does not
  /// depend on what is bound.
  std::optional<int64_t> bytes;
  bool isWritten = false;
};

struct BundleKernel {
  std::string name, kind;
  unsigned numBuffers = 0;
  llvm::SmallVector<BundleArgument> arguments;
  llvm::SmallVector<std::string> positions;
  /// The threads of a group work together; right for every group size.
  bool isCooperative = false;
};

struct BundleBinding {
  unsigned buffer = 0;
  int64_t offset = 0, bytes = 0;
};

struct BundleDispatch {
  unsigned kernel = 0;
  std::string kind;
  std::array<int64_t, 3> threads, threadgroups, threadsPerThreadgroup;
  /// Other sizes of threadgroups with the same result.
  llvm::SmallVector<std::array<int64_t, 3>> alternatives;
  llvm::SmallVector<BundleBinding> bindings;
  llvm::SmallVector<std::string> origin;
  int64_t flops = 0, bytes = 0;
};

/// A number in a buffer that decides what is run.
struct BundleNumber {
  BundleBinding place;
  bool isHalf = false;
};

/// What is run in what order; without control flow that is one run of all
/// dispatches.
struct BundleStep {
  enum Kind { Run, If, Loop, ExitUnless } kind = Run;
  /// Run: these dispatches.
  unsigned first = 0, count = 0;
  /// If: the flag; Loop: how often, if `hasNumber`; ExitUnless: the flag.
  BundleNumber number;
  bool hasNumber = false;
  /// Loop: at most so often, unless there is a number.
  std::optional<int64_t> limit;
  /// What is inside of If and Loop; what If runs else; what Loop runs before
  /// each iteration.
  std::vector<BundleStep> inner, otherwise, condition;
};

/// What the manifest says about another file of the bundle.
struct BundleFile {
  int64_t bytes = 0;
  std::string hash; ///< contentHash
};

class Bundle {
public:
  /// Whether a variant, of which inputs are known, is the one to run.
  using Chooser = llvm::function_ref<bool(const Bundle &)>;

  /// Reads and checks the folder `path`; an error is one line that names the
  /// file and the field. Of several variants the first is read that `choose`
  /// accepts, else the first of all.
  static llvm::Expected<Bundle> read(llvm::StringRef path,
                                     Chooser choose = nullptr);

  /// Reads a bundle from memory; its files belong to the result.
  static llvm::Expected<Bundle>
  parse(llvm::StringRef manifest, std::unique_ptr<llvm::MemoryBuffer> source,
        std::unique_ptr<llvm::MemoryBuffer> weights, Chooser choose = nullptr);

  /// Reads the manifest alone.
  static llvm::Expected<Bundle> parseManifest(llvm::StringRef manifest,
                                              Chooser choose = nullptr);

  /// Holds kernels.metal and weights.bin against the sizes and hashes of the
  /// manifest; an error names the file.
  llvm::Error checkFiles() const;

  /// Whether it was made elsewhere: a bundle is a program, so the kernels of
  /// such a one are held against the form that mlc emits and run in a process
  /// that reaches nothing but their memory. Set by `read` and `parse`.
  bool isForeign = false;
  std::string path, precision;
  llvm::SmallVector<BundleBuffer> buffers;
  std::vector<BundleFeature> inputs, outputs;
  llvm::SmallVector<BundleKernel> kernels;
  /// What is run once, when the bundle is loaded.
  std::vector<BundleDispatch> decode;
  std::vector<BundleDispatch> dispatches;
  std::vector<BundleStep> steps;
  /// Labels of a classifier, as text; empty if it is none.
  llvm::SmallVector<std::string> labels;
  bool labelsAreIntegers = false;
  std::string predictedFeature;
  /// The output that holds the probabilities of the labels, or -1.
  int probabilities = -1;
  /// How many sets of input shapes there are, and which this one is.
  unsigned numVariants = 1, variant = 0;
  llvm::json::Value manifest = nullptr;
  std::unique_ptr<llvm::MemoryBuffer> weights, source;
  BundleFile weightsFile, sourceFile;
};

/// Whether `path` is a folder with a manifest.
bool isBundle(llvm::StringRef path);

} // namespace mlc
