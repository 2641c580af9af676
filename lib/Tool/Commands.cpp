// What several commands have in their options.
#include "mlc/Tool/Commands.h"

namespace cl = llvm::cl;

mlc::PrecisionOption::PrecisionOption(cl::SubCommand &command)
    : value("precision",
            cl::desc("how intermediates and weights are stored: f16 (default) "
                     "or f32"),
            cl::init("f16"), cl::sub(command)) {}

mlc::InputShapeOption::InputShapeOption(cl::SubCommand &command)
    : values("input-shape",
             cl::desc("the shape of a flexible input; of an image its height "
                      "and width. Compiling, an input that is named again "
                      "begins another variant"),
             cl::value_desc("NAME=SIZExSIZE..."), cl::sub(command)) {}
