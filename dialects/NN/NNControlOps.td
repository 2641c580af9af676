// Control flow: what calls the functions that branches and loops are.
#ifndef MLC_NN_CONTROL_OPS
#define MLC_NN_CONTROL_OPS
include "NN/NNBase.td"
include "mlir/IR/SymbolInterfaces.td"

class NN_ControlOp<string mnemonic, list<Trait> traits = []>
    : NN_Op<mnemonic, !listconcat([
        DeclareOpInterfaceMethods<SymbolUserOpInterface>
      ], traits)>;

def NN_IfOp : NN_ControlOp<"if"> {
  let summary = "one of two functions";
  let description = [{
    Calls `thenFunction` if the absolute value of the one element of `condition`
    is greater than 1e-6, else `elseFunction`. Both take `captures`.
  }];
  let arguments = (ins NN_Tensor:$condition, Variadic<NN_Tensor>:$captures,
                       FlatSymbolRefAttr:$thenFunction,
                       FlatSymbolRefAttr:$elseFunction);
  let results = (outs Variadic<NN_Tensor>:$outputs);
  let assemblyFormat = [{
    $condition `then` $thenFunction `else` $elseFunction `(` $captures `)`
    attr-dict `:` functional-type(operands, results)
  }];
}

def NN_LoopOp : NN_ControlOp<"loop", [AttrSizedOperandSegments]> {
  let summary = "a function again and again";
  let description = [{
    The results are the states of the loop, which begin as `inits`. An iteration
    calls `conditionFunction`, if there is one, and ends the loop if the first
    result is 0 (at most 1e-6 in absolute value); ends it after `count` (without
    its fraction) or else `maxIterations` iterations; then calls
    `bodyFunction`. Both functions take
    the states and then `captures`.

    The first result of the condition is whether the loop goes on; so is that of
    the body if `bodyMayBreak`. Their others are new values of the states with
    the numbers `conditionStates` and `bodyStates`.
  }];
  let arguments = (ins Optional<NN_Tensor>:$count, Variadic<NN_Tensor>:$inits,
                       Variadic<NN_Tensor>:$captures,
                       OptionalAttr<I64Attr>:$maxIterations,
                       OptionalAttr<FlatSymbolRefAttr>:$conditionFunction,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$conditionStates,
                       FlatSymbolRefAttr:$bodyFunction,
                       DenseI64ArrayAttr:$bodyStates, UnitAttr:$bodyMayBreak);
  let results = (outs Variadic<NN_Tensor>:$states);
  let assemblyFormat = [{
    (`count` $count^)? (`while` $conditionFunction^)? `do` $bodyFunction
    `init` `(` $inits `)` `captures` `(` $captures `)` attr-dict
    `:` functional-type(operands, results)
  }];
}

#endif
