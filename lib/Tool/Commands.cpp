// What several commands have in their options.
#include "mlc/Tool/Commands.h"

namespace cl = llvm::cl;

mlc::PrecisionOption::PrecisionOption(cl::SubCommand &command)
    : value("precision",
            cl::desc("how intermediates and weights are stored: f16 (default) "
                     "or f32"),
            cl::init("f16"), cl::sub(command)) {}
