// What fields of the same name do not say: sizes that follow from the shape of
// a weight, and messages that are chosen by an attribute. A layer type that is
// not here needs nothing of it.

#include "LayerExporter.h"
#include "LayerImporter.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// The parameters that a layer has, whatever its type.
static Message &getParams(Layer &layer) {
  const FieldDescriptor *field =
      Layer::descriptor()->FindFieldByNumber(layer.layer_case());
  return *layer.GetReflection()->MutableMessage(&layer, field);
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

namespace {

/// All dimensions, as a list.
constexpr int kAllDimensions = -1;

/// A field that holds a dimension of a weight.
struct SizeField {
  Layer::LayerCase type;
  const char *field, *weight;
  int dimension;
};

} // namespace

static constexpr SizeField sizeFields[] = {
    {Layer::kInnerProduct, "outputChannels", "weights", 0},
    {Layer::kInnerProduct, "inputChannels", "weights", 1},
    {Layer::kEmbedding, "outputChannels", "weights", 0},
    {Layer::kEmbedding, "inputDim", "weights", 1},
    {Layer::kEmbeddingND, "embeddingSize", "weights", 0},
    {Layer::kEmbeddingND, "vocabSize", "weights", 1},
    {Layer::kBatchnorm, "channels", "gamma", 0},
    {Layer::kScale, "shapeScale", "scale", kAllDimensions},
    {Layer::kScale, "shapeBias", "bias", kAllDimensions},
    {Layer::kBias, "shape", "bias", kAllDimensions},
    {Layer::kLoadConstant, "shape", "data", kAllDimensions},
    {Layer::kLoadConstantND, "shape", "data", kAllDimensions},
    {Layer::kBatchedMatmul, "weightMatrixSecondDimension", "weights", 0},
    {Layer::kBatchedMatmul, "weightMatrixFirstDimension", "weights", 1},
};

static LogicalResult writeSizes(LayerExporter &exporter, Layer &layer) {
  Builder builder(exporter.getOperation());
  for (const SizeField &size : sizeFields) {
    if (size.type != layer.layer_case())
      continue;
    auto weight = exporter.takeAs<ElementsAttr>(size.weight);
    if (!weight)
      continue;
    ArrayRef<int64_t> shape = weight.getShapedType().getShape();
    if (size.dimension >= static_cast<int>(shape.size()))
      return exporter.emitError()
             << size.weight << " has rank " << shape.size();
    Attribute value =
        size.dimension == kAllDimensions
            ? Attribute(builder.getDenseI64ArrayAttr(shape))
            : Attribute(builder.getI64IntegerAttr(shape[size.dimension]));
    Message &params = getParams(layer);
    if (failed(setField(params,
                        *params.GetDescriptor()->FindFieldByName(size.field),
                        value, [&] { return exporter.emitError(); })))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Padding
//===----------------------------------------------------------------------===//

/// `valid` or `same`, which two layer types have alike.
template <typename Params>
static LogicalResult writeValidOrSame(LayerExporter &exporter,
                                      coreml::PaddingType type,
                                      Params &params) {
  if (type == coreml::PaddingType::same)
    return exporter.writeFields(*params.mutable_same());
  return exporter.writeFields(*params.mutable_valid());
}

static LogicalResult writeConvolution(LayerExporter &exporter, Layer &layer) {
  auto op = cast<coreml::ConvolutionOp>(exporter.getOperation());
  spec::ConvolutionLayerParams &params = *layer.mutable_convolution();
  ArrayRef<int64_t> shape = op.getWeightShape();
  bool transposed = op.getIsDeconvolution();
  params.set_outputchannels(transposed ? shape[1] * op.getNGroups() : shape[0]);
  params.set_kernelchannels(shape[transposed ? 0 : 1]);
  params.add_kernelsize(shape[2]);
  params.add_kernelsize(shape[3]);
  exporter.take("paddingType");
  return writeValidOrSame(exporter, op.getPaddingType(), params);
}

static LogicalResult writePooling(LayerExporter &exporter, Layer &layer) {
  auto op = cast<coreml::PoolingOp>(exporter.getOperation());
  spec::PoolingLayerParams &params = *layer.mutable_pooling();
  if (op.getGlobalPooling()) {
    // They mean nothing, and what a file has there is not of this op.
    params.clear_kernelsize();
    params.clear_stride();
  }
  exporter.take("paddingType");
  if (op.getPaddingType() != coreml::PaddingType::includeLastPixel)
    return writeValidOrSame(exporter, op.getPaddingType(), params);
  auto &padding = *params.mutable_includelastpixel();
  ArrayRef<int64_t> amounts = op.getPaddingAmounts();
  if (amounts[0] != amounts[1] || amounts[2] != amounts[3])
    return exporter.emitError()
           << "paddingAmounts of includeLastPixel are not symmetric";
  if (exporter.take("paddingAmounts")) {
    padding.add_paddingamounts(amounts[0]);
    padding.add_paddingamounts(amounts[2]);
  }
  return success();
}

static LogicalResult writePadding(LayerExporter &exporter, Layer &layer) {
  auto op = cast<coreml::PaddingOp>(exporter.getOperation());
  spec::PaddingLayerParams &params = *layer.mutable_padding();
  exporter.take("mode");
  switch (op.getMode()) {
  case coreml::PaddingMode::constant:
    return exporter.writeFields(*params.mutable_constant());
  case coreml::PaddingMode::reflection:
    params.mutable_reflection();
    return success();
  case coreml::PaddingMode::replication:
    params.mutable_replication();
    return success();
  }
  llvm_unreachable("all modes are above");
}

//===----------------------------------------------------------------------===//
// Volumes
//===----------------------------------------------------------------------===//

/// Fields that the format has one by one, such as strideDepth, strideHeight and
/// strideWidth, from a list.
static LogicalResult writeEach(LayerExporter &exporter, Message &params,
                               StringRef prefix, ArrayRef<StringRef> suffixes,
                               ArrayRef<int64_t> values) {
  Builder builder(exporter.getOperation());
  if (values.size() != suffixes.size())
    return exporter.emitError() << prefix << " has " << values.size()
                                << " numbers instead of " << suffixes.size();
  for (auto [suffix, value] : llvm::zip(suffixes, values)) {
    const FieldDescriptor *field =
        params.GetDescriptor()->FindFieldByName((prefix + suffix).str());
    if (failed(setField(params, *field, builder.getI64IntegerAttr(value),
                        [&] { return exporter.emitError(); })))
      return failure();
  }
  return success();
}

static const StringRef kVolume[] = {"Depth", "Height", "Width"};

template <typename Op>
static LogicalResult writeCustomPadding(LayerExporter &exporter, Op op,
                                        Message &params) {
  if (!exporter.take("customPadding"))
    return success();
  return writeEach(exporter, params, "customPadding",
                   {"Front", "Back", "Top", "Bottom", "Left", "Right"},
                   op.getCustomPadding());
}

static LogicalResult writeConvolution3D(LayerExporter &exporter, Layer &layer) {
  auto op = cast<coreml::Convolution3DOp>(exporter.getOperation());
  spec::Convolution3DLayerParams &params = *layer.mutable_convolution3d();
  ArrayRef<int64_t> shape = op.getWeights().getShapedType().getShape();
  bool transposed = op.getIsDeconvolution();
  params.set_inputchannels(transposed ? shape[0] : shape[1] * op.getNGroups());
  params.set_outputchannels(transposed ? shape[1] * op.getNGroups() : shape[0]);
  exporter.take("stride");
  exporter.take("dilation");
  return success(succeeded(writeEach(exporter, params, "kernel", kVolume,
                                     shape.drop_front(2))) &&
                 succeeded(writeEach(exporter, params, "stride", kVolume,
                                     op.getStride())) &&
                 succeeded(writeEach(exporter, params, "dilation", kVolume,
                                     op.getDilation())) &&
                 succeeded(writeCustomPadding(exporter, op, params)));
}

static LogicalResult writePooling3D(LayerExporter &exporter, Layer &layer) {
  auto op = cast<coreml::Pooling3DOp>(exporter.getOperation());
  spec::Pooling3DLayerParams &params = *layer.mutable_pooling3d();
  exporter.take("kernelSize");
  exporter.take("stride");
  return success(succeeded(writeEach(exporter, params, "kernel", kVolume,
                                     op.getKernelSize())) &&
                 succeeded(writeEach(exporter, params, "stride", kVolume,
                                     op.getStride())) &&
                 succeeded(writeCustomPadding(exporter, op, params)));
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

/// The message that an activation chooses.
static Message &chooseActivation(coreml::ActivationKind kind,
                                 spec::ActivationParams &params) {
  using Kind = coreml::ActivationKind;
  switch (kind) {
  case Kind::linear:
    return *params.mutable_linear();
  case Kind::relu:
    return *params.mutable_relu();
  case Kind::leaky_relu:
    return *params.mutable_leakyrelu();
  case Kind::thresholded_relu:
    return *params.mutable_thresholdedrelu();
  case Kind::prelu:
    return *params.mutable_prelu();
  case Kind::tanh:
    return *params.mutable_tanh();
  case Kind::scaled_tanh:
    return *params.mutable_scaledtanh();
  case Kind::sigmoid:
    return *params.mutable_sigmoid();
  case Kind::sigmoid_hard:
    return *params.mutable_sigmoidhard();
  case Kind::elu:
    return *params.mutable_elu();
  case Kind::softsign:
    return *params.mutable_softsign();
  case Kind::softplus:
    return *params.mutable_softplus();
  case Kind::parametric_softplus:
    return *params.mutable_parametricsoftplus();
  }
  llvm_unreachable("all activations are above");
}

static LogicalResult writeActivation(LayerExporter &exporter, Layer &layer) {
  auto op = cast<coreml::ActivationOp>(exporter.getOperation());
  exporter.take("kind");
  return exporter.writeFields(
      chooseActivation(op.getKind(), *layer.mutable_activation()));
}

/// Activation `index` of a recurrent layer.
static LogicalResult writeActivation(LayerExporter &exporter, unsigned index,
                                     spec::ActivationParams &params) {
  auto kinds = exporter.takeAs<ArrayAttr>("activations");
  auto alphas = exporter.takeAs<DenseF32ArrayAttr>("alphas");
  auto betas = exporter.takeAs<DenseF32ArrayAttr>("betas");
  if (!kinds || !alphas || !betas || index >= kinds.size() ||
      alphas.size() != static_cast<int64_t>(kinds.size()) ||
      betas.size() != alphas.size())
    return exporter.emitError() << "has too few activations";
  auto kind = cast<coreml::ActivationKindAttr>(kinds[index]).getValue();
  float alpha = alphas[index], beta = betas[index];
  chooseActivation(kind, params);
  if (params.has_linear()) {
    params.mutable_linear()->set_alpha(alpha);
    params.mutable_linear()->set_beta(beta);
  } else if (params.has_scaledtanh()) {
    params.mutable_scaledtanh()->set_alpha(alpha);
    params.mutable_scaledtanh()->set_beta(beta);
  } else if (params.has_sigmoidhard()) {
    params.mutable_sigmoidhard()->set_alpha(alpha);
    params.mutable_sigmoidhard()->set_beta(beta);
  }
  return success();
}

template <typename List>
static LogicalResult writeActivations(LayerExporter &exporter, unsigned first,
                                      unsigned count, List &list) {
  for (unsigned i = first; i < first + count; ++i)
    if (failed(writeActivation(exporter, i, *list.Add())))
      return failure();
  return success();
}

static LogicalResult writeSimpleRecurrent(LayerExporter &exporter,
                                          Layer &layer) {
  return writeActivation(
      exporter, 0, *layer.mutable_simplerecurrent()->mutable_activation());
}

static LogicalResult writeGRU(LayerExporter &exporter, Layer &layer) {
  spec::GRULayerParams &params = *layer.mutable_gru();
  params.set_hasbiasvectors(bool(exporter.take("updateGateBiasVector")));
  return writeActivations(exporter, 0, 2, *params.mutable_activations());
}

static LogicalResult writeUniDirectionalLSTM(LayerExporter &exporter,
                                             Layer &layer) {
  return writeActivations(
      exporter, 0, 3,
      *layer.mutable_unidirectionallstm()->mutable_activations());
}

static LogicalResult writeBiDirectionalLSTM(LayerExporter &exporter,
                                            Layer &layer) {
  auto &params = *layer.mutable_bidirectionallstm();
  return success(
      succeeded(writeActivations(exporter, 0, 3,
                                 *params.mutable_activationsforwardlstm())) &&
      succeeded(writeActivations(exporter, 3, 3,
                                 *params.mutable_activationsbackwardlstm())));
}

//===----------------------------------------------------------------------===//
// Custom layers
//===----------------------------------------------------------------------===//

/// A parameter of a custom layer, as importCustom describes it.
static LogicalResult writeParameter(LayerExporter &exporter,
                                    NamedAttribute parameter,
                                    spec::CustomLayerParams &params) {
  auto &value = (*params.mutable_parameters())[parameter.getName().str()];
  Attribute given = parameter.getValue();
  if (auto number = dyn_cast<FloatAttr>(given))
    value.set_doublevalue(number.getValueAsDouble());
  else if (auto text = dyn_cast<StringAttr>(given))
    value.set_stringvalue(text.str());
  else if (auto flag = dyn_cast<BoolAttr>(given))
    value.set_boolvalue(flag.getValue());
  else if (auto number = dyn_cast<IntegerAttr>(given))
    number.getType().isInteger(64) ? value.set_longvalue(number.getInt())
                                   : value.set_intvalue(number.getInt());
  else if (!isa<UnitAttr>(given))
    return exporter.emitError()
           << "has the parameter " << parameter.getName() << " of another type";
  return success();
}

/// What the developer says of the class is no part of the file.
static LogicalResult writeCustom(LayerExporter &exporter, Layer &layer) {
  spec::CustomLayerParams &params = *layer.mutable_custom();
  exporter.take("definition");
  if (auto parameters = exporter.takeAs<DictionaryAttr>("parameters"))
    for (NamedAttribute parameter : parameters)
      if (failed(writeParameter(exporter, parameter, params)))
        return failure();
  if (auto weights = exporter.takeAs<ArrayAttr>("weights"))
    for (auto elements : weights.getAsRange<ElementsAttr>())
      if (failed(exporter.writeWeights(elements, *params.add_weights())))
        return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

LogicalResult mlc::completeLayer(LayerExporter &exporter, Layer &layer) {
  if (failed(writeSizes(exporter, layer)))
    return failure();
  switch (layer.layer_case()) {
  case Layer::kConvolution:
    return writeConvolution(exporter, layer);
  case Layer::kPooling:
    return writePooling(exporter, layer);
  case Layer::kPadding:
    return writePadding(exporter, layer);
  case Layer::kConvolution3D:
    return writeConvolution3D(exporter, layer);
  case Layer::kPooling3D:
    return writePooling3D(exporter, layer);
  case Layer::kActivation:
    return writeActivation(exporter, layer);
  case Layer::kSimpleRecurrent:
    return writeSimpleRecurrent(exporter, layer);
  case Layer::kGru:
    return writeGRU(exporter, layer);
  case Layer::kUniDirectionalLSTM:
    return writeUniDirectionalLSTM(exporter, layer);
  case Layer::kBiDirectionalLSTM:
    return writeBiDirectionalLSTM(exporter, layer);
  case Layer::kCustom:
    return writeCustom(exporter, layer);
  default:
    return success();
  }
}
