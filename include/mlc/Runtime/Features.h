// Between files and the features of a model: what `-i NAME=FILE` reads and
// what `-o DIR` writes.
#pragma once

#include "mlc/Runtime/Bundle.h"
#include "mlc/Runtime/Device.h"
#include "llvm/ADT/StringMap.h"

namespace mlc {

/// The values of one input as its buffer wants them: bytes of an image in the
/// network's colour order, or floats. Where a model is run several times there
/// may be as many values, one behind the other.
struct InputValue {
  std::vector<char> bytes;
};

/// Reads `file` (or, for numbers, takes the text itself) for `feature`: one
/// value, or an array of `steps` of them. Arrays of pixels have the order R, G,
/// B, whatever the network's. What was converted, such as the size of a
/// picture, is said in `notes`, which go on behind "input 'NAME' ".
llvm::Expected<InputValue> readInput(const BundleFeature &feature,
                                     llvm::StringRef file, int64_t steps,
                                     llvm::SmallVectorImpl<std::string> &notes);

/// The same for the contents of a file.
llvm::Expected<InputValue>
convertInput(const BundleFeature &feature, llvm::StringRef contents,
             int64_t steps, llvm::SmallVectorImpl<std::string> &notes);

/// `count` random numbers of a domain; without one they are normal, of
/// deviation 1.
std::vector<float> drawNumbers(const std::optional<InputDomain> &domain,
                               int64_t count, uint64_t seed);

/// Values drawn with `seed`: bytes over their whole range, floats of the
/// feature's domain.
InputValue randomInput(const BundleFeature &feature, uint64_t seed);

/// The same number everywhere.
InputValue constantInput(const BundleFeature &feature, float value);

/// The values of an output, whatever they are stored as.
std::vector<float> outputValues(const BundleFeature &feature,
                                LoadedModel &model);

/// The same as users see them: an image's colours in the order R, G, B.
std::vector<float> shownValues(const BundleFeature &feature,
                               LoadedModel &model);

/// The labels of a classifier with their probabilities, most likely first;
/// those without a finite probability are left out.
llvm::SmallVector<std::pair<std::string, float>>
rankedLabels(const Bundle &bundle, llvm::ArrayRef<float> probabilities);

/// Writes every output into the folder `directory`, in the forms that `mlc run
/// -o` promises. In JSON, probabilities that are not finite are null, and so is
/// the label if all are.
llvm::Error writeOutputs(const Bundle &bundle, LoadedModel &model,
                         llvm::StringRef directory);

} // namespace mlc
