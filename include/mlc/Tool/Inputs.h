// The `-i NAME=FILE` options of the commands that run a model.
#pragma once

#include "mlc/Runtime/Features.h"

namespace mlc {

/// The value of each input of `bundle`, in its order, from `-i` options. One
/// that is missing is an error or, with `drawMissing`, drawn at random. For a
/// model that is run `steps` times, an input may have a value for each of them:
/// in one array, or in an option each. Conversions are reported on standard
/// error.
llvm::Expected<std::vector<InputValue>>
readInputs(const Bundle &bundle, llvm::ArrayRef<std::string> options,
           bool drawMissing, unsigned steps = 1);

/// How often an input is given at most, at least 1: samples to measure with, a
/// step each.
unsigned countSamples(llvm::ArrayRef<std::string> options);

/// Whether there is a value for each step.
bool isSeries(const Bundle &bundle, const BundleFeature &feature,
              const InputValue &value);

/// Reads the bundle at `path`: of several variants the one that fits the arrays
/// of `-i` options and `--input-shape` best, or an error that says what there
/// is.
llvm::Expected<Bundle> readBundle(llvm::StringRef path,
                                  llvm::ArrayRef<std::string> inputs,
                                  llvm::ArrayRef<std::string> inputShapes);

/// Copies the values into the buffers of `model`; after the first step only
/// those that have one for each.
void setInputs(const Bundle &bundle, llvm::ArrayRef<InputValue> values,
               LoadedModel &model, unsigned step = 0);

} // namespace mlc
