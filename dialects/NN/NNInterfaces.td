// What fusion needs to know of an op that computes: where its input is loaded
// and where its result is stored.
#ifndef MLC_NN_INTERFACES
#define MLC_NN_INTERFACES
include "mlir/IR/OpBase.td"

def NN_FusableOpInterface : OpInterface<"FusableOpInterface"> {
  let cppNamespace = "::mlir::nn";
  let description = [{
    An op that reads one main input and writes one result, with scalar work
    fused to both ends.

    The *prologue* is applied to each element of the main input that is in
    range when it is loaded: padding stays padding. The *epilogue* is applied
    to each element of the result before it is stored. Both are regions of
    `arith` and `math` ops on f32 scalars; the first block argument is the
    element, the others are the elements of the extra inputs, broadcast
    (aligned at the last dimension, as numpy does) against the main input
    (prologue) or the result (epilogue). An empty region is the identity.
  }];
  let methods = [
    InterfaceMethod<"The tensor the prologue applies to.",
      "::mlir::OpOperand &", "getMainInputMutable", (ins), [{
        return $_op->getOpOperand(0);
      }]>,
    InterfaceMethod<"Extra tensors the prologue reads.",
      "::mlir::OperandRange", "getPrologueInputs">,
    InterfaceMethod<"Extra tensors the prologue reads, to change.",
      "::mlir::MutableOperandRange", "getPrologueInputsMutable">,
    InterfaceMethod<"Scalar work on each loaded element.",
      "::mlir::Region &", "getPrologue">,
    InterfaceMethod<"Extra tensors the epilogue reads.",
      "::mlir::OperandRange", "getEpilogueInputs">,
    InterfaceMethod<"Extra tensors the epilogue reads, to change.",
      "::mlir::MutableOperandRange", "getEpilogueInputsMutable">,
    InterfaceMethod<"Scalar work on each stored element.",
      "::mlir::Region &", "getEpilogue">,
  ];
  let extraSharedClassDeclaration = [{
    ::mlir::Value getMainInput() { return $_op->getOperand(0); }
    ::mlir::RankedTensorType getMainInputType() {
      return ::llvm::cast<::mlir::RankedTensorType>(
          $_op->getOperand(0).getType());
    }
    ::mlir::RankedTensorType getMainResultType() {
      return ::llvm::cast<::mlir::RankedTensorType>(
          $_op->getResult(0).getType());
    }
  }];
  let verify = [{ return ::mlir::nn::detail::verifyFusableOp($_op); }];
}

#endif
