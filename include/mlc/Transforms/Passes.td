// The passes over the nn dialect. One pass is one file in lib/Transforms and
// one folder in test/Transforms.
#ifndef MLC_TRANSFORMS_PASSES
#define MLC_TRANSFORMS_PASSES
include "mlir/Pass/PassBase.td"

#endif
