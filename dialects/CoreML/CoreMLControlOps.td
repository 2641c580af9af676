// Control flow. A sub-network is a private function of the module, so that the
// passes over functions see it as they see the network itself.
#ifndef MLC_COREML_CONTROL_OPS
#define MLC_COREML_CONTROL_OPS
include "CoreML/CoreMLArrayElementwiseOps.td"
include "mlir/IR/SymbolInterfaces.td"

def CoreML_CopyOp
    : CoreML_SameShapeOp<"copy", "the input again, under another name">;

class CoreML_ControlOp<string mnemonic, list<Trait> traits = []>
    : Op<CoreML_Dialect, mnemonic, !listconcat([
        Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>
      ], traits)>;

def CoreML_BranchOp : CoreML_ControlOp<"branch"> {
  let summary = "one of two sub-networks";
  let description = [{
    Calls `ifBranch` if the absolute value of the one element of `condition` is
    greater than 1e-6, else `elseBranch`. Both take `captures`, the values
    around that either reads, and return the values that blobs have after the
    layer: those which a branch writes and a later layer reads. What a branch
    does not write it returns as it was, and zeros if it was nothing yet.
  }];
  let arguments = (ins CoreML_Tensor:$condition,
                       Variadic<CoreML_Tensor>:$captures,
                       FlatSymbolRefAttr:$ifBranch,
                       FlatSymbolRefAttr:$elseBranch);
  let results = (outs Variadic<CoreML_Tensor>:$outputs);
  let assemblyFormat = [{
    $condition `if` $ifBranch `else` $elseBranch `(` $captures `)` attr-dict
    `:` functional-type(operands, results)
  }];
}

def CoreML_LoopOp : CoreML_ControlOp<"loop", [AttrSizedOperandSegments]> {
  let summary = "a sub-network, as long as another says so";
  let description = [{
    The results are the states of the loop: blobs that change in it and are
    read by a later iteration or layer. They begin as `inits`. An iteration
    calls `conditionNetwork`, if there is one, and ends the loop if the first
    result is 0 (at most 1e-6 in absolute value); ends it after `count` (without
    its fraction) or else `maxLoopIterations` iterations; then calls
    `bodyNetwork`. Both functions
    take the states and then `captures`.

    The first result of the condition is whether the loop goes on; so is that
    of the body if `bodyMayBreak`. Their others are new values of the states
    with the numbers `conditionStates` and `bodyStates`.
  }];
  let arguments = (ins Optional<CoreML_Tensor>:$count,
                       Variadic<CoreML_Tensor>:$inits,
                       Variadic<CoreML_Tensor>:$captures,
                       OptionalAttr<I64Attr>:$maxLoopIterations,
                       OptionalAttr<FlatSymbolRefAttr>:$conditionNetwork,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$conditionStates,
                       FlatSymbolRefAttr:$bodyNetwork,
                       DenseI64ArrayAttr:$bodyStates,
                       UnitAttr:$bodyMayBreak);
  let results = (outs Variadic<CoreML_Tensor>:$states);
  let assemblyFormat = [{
    (`count` $count^)? (`while` $conditionNetwork^)? `do` $bodyNetwork
    `init` `(` $inits `)` `captures` `(` $captures `)` attr-dict
    `:` functional-type(operands, results)
  }];
}

#endif
