// The enumerations of the specification, and three of ours for what it says by
// choosing a message.
#ifndef MLC_COREML_ENUMS
#define MLC_COREML_ENUMS
include "CoreML/CoreMLBase.td"

class Case<string name, int value> : I32EnumAttrCase<name, value>;

def CoreML_PaddingType : CoreML_Enum<"PaddingType",
    "which padding message a convolution or pooling has", [
      Case<"valid", 0>, Case<"same", 1>, Case<"includeLastPixel", 2>]>;
def CoreML_PaddingTypeAttr : CoreML_EnumAttr<CoreML_PaddingType, "padding_type">;

def CoreML_PaddingMode : CoreML_Enum<"PaddingMode",
    "which message a padding layer has", [
      Case<"constant", 0>, Case<"reflection", 1>, Case<"replication", 2>]>;
def CoreML_PaddingModeAttr : CoreML_EnumAttr<CoreML_PaddingMode, "padding_mode">;

def CoreML_ActivationKind : CoreML_Enum<"ActivationKind",
    "which message an activation has", [
      Case<"linear", 0>, Case<"relu", 1>, Case<"leaky_relu", 2>,
      Case<"thresholded_relu", 3>, Case<"prelu", 4>, Case<"tanh", 5>,
      Case<"scaled_tanh", 6>, Case<"sigmoid", 7>, Case<"sigmoid_hard", 8>,
      Case<"elu", 9>, Case<"softsign", 10>, Case<"softplus", 11>,
      Case<"parametric_softplus", 12>]>;
def CoreML_ActivationKindAttr
    : CoreML_EnumAttr<CoreML_ActivationKind, "activation_kind">;

def CoreML_SamePaddingMode : CoreML_Enum<"SamePaddingMode",
    "the side that takes the odd element of SAME padding", [
      Case<"BOTTOM_RIGHT_HEAVY", 0>, Case<"TOP_LEFT_HEAVY", 1>]>;
def CoreML_SamePaddingModeAttr
    : CoreML_EnumAttr<CoreML_SamePaddingMode, "same_padding_mode">;

def CoreML_PoolingType : CoreML_Enum<"PoolingType", "what a window becomes", [
      Case<"MAX", 0>, Case<"AVERAGE", 1>, Case<"L2", 2>]>;
def CoreML_PoolingTypeAttr : CoreML_EnumAttr<CoreML_PoolingType, "pooling_type">;

def CoreML_UnaryOperation : CoreML_Enum<"UnaryOperation",
    "the function of a unary layer", [
      Case<"SQRT", 0>, Case<"RSQRT", 1>, Case<"INVERSE", 2>, Case<"POWER", 3>,
      Case<"EXP", 4>, Case<"LOG", 5>, Case<"ABS", 6>, Case<"THRESHOLD", 7>]>;
def CoreML_UnaryOperationAttr
    : CoreML_EnumAttr<CoreML_UnaryOperation, "operation">;

def CoreML_FlattenOrder : CoreML_Enum<"FlattenOrder",
    "the order in which elements are read", [
      Case<"CHANNEL_FIRST", 0>, Case<"CHANNEL_LAST", 1>]>;
def CoreML_FlattenOrderAttr
    : CoreML_EnumAttr<CoreML_FlattenOrder, "flatten_order">;

def CoreML_ReshapeOrder : CoreML_Enum<"ReshapeOrder",
    "the order in which elements are read and written", [
      Case<"CHANNEL_FIRST", 0>, Case<"CHANNEL_LAST", 1>]>;
def CoreML_ReshapeOrderAttr
    : CoreML_EnumAttr<CoreML_ReshapeOrder, "reshape_order">;

def CoreML_ReorganizationType : CoreML_Enum<"ReorganizationType",
    "which way blocks of pixels move", [
      Case<"SPACE_TO_DEPTH", 0>, Case<"DEPTH_TO_SPACE", 1>,
      Case<"PIXEL_SHUFFLE", 2>]>;
def CoreML_ReorganizationTypeAttr
    : CoreML_EnumAttr<CoreML_ReorganizationType, "reorganization_type">;

def CoreML_SliceAxis : CoreML_Enum<"SliceAxis", "the axis that is cut", [
      Case<"CHANNEL_AXIS", 0>, Case<"HEIGHT_AXIS", 1>, Case<"WIDTH_AXIS", 2>]>;
def CoreML_SliceAxisAttr : CoreML_EnumAttr<CoreML_SliceAxis, "slice_axis">;

