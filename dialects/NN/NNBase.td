// The dialect itself, its types and the base classes of its ops.
#ifndef MLC_NN_BASE
#define MLC_NN_BASE
include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "NN/NNInterfaces.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::mlir::nn";
  let summary = "What a network computes, free of file format and hardware";
  let description = [{
    About twenty ops with plain semantics. Shapes are static, padding is
    explicit, activations are channel-last: `[N, H, W, C]`. All numbers are
    computed in f32; how they are stored is decided when lowering to `metal`.

    Elementwise work of every kind is one op, `nn.map`. Ops that compute carry
    a prologue and an epilogue (see `FusableOpInterface`), into which maps are
    moved: that is the only fusion mechanism. `nn.reshape`, `nn.transpose`,
    `nn.slice` and `nn.concat` move no data once the passes `eliminate-concat`
    and `eliminate-views` have run: they become addressing, and `nn.copy` marks
    what truly needs a copy.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

def NN_Tensor : AnyTypeOf<[StaticShapeTensorOf<[F32]>],
    "static tensor of f32", "::mlir::RankedTensorType">;
def NN_InputTensor : AnyTypeOf<[StaticShapeTensorOf<[F32, F16, I8, I32]>],
    "static tensor of f32, or of the pixels or integers of an input",
    "::mlir::RankedTensorType">;
def NN_Image : AnyTypeOf<[4DTensorOf<[F32]>],
    "channel-last tensor [N, H, W, C] of f32", "::mlir::RankedTensorType">;

// What the bytes or halves of an image say is read as f32.
def NN_Pixels : AnyTypeOf<[4DTensorOf<[F32, F16, I8]>],
    "channel-last tensor [N, H, W, C] of f32, or of the pixels of an input",
    "::mlir::RankedTensorType">;

class NN_Op<string mnemonic, list<Trait> traits = []>
    : Op<NN_Dialect, mnemonic, !listconcat([Pure], traits)>;

// An op with a prologue and an epilogue. `main` are its own operands, the
// first of which is the one that the prologue applies to.
class NN_ComputeOp<string mnemonic, dag main, dag attributes, dag result,
                   list<Trait> traits = []>
    : NN_Op<mnemonic, !listconcat([
        AttrSizedOperandSegments, NN_FusableOpInterface
      ], traits)> {
  let arguments = !con(main,
    (ins Variadic<NN_Tensor>:$prologueInputs,
         Variadic<NN_Tensor>:$epilogueInputs), attributes);
  let results = result;
  let regions = (region AnyRegion:$prologue, AnyRegion:$epilogue);
  let hasVerifier = 1;
}

#endif
