// What several commands have in their options.
#include "mlc/Tool/Commands.h"

#include "mlc/Runtime/Device.h"

namespace cl = llvm::cl;

mlc::PrecisionOption::PrecisionOption(cl::SubCommand &command)
    : value("precision",
            cl::desc("how intermediates and weights are stored: f16 "
                     "(default), f32, or auto: f16 except for the layers that "
                     "lose too much in it on the inputs given, else on random "
                     "ones"),
            cl::init("f16"), cl::sub(command)),
      maxError("max-error",
               cl::desc("the largest error, as a part of an output's range "
                        "(1e-2; 1e-4 in f32)"),
               cl::value_desc("E"), cl::init(kHalfTolerance), cl::sub(command)),
      expandWeights("expand-weights",
                    cl::desc("decode quantised weights when compiling instead "
                             "of in the kernels"),
                    cl::sub(command)),
      gpuFamily("gpu-family",
                cl::desc("the least GPU that must run the kernels: any "
                         "(default), apple6, apple7, apple8 or apple9; from "
                         "apple7 on they may use simdgroup matrices"),
                cl::init("any"), cl::sub(command)) {}

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
             cl::desc("the shape of a flexible input; of an image its height "
                      "and width. Compiling, an input that is named again "
                      "begins another variant"),
             cl::value_desc("NAME=SIZExSIZE..."), cl::sub(command)) {}

mlc::TrustOption::TrustOption(cl::SubCommand &command)
    : trust("trust",
            cl::desc("take a bundle's kernels whatever their text; they still "
                     "run in a sandbox"),
            cl::sub(command)),
      noSandbox("no-sandbox",
                cl::desc("with --trust: run a bundle's kernels as part of mlc, "
                         "which may do all that you may"),
                cl::sub(command)),
      timeout("timeout",
              cl::desc("how long compiling a bundle's kernels, and each run, "
                       "may take (300; 0: any)"),
              cl::value_desc("SECONDS"), cl::init(300), cl::sub(command)) {}

mlc::DeviceOptions mlc::TrustOption::apply(DeviceOptions options) const {
  options.anyText = trust;
  options.confined = !(trust && noSandbox);
  options.timeout = timeout;
  return options;
}
