// The passes over the coreml dialect: what the format itself can express, for
// `mlc optimize`, and what is found out about a network before it is
// compiled. One pass is one file in lib/Dialect/CoreML/Transforms and one folder
// in test/Dialect/CoreML.
#ifndef MLC_COREML_PASSES
#define MLC_COREML_PASSES
include "mlir/Pass/PassBase.td"

def CoreMLFoldAffine : Pass<"coreml-fold-affine", "::mlir::func::FuncOp"> {
  let summary = "fold batch norms, scales and biases into the layers around them";
  let description = [{
    `x * a + b` with numbers for each channel goes into the weights of the
    convolution or inner product in front of it that nothing else reads. Else it
    goes into those behind it, if all readers are such layers: `b` only where
    nothing is padded, because padding is zero after it. Else, behind a ReLU
    that follows a convolution, `a` goes through it if it is positive, since
    `relu(x) * a = relu(x * a)`, and a bias remains, or nothing if `b` is 0.

    Computed in double, rounded once to float; weights that are halves are not
    rounded again, so their products must be halves. Quantised weights stay as
    they are, and so do weights where a number is not finite, a variance is
    negative, or half precision would lose the products.
  }];
  let dependentDialects = ["::mlir::coreml::CoreMLDialect"];
}

def CoreMLDropIdentities
    : Pass<"coreml-drop-identities", "::mlir::func::FuncOp"> {
  let summary = "remove layers that do nothing";
  let description = [{
    Linear activations of 1 and 0, scales by 1, biases of 0, reshapes to the
    same shape, permutations in order, paddings and crops by nothing, copies.
    A layer stays that alone gives an output of the model its name, or that is
    updatable.
  }];
  let dependentDialects = ["::mlir::coreml::CoreMLDialect"];
}

def CoreMLPairStates
    : Pass<"coreml-pair-states", "::mlir::func::FuncOp"> {
  let summary = "find out which output is the next value of which input";
  let description = [{
    A model that keeps a state has an input for the state before and an output
    for the state after. The attribute `state` of an input's `coreml.feature`
    names that output. An output is an input's next value if each of its elements
    is the one that a recurrent layer has at the place of that input's element:
    between them and the layer there may be whatever only moves elements
    (reshapes, transposes, slices, stacks). Of the other arrays those are pairs
    whose names say so and whose shapes agree (`h_in` and `h_out`, `cache` and
    `new_cache`; `mlc/Support/StateNames.h`), if there is one choice. A `state`
    that is there already stays; an empty one keeps an input from becoming one.
  }];
  let dependentDialects = ["::mlir::coreml::CoreMLDialect"];
}

def CoreMLFoldConstants
    : Pass<"coreml-fold-constants", "::mlir::func::FuncOp"> {
  let summary = "compute layers of constants ahead";
  let description = [{
    A layer whose inputs are all constants becomes a constant, computed by the
    reference evaluator, unless that is larger than its inputs and more than
    4096 elements. Random layers stay.
  }];
  let dependentDialects = ["::mlir::coreml::CoreMLDialect"];
}

def CoreMLHalveWeights : Pass<"coreml-halve-weights", "::mlir::ModuleOp"> {
  let summary = "store large weights in half precision";
  let description = [{
    Weights of at least 256 floats are rounded to half, unless one of them is
    beyond its range, all are so small that digits would be lost, or they are
    quantised. The specification has half
    precision since version 2, which the model then states.
  }];
  let dependentDialects = ["::mlir::coreml::CoreMLDialect"];
}

#endif
