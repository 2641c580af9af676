#ifndef MLC_Metal_OPS
#define MLC_Metal_OPS
include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"

def Metal_Dialect : Dialect {
  let name = "metal";
  let cppNamespace = "::mlir::metal";
}
#endif
