// All ops, a file for each family.
#ifndef MLC_COREML_OPS
#define MLC_COREML_OPS
include "CoreML/CoreMLWeightedOps.td"
include "CoreML/CoreMLElementwiseOps.td"
include "CoreML/CoreMLWindowOps.td"
include "CoreML/CoreMLShapeOps.td"
#endif
