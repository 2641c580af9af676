// Layers that walk a sequence. Values are `[Seq, Batch, C, 1, 1]`.
#ifndef MLC_COREML_RECURRENT_OPS
#define MLC_COREML_RECURRENT_OPS
include "CoreML/CoreMLEnums.td"

// The file may leave out the last results: states that nobody reads.
def CoreML_OptionalOutputs : NativeOpTrait<"OptionalOutputs"> {
  let cppNamespace = "::mlir::coreml";
}

// `activations` are the kinds of the functions in the specification's order,
// `alphas` and `betas` their parameters (unused ones are 0). States are
// `[1, Batch, outputVectorSize, 1, 1]`, or `[Batch, outputVectorSize, 1, 1, 1]`
// with the same elements.
class CoreML_RecurrentOp<string mnemonic, dag attributes, dag outputs>
    : CoreML_Op<mnemonic, [CoreML_OptionalOutputs]> {
  let arguments = !con((ins CoreML_Tensor:$input,
                            Variadic<CoreML_Tensor>:$states,
                            I64Attr:$inputVectorSize,
                            I64Attr:$outputVectorSize,
                            TypedArrayAttrBase<CoreML_ActivationKindAttr,
                                "activation kinds">:$activations,
                            DenseF32ArrayAttr:$alphas,
                            DenseF32ArrayAttr:$betas,
                            DefaultValuedAttr<BoolAttr, "false">:$sequenceOutput),
                       attributes);
  let results = outputs;
}

def CoreML_SimpleRecurrentOp : CoreML_RecurrentOp<"simple_recurrent", (ins
    DefaultValuedAttr<BoolAttr, "false">:$reverseInput,
    CoreML_WeightsAttr:$weightMatrix, CoreML_WeightsAttr:$recursionMatrix,
    OptionalAttr<CoreML_WeightsAttr>:$biasVector),
    (outs CoreML_Tensor:$output, CoreML_Tensor:$hidden)> {
  let summary = "h[t] = f(clip(W x[t] + R h[t-1] + b))";
  let description = [{
    Matrices are `[outputVectorSize, inputVectorSize]` and
    `[outputVectorSize, outputVectorSize]`; clip keeps values in [-50, 50]. The
    state is h before the first step, `[1, Batch, outputVectorSize, 1, 1]`,
    zero if absent; `hidden` is h after the last one. `output` is h of all
    steps with `sequenceOutput`, else of the last. With `reverseInput` the
    sequence is read from its end; outputs stand in the order in which they are
    computed.
  }];
}

def CoreML_GRUOp : CoreML_RecurrentOp<"gru", (ins
    DefaultValuedAttr<BoolAttr, "false">:$reverseInput,
    CoreML_WeightsAttr:$updateGateWeightMatrix,
    CoreML_WeightsAttr:$resetGateWeightMatrix,
    CoreML_WeightsAttr:$outputGateWeightMatrix,
    CoreML_WeightsAttr:$updateGateRecursionMatrix,
    CoreML_WeightsAttr:$resetGateRecursionMatrix,
    CoreML_WeightsAttr:$outputGateRecursionMatrix,
    OptionalAttr<CoreML_WeightsAttr>:$updateGateBiasVector,
    OptionalAttr<CoreML_WeightsAttr>:$resetGateBiasVector,
    OptionalAttr<CoreML_WeightsAttr>:$outputGateBiasVector),
    (outs CoreML_Tensor:$output, CoreML_Tensor:$hidden)> {
  let summary = "gated recurrent unit";
  let description = [{
    With activations f and g:
    `z = f(clip(Wz x + Rz h + bz))`, `r = f(clip(Wr x + Rr h + br))`,
    `o = g(clip(Wo x + Ro (r * h) + bo))`, `h = (1 - z) * o + z * h`.
    All else is as in `simple_recurrent`.
  }];
}

class CoreML_LSTMOp<string mnemonic, dag attributes, dag outputs>
    : CoreML_RecurrentOp<mnemonic, !con((ins
        DefaultValuedAttr<BoolAttr, "false">:$hasBiasVectors,
        DefaultValuedAttr<BoolAttr, "false">:$forgetBias,
        DefaultValuedAttr<BoolAttr, "false">:$hasPeepholeVectors,
        DefaultValuedAttr<BoolAttr, "false">:$coupledInputAndForgetGate,
        DefaultValuedAttr<F32Attr, "50.0f">:$cellClipThreshold), attributes),
        outputs>;

def CoreML_UniDirectionalLSTMOp : CoreML_LSTMOp<"uni_directional_lstm", (ins
    DictionaryAttr:$weightParams,
    DefaultValuedAttr<BoolAttr, "false">:$reverseInput),
    (outs CoreML_Tensor:$output, CoreML_Tensor:$hidden, CoreML_Tensor:$cell)> {
  let summary = "long short-term memory";
  let description = [{
    With activations f, g and h:
    `i = f(clip(Wi x + Ri y + pi * c + bi))`,
    `f = f(clip(Wf x + Rf y + pf * c + bf))`,
    `z = g(clip(Wz x + Rz y + bz))`, `c = limit(c * f + i * z)`,
    `o = f(clip(Wo x + Ro y + po * c + bo))` with the new c, `y = h(c) * o`.
    limit keeps c within `cellClipThreshold`, clip keeps values in [-50, 50].
    `coupledInputAndForgetGate` takes 1 - i in the place of f. `forgetBias` has
    no effect: the specification adds 1 to bf, but Core ML does not, and
    converters set the flag for weights that hold that 1 already.

    `weightParams` has the matrices and vectors under the specification's
    names. States are y and c before the first step, zero if absent; `hidden`
    and `cell` are those after the last. All else is as in `simple_recurrent`.
  }];
}

def CoreML_BiDirectionalLSTMOp : CoreML_LSTMOp<"bi_directional_lstm", (ins
    TypedArrayAttrBase<DictionaryAttr, "one dictionary a direction">:$weightParams),
    (outs CoreML_Tensor:$output, CoreML_Tensor:$hidden, CoreML_Tensor:$cell,
          CoreML_Tensor:$hiddenReverse, CoreML_Tensor:$cellReverse)> {
  let summary = "two long short-term memories, one from each end";
  let description = [{
    Both are as `uni_directional_lstm`; the second reads the sequence from its
    end. Their outputs are joined in C. With `sequenceOutput` those of the
    second are put in the order of the input, so that both halves of a step
    belong to the same input vector. `activations` are the three of the forward
    and the three of the backward memory, `weightParams` likewise. States are
    those of the forward memory, then those of the backward one.
  }];
}

def CoreML_SequenceRepeatOp : CoreML_UnaryOp<"sequence_repeat", (ins
    DefaultValuedAttr<I64Attr, "1">:$nRepetitions)> {
  let summary = "the sequence several times, one after the other";
  let description = [{
    Repeats along Seq, the fifth dimension from the end.
  }];
}

#endif