def CoreML_ReduceOperation : CoreML_Enum<"ReduceOperation",
    "what the reduced elements become", [
      Case<"SUM", 0>, Case<"AVG", 1>, Case<"PROD", 2>, Case<"LOGSUM", 3>,
      Case<"SUMSQUARE", 4>, Case<"L1", 5>, Case<"L2", 6>, Case<"MAX", 7>,
      Case<"MIN", 8>, Case<"ARGMAX", 9>]>;
def CoreML_ReduceOperationAttr
    : CoreML_EnumAttr<CoreML_ReduceOperation, "reduce_operation">;

def CoreML_ReduceAxis : CoreML_Enum<"ReduceAxis", "the axes that become 1", [
      Case<"CHW", 0>, Case<"HW", 1>, Case<"C", 2>, Case<"H", 3>,
      Case<"W", 4>]>;
def CoreML_ReduceAxisAttr : CoreML_EnumAttr<CoreML_ReduceAxis, "reduce_axis">;

def CoreML_InterpolationMode : CoreML_Enum<"InterpolationMode",
    "nearest neighbour or bilinear", [Case<"NN", 0>, Case<"BILINEAR", 1>]>;
def CoreML_InterpolationModeAttr
    : CoreML_EnumAttr<CoreML_InterpolationMode, "interpolation_mode">;

def CoreML_LinearUpsampleMode : CoreML_Enum<"LinearUpsampleMode",
    "where bilinear samples lie", [
      Case<"DEFAULT", 0>, Case<"ALIGN_CORNERS_TRUE", 1>,
      Case<"ALIGN_CORNERS_FALSE", 2>]>;
def CoreML_LinearUpsampleModeAttr
    : CoreML_EnumAttr<CoreML_LinearUpsampleMode, "linear_upsample_mode">;

def CoreML_Method : CoreML_Enum<"Method",
    "where the samples of a resized dimension lie", [
      Case<"STRICT_ALIGN_ENDPOINTS_MODE", 0>, Case<"ALIGN_ENDPOINTS_MODE", 1>,
      Case<"UPSAMPLE_MODE", 2>, Case<"ROI_ALIGN_MODE", 3>]>;
def CoreML_MethodAttr : CoreML_EnumAttr<CoreML_Method, "method">;

def CoreML_Coordinates : CoreML_Enum<"Coordinates",
    "what the four numbers of a box are", [
      Case<"CORNERS_HEIGHT_FIRST", 0>, Case<"CORNERS_WIDTH_FIRST", 1>,
      Case<"CENTER_SIZE_HEIGHT_FIRST", 2>,
      Case<"CENTER_SIZE_WIDTH_FIRST", 3>]>;
def CoreML_CoordinatesAttr
    : CoreML_EnumAttr<CoreML_Coordinates, "coordinates">;

def CoreML_ColorSpace : CoreML_Enum<"ColorSpace",
    "the channels of an image in their order", [
      Case<"GRAYSCALE", 10>, Case<"RGB", 20>, Case<"BGR", 30>,
      Case<"GRAYSCALE_FLOAT16", 40>]>;
def CoreML_ColorSpaceAttr : CoreML_EnumAttr<CoreML_ColorSpace, "color_space">;

def CoreML_GeluMode : CoreML_Enum<"GeluMode", "the formula of gelu", [
      Case<"EXACT", 0>, Case<"TANH_APPROXIMATION", 1>,
      Case<"SIGMOID_APPROXIMATION", 2>]>;
def CoreML_GeluModeAttr : CoreML_EnumAttr<CoreML_GeluMode, "gelu_mode">;

def CoreML_ScatterMode : CoreML_Enum<"ScatterMode",
    "how an update meets what is there", [
      Case<"SCATTER_UPDATE", 0>, Case<"SCATTER_ADD", 1>, Case<"SCATTER_SUB", 2>,
      Case<"SCATTER_MUL", 3>, Case<"SCATTER_DIV", 4>, Case<"SCATTER_MAX", 5>,
      Case<"SCATTER_MIN", 6>]>;
def CoreML_ScatterModeAttr
    : CoreML_EnumAttr<CoreML_ScatterMode, "scatter_mode">;

def CoreML_VolumePaddingType : CoreML_Enum<"VolumePaddingType",
    "how volumes are padded", [
      Case<"CUSTOM", 0>, Case<"VALID", 1>, Case<"SAME", 2>]>;
def CoreML_VolumePaddingTypeAttr
    : CoreML_EnumAttr<CoreML_VolumePaddingType, "volume_padding_type">;

#endif
