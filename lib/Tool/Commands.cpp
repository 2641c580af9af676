// What several commands have in their options.
#include "mlc/Tool/Commands.h"

#include "mlc/Runtime/Bundle.h"
#include "mlc/Tool/Tool.h"
#include <cmath>

namespace cl = llvm::cl;

cl::OptionCategory &mlc::compilingOptions() {
  static cl::OptionCategory category("How the model is compiled");
  return category;
}

cl::OptionCategory &mlc::commonOptions() {
  static cl::OptionCategory category("Of every command");
  return category;
}

llvm::Error
mlc::rejectOptions(std::initializer_list<const cl::Option *> options,
                   const llvm::Twine &why) {
  for (const cl::Option *option : options)
    if (option->getNumOccurrences())
      return llvm::createStringError(
          llvm::StringRef(option->ArgStr.size() == 1 ? "-" : "--") +
          option->ArgStr + " " + why);
  return llvm::Error::success();
}

llvm::Error mlc::requireModel(llvm::StringRef command, llvm::StringRef path) {
  if (isBundle(path))
    return llvm::createStringError(command + " takes a model, and '" + path +
                                   "' is a bundle");
  return llvm::Error::success();
}

mlc::PrecisionOption::PrecisionOption(cl::SubCommand &command)
    : value("precision",
            cl::desc("how values and weights are stored: f16 (default), f32, "
                     "or auto, which keeps in float what loses too much in "
                     "f16 on the inputs given, else on random ones"),
            cl::value_desc("P"), cl::init("f16"), cl::cat(compilingOptions()),
            cl::sub(command)),
      maxError("max-error",
               cl::desc("the largest error, as a part of an output's range "
                        "(1e-2; 1e-4 in f32)"),
               cl::value_desc("E"), cl::init(kHalfTolerance),
               cl::cat(compilingOptions()), cl::sub(command)),
      expandWeights("expand-weights",
                    cl::desc("decode quantised weights when compiling, not in "
                             "the kernels"),
                    cl::cat(compilingOptions()), cl::sub(command)),
      gpuFamily("gpu-family",
                cl::desc("the least GPU that must run the kernels: any "
                         "(default), apple6 to apple9; from apple7 on with "
                         "simdgroup matrices"),
                cl::value_desc("G"), cl::init("any"),
                cl::cat(compilingOptions()), cl::sub(command)) {}

llvm::Error mlc::PrecisionOption::reject(const llvm::Twine &why) const {
  return rejectOptions({&value, &maxError, &expandWeights, &gpuFamily}, why);
}

llvm::Error mlc::PrecisionOption::check(llvm::StringRef path,
                                        bool usesMaxError) const {
  if (isBundle(path)) {
    if (llvm::Error error = rejectCustomLayers("is for models"))
      return error;
    return reject("is for models: '" + path +
                  "' is a bundle and stays as it "
                  "was compiled");
  }
  if (!(maxError > 0) || !std::isfinite(maxError))
    return llvm::createStringError("--max-error takes a number above 0");
  if (value.getValue() != "auto" && !usesMaxError)
    return rejectOptions({&maxError}, "is for --precision=auto");
  return llvm::Error::success();
}

mlc::Precision
mlc::PrecisionOption::get(llvm::ArrayRef<std::string> samples) const {
  Precision precision(llvm::StringRef(value.getValue()));
  precision.samples = samples;
  precision.maxError = maxError;
  precision.expandWeights = expandWeights;
  precision.gpuFamily = gpuFamily;
  return precision;
}

std::optional<double> mlc::PrecisionOption::getMaxError() const {
  if (maxError.getNumOccurrences() == 0)
    return std::nullopt;
  return maxError.getValue();
}

mlc::InputShapeOption::InputShapeOption(cl::SubCommand &command)
    : values("input-shape",
             cl::desc("the shape of a flexible input, of an image height x "
                      "width; compiling, a name that comes again begins "
                      "another variant"),
             cl::value_desc("NAME=AxB"), cl::cat(compilingOptions()),
             cl::sub(command)) {}
