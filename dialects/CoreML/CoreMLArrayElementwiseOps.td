// Elementwise layers of specification 4 and later. They take values of any
// rank; those of several inputs broadcast as numpy does.
#ifndef MLC_COREML_ARRAY_ELEMENTWISE_OPS
#define MLC_COREML_ARRAY_ELEMENTWISE_OPS
include "CoreML/CoreMLEnums.td"

// The signature that shape rules shared by a family are defined under.
class CoreML_Infer<string rule> {
  string definition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> loc,
        Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &results) {
      return }] # rule # [{;
    }
  }];
}

// A layer whose result has the shape of its only input.
class CoreML_SameShapeOp<string mnemonic, string text, dag attributes = (ins)>
    : CoreML_UnaryOp<mnemonic, attributes> {
  let summary = text;
  let extraClassDefinition =
      CoreML_Infer<"inferSameShape(context, loc, op.getInput(), results)">
          .definition;
}

def CoreML_CeilOp : CoreML_SameShapeOp<"ceil", "least integer above or at x">;
def CoreML_FloorOp : CoreML_SameShapeOp<"floor", "greatest integer up to x">;
def CoreML_SignOp : CoreML_SameShapeOp<"sign", "-1, 0 or 1">;
def CoreML_RoundOp
    : CoreML_SameShapeOp<"round", "nearest integer, halves to the even one">;
def CoreML_Exp2Op : CoreML_SameShapeOp<"exp2", "2 ^ x">;
def CoreML_SinOp : CoreML_SameShapeOp<"sin", "sine">;
def CoreML_CosOp : CoreML_SameShapeOp<"cos", "cosine">;
def CoreML_TanOp : CoreML_SameShapeOp<"tan", "tangent">;
def CoreML_AsinOp : CoreML_SameShapeOp<"asin", "inverse of the sine">;
def CoreML_AcosOp : CoreML_SameShapeOp<"acos", "inverse of the cosine">;
def CoreML_AtanOp : CoreML_SameShapeOp<"atan", "inverse of the tangent">;
def CoreML_SinhOp : CoreML_SameShapeOp<"sinh", "hyperbolic sine">;
def CoreML_CoshOp : CoreML_SameShapeOp<"cosh", "hyperbolic cosine">;
def CoreML_TanhOp : CoreML_SameShapeOp<"tanh", "hyperbolic tangent">;
def CoreML_AsinhOp
    : CoreML_SameShapeOp<"asinh", "inverse of the hyperbolic sine">;
def CoreML_AcoshOp
    : CoreML_SameShapeOp<"acosh", "inverse of the hyperbolic cosine">;
def CoreML_AtanhOp
    : CoreML_SameShapeOp<"atanh", "inverse of the hyperbolic tangent">;
def CoreML_ErfOp : CoreML_SameShapeOp<"erf", "error function">;
def CoreML_LogicalNotOp
    : CoreML_SameShapeOp<"logical_not", "1 where x is 0, else 0">;

def CoreML_GeluOp : CoreML_SameShapeOp<"gelu", "Gaussian error linear unit",
    (ins DefaultValuedAttr<CoreML_GeluModeAttr, "GeluMode::EXACT">:$mode)> {
  let description = [{
    | mode | f(x) |
    | --- | --- |
    | EXACT | x * (1 + erf(x / sqrt(2))) / 2 |
    | TANH_APPROXIMATION | x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2 |
    | SIGMOID_APPROXIMATION | x / (1 + exp(-1.702 * x)) |
  }];
}

def CoreML_ClipOp : CoreML_UnaryOp<"clip", (ins
    DefaultValuedAttr<F32Attr, "0.0f">:$minVal,
    DefaultValuedAttr<F32Attr, "0.0f">:$maxVal)> {
  let summary = "min(max(x, minVal), maxVal)";
}

def CoreML_ClampedReLUOp : CoreML_SameShapeOp<"clamped_relu",
    "min(beta, x for x >= 0, else alpha * x)", (ins
    DefaultValuedAttr<F32Attr, "0.0f">:$alpha,
    DefaultValuedAttr<F32Attr, "0.0f">:$beta)>;

// A layer whose inputs broadcast to the shape of the result.
class CoreML_BroadcastableOp<string mnemonic, string text, int least, int most,
                             dag attributes = (ins)>
    : CoreML_VariadicOp<mnemonic, attributes> {
  let summary = text;
  let extraClassDefinition =
      CoreML_Infer<"inferBroadcast(context, loc, op.getInputs(), " # least #
                   ", " # most # ", results)">.definition;
}

class CoreML_ArithmeticOp<string mnemonic, string text>
    : CoreML_BroadcastableOp<mnemonic # "_broadcastable", text, 2, 2>;
def CoreML_AddBroadcastableOp : CoreML_ArithmeticOp<"add", "a + b">;
def CoreML_SubtractBroadcastableOp : CoreML_ArithmeticOp<"subtract", "a - b">;
def CoreML_MultiplyBroadcastableOp : CoreML_ArithmeticOp<"multiply", "a * b">;
def CoreML_DivideBroadcastableOp : CoreML_ArithmeticOp<"divide", "a / b">;
def CoreML_FloorDivBroadcastableOp
    : CoreML_ArithmeticOp<"floor_div", "floor(a / b)">;
def CoreML_ModBroadcastableOp
    : CoreML_ArithmeticOp<"mod", "a modulo b, with the sign of b">;
def CoreML_PowBroadcastableOp : CoreML_ArithmeticOp<"pow", "a ^ b">;
def CoreML_MinBroadcastableOp : CoreML_ArithmeticOp<"min", "the lesser">;
def CoreML_MaxBroadcastableOp : CoreML_ArithmeticOp<"max", "the greater">;

class CoreML_LogicalOp<string mnemonic, string text>
    : CoreML_BroadcastableOp<mnemonic, text, 2, 2> {
  let description = [{ Whatever is not 0 is true; the result is 1 or 0. }];
}
def CoreML_LogicalOrOp : CoreML_LogicalOp<"logical_or", "a or b">;
def CoreML_LogicalAndOp : CoreML_LogicalOp<"logical_and", "a and b">;
def CoreML_LogicalXorOp : CoreML_LogicalOp<"logical_xor", "one of a and b">;

class CoreML_ComparisonOp<string mnemonic, string text>
    : CoreML_BroadcastableOp<mnemonic, text, 1, 2, (ins
        DefaultValuedAttr<F32Attr, "0.0f">:$alpha)> {
  let description = [{
    The result is 1 or 0. With one input, alpha takes the place of b.
  }];
}
def CoreML_EqualOp : CoreML_ComparisonOp<"equal", "a == b">;
def CoreML_NotEqualOp : CoreML_ComparisonOp<"not_equal", "a != b">;
def CoreML_LessThanOp : CoreML_ComparisonOp<"less_than", "a < b">;
def CoreML_LessEqualOp : CoreML_ComparisonOp<"less_equal", "a <= b">;
def CoreML_GreaterThanOp : CoreML_ComparisonOp<"greater_than", "a > b">;
def CoreML_GreaterEqualOp : CoreML_ComparisonOp<"greater_equal", "a >= b">;

def CoreML_WhereBroadcastableOp
    : CoreML_BroadcastableOp<"where_broadcastable",
                             "a where the condition is not 0, else b", 3, 3> {
  let description = [{ The inputs are the condition, a and b. }];
}

#endif
