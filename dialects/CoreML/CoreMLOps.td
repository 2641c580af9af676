// All ops, a file for each family.
#ifndef MLC_COREML_OPS
#define MLC_COREML_OPS
include "CoreML/CoreMLWeightedOps.td"
include "CoreML/CoreMLElementwiseOps.td"
include "CoreML/CoreMLWindowOps.td"
include "CoreML/CoreMLShapeOps.td"
include "CoreML/CoreMLArrayElementwiseOps.td"
include "CoreML/CoreMLArrayShapeOps.td"
include "CoreML/CoreMLArrayReduceOps.td"
include "CoreML/CoreMLArrayIndexOps.td"
include "CoreML/CoreMLRecurrentOps.td"
include "CoreML/CoreMLVolumeOps.td"
include "CoreML/CoreMLControlOps.td"
include "CoreML/CoreMLCustomOps.td"
#endif
