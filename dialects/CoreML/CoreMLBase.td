// The dialect itself, its types and the base classes of its ops.
#ifndef MLC_COREML_BASE
#define MLC_COREML_BASE
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def CoreML_Dialect : Dialect {
  let name = "coreml";
  let cppNamespace = "::mlir::coreml";
  let summary = "What a Core ML file says, layer by layer";
  let description = [{
    One op is one layer of the specification, with its name in snake case. An
    attribute is one field, by the field's own name; nested messages that only
    group fields are left out. What the shape of a weight tells already
    (outputChannels, hasBias, shapeScale, ...) has no attribute, and defaults
    that the specification gives for unset fields are made explicit.

    Values are static tensors of f32. C, H and W are the last three dimensions,
    whatever the rank; what comes before them is batch. In models with
    RANK5_ARRAY_MAPPING every value has rank 5: `[Seq, Batch, C, H, W]`.

    Each op infers its result types, so `inferReturnTypes` is where all checks
    of attributes and operands are; each gives one line.

    Where the specification's text and what Core ML does differ, the op does
    what Core ML does, and its description says so.
  }];
  let useDefaultAttributePrinterParser = 1;
}

def CoreML_Tensor : AnyTypeOf<[StaticShapeTensorOf<[F32]>],
    "static tensor of f32", "::mlir::RankedTensorType">;

def CoreML_Weights : AttrConstraint<Or<[
      CPred<"::llvm::isa<::mlir::ElementsAttr>($_self) && "
            "::llvm::cast<::mlir::ElementsAttr>($_self).getElementType()"
            ".isF32()">,
      CPred<"::llvm::isa<::mlir::ElementsAttr>($_self) && "
            "::llvm::cast<::mlir::ElementsAttr>($_self).getElementType()"
            ".isF16()">]>, "elements of f32 or f16">;
def CoreML_WeightsAttr : Attr<CoreML_Weights.predicate,
                              "elements of f32 or f16"> {
  let storageType = "::mlir::ElementsAttr";
  let returnType = "::mlir::ElementsAttr";
  let convertFromStorage = "$_self";
}

class CoreML_Op<string mnemonic, list<Trait> traits = []>
    : Op<CoreML_Dialect, mnemonic,
         !listconcat([Pure, InferTypeOpAdaptor], traits)> {
  let assemblyFormat =
      "operands attr-dict `:` functional-type(operands, results)";
}

// A layer with one input and one output.
class CoreML_UnaryOp<string mnemonic, dag attributes = (ins)>
    : CoreML_Op<mnemonic> {
  let arguments = !con((ins CoreML_Tensor:$input), attributes);
  let results = (outs CoreML_Tensor:$output);
}

// A layer with any number of inputs and one output.
class CoreML_VariadicOp<string mnemonic, dag attributes = (ins)>
    : CoreML_Op<mnemonic> {
  let arguments = !con((ins Variadic<CoreML_Tensor>:$inputs), attributes);
  let results = (outs CoreML_Tensor:$output);
}

// An enumeration, spelt as in the specification.
class CoreML_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mlir::coreml";
  let genSpecializedAttr = 0;
}
class CoreML_EnumAttr<EnumAttrInfo info, string mnemonic>
    : EnumAttr<CoreML_Dialect, info, mnemonic>;

#endif
