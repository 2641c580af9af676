#ifndef MLC_CoreML_OPS
#define MLC_CoreML_OPS
include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"

def CoreML_Dialect : Dialect {
  let name = "coreml";
  let cppNamespace = "::mlir::coreml";
}
#endif
