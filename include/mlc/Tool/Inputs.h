// The `-i NAME=FILE` options of the commands that run a model.
#pragma once

#include "mlc/MLModel/InputShapes.h"
#include "mlc/Runtime/Features.h"
#include "mlc/Tool/GivenInputs.h"

namespace mlc {

/// The name and the file of an option NAME=FILE. Names may hold '=': it is the
/// longest of `names` that fits, else what is in front of the first '='.
std::pair<llvm::StringRef, llvm::StringRef>
splitInput(llvm::StringRef option, llvm::ArrayRef<std::string> names);

/// The shapes of the arrays and pictures that are given for inputs of these
/// names; those that cannot be read are left out, and reported later.
std::vector<FileShape> readFileShapes(llvm::ArrayRef<std::string> names,
                                      const GivenInputs &given);

/// The value of each input of `bundle`, in its order, from `-i` options. One
/// that is missing is an error or, with `drawMissing`, drawn at random. For a
/// model that is run `steps` times, an input may have a value for each of them:
/// in one array, or in an option each. Conversions are reported on standard
/// error.
llvm::Expected<std::vector<InputValue>>
readInputs(const Bundle &bundle, llvm::ArrayRef<std::string> options,
           bool drawMissing, unsigned steps = 1);

/// How often an input of `bundle` is given at most, at least 1: samples to
/// measure with, a step each.
unsigned countSamples(const Bundle &bundle,
                      llvm::ArrayRef<std::string> options);

/// Whether there is a value for each step.
bool isSeries(const Bundle &bundle, const BundleFeature &feature,
              const InputValue &value);

/// Reads the bundle at `path`: of several variants the one that fits the arrays
/// and pictures of `-i` options and `--input-shape` best, or an error that says
/// what there is.
llvm::Expected<Bundle> readBundle(llvm::StringRef path,
                                  llvm::ArrayRef<std::string> inputs,
                                  llvm::ArrayRef<std::string> inputShapes);

/// Copies the values into the buffers of `model`; after the first step only
/// those that have one for each.
void setInputs(const Bundle &bundle, llvm::ArrayRef<InputValue> values,
               LoadedModel &model, unsigned step = 0);

} // namespace mlc
