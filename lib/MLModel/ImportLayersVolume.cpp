// Windows over volumes, whose fields come in threes, and random numbers.

#include "LayerFields.h"
#include "LayerImporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

/// Sets `name` to the numbers of depth, height and width, at least `least`; 0
/// means `otherwise`.
static LogicalResult setSizes(LayerImporter &importer, StringRef name,
                              ArrayRef<int32_t> sizes, int32_t least,
                              int32_t otherwise = 0) {
  SmallVector<int64_t> values;
  for (int32_t size : sizes) {
    values.push_back(size == 0 ? otherwise : size);
    if (values.back() < least)
      return importer.emitError() << name << " is " << size;
  }
  importer.set(name, importer.getBuilder().getDenseI64ArrayAttr(values));
  return success();
}

/// Both layers name their kinds of padding alike.
template <typename Params>
static LogicalResult setVolumePadding(LayerImporter &importer,
                                      const Params &params) {
  auto type =
      coreml::symbolizeVolumePaddingType(uint32_t(params.paddingtype()));
  if (!type)
    return importer.emitError()
           << "paddingType has the unknown value " << int(params.paddingtype());
  importer.set("paddingType", coreml::VolumePaddingTypeAttr::get(
                                  importer.getBuilder().getContext(), *type));
  if (*type != coreml::VolumePaddingType::CUSTOM)
    return success();
  return setSizes(importer, "customPadding",
                  {params.custompaddingfront(), params.custompaddingback(),
                   params.custompaddingtop(), params.custompaddingbottom(),
                   params.custompaddingleft(), params.custompaddingright()},
                  0);
}

/// What is made of a window; the fields' enumerations have the same numbers.
static LogicalResult setPoolingType(LayerImporter &importer, int number) {
  auto type = coreml::symbolizePoolingType(uint32_t(number));
  if (!type || *type == coreml::PoolingType::L2)
    return importer.emitError() << "type has the unknown value " << number;
  importer.set("type", coreml::PoolingTypeAttr::get(
                           importer.getBuilder().getContext(), *type));
  return success();
}

static LogicalResult importPooling3D(LayerImporter &importer,
                                     const Layer &layer) {
  const spec::Pooling3DLayerParams &params = layer.pooling3d();
  importer.set("countExcludePadding",
               importer.getBuilder().getBoolAttr(params.countexcludepadding()));
  return success(
      succeeded(setPoolingType(importer, params.type())) &&
      succeeded(setSizes(
          importer, "kernelSize",
          {params.kerneldepth(), params.kernelheight(), params.kernelwidth()},
          1, 2)) &&
      succeeded(setSizes(
          importer, "stride",
          {params.stridedepth(), params.strideheight(), params.stridewidth()},
          1, 1)) &&
      succeeded(setVolumePadding(importer, params)));
}

static LogicalResult importGlobalPooling3D(LayerImporter &importer,
                                           const Layer &layer) {
  return setPoolingType(importer, layer.globalpooling3d().type());
}

static LogicalResult importConvolution3D(LayerImporter &importer,
                                         const Layer &layer) {
  const spec::Convolution3DLayerParams &params = layer.convolution3d();
  Builder &builder = importer.getBuilder();
  int64_t groups = std::max(1, params.ngroups()),
          inputs = params.inputchannels(), outputs = params.outputchannels();
  if (inputs < 1 || outputs < 1 || params.ngroups() < 0 || inputs % groups ||
      outputs % groups)
    return importer.emitError() << "nGroups " << params.ngroups()
                                << " does not divide inputChannels " << inputs
                                << " and outputChannels " << outputs;
  importer.set("nGroups", builder.getI64IntegerAttr(groups));
  importer.set("isDeconvolution",
               builder.getBoolAttr(params.isdeconvolution()));
  if (failed(setSizes(
          importer, "stride",
          {params.stridedepth(), params.strideheight(), params.stridewidth()},
          1, 1)) ||
      failed(setSizes(importer, "dilation",
                      {params.dilationdepth(), params.dilationheight(),
                       params.dilationwidth()},
                      1, 1)) ||
      failed(setVolumePadding(importer, params)))
    return failure();
  SmallVector<int64_t> shape = {outputs, inputs / groups};
  if (params.isdeconvolution()) {
    shape = {inputs, outputs / groups};
    if (params.outputshape_size() > 0) {
      FailureOr<SmallVector<int64_t>> target =
          getShape(importer, "outputShape", params.outputshape());
      if (failed(target))
        return failure();
      importer.set("outputShape", builder.getDenseI64ArrayAttr(*target));
    }
  }
  for (int32_t size :
       {params.kerneldepth(), params.kernelheight(), params.kernelwidth()})
    shape.push_back(size == 0 ? 3 : size);
  bool transposed = params.isdeconvolution();
  if (failed(importer.setWeights("weights", params.weights(), shape,
                                 transposed ? 1 : 0, transposed ? groups : 1)))
    return failure();
  return params.hasbias()
             ? importer.setWeights("bias", params.bias(), {outputs})
             : success();
}

/// For layers whose fields are their attributes.
template <typename Params, const Params &(Layer::*get)() const>
static LogicalResult importFields(LayerImporter &importer, const Layer &layer) {
  return importer.setFields((layer.*get)());
}

static LogicalResult importCategorical(LayerImporter &importer,
                                       const Layer &layer) {
  const auto &params = layer.categoricaldistribution();
  if (failed(importer.setFields(params)))
    return failure();
  if (params.numsamples() < 1)
    return importer.emitError() << "numSamples is " << params.numsamples();
  setOr(importer, "eps", params.eps(), 1e-10f);
  setOr(importer, "temperature", params.temperature(), 1);
  return success();
}

#define RANDOM(Kind, field, name, inputs)                                      \
  {Layer::kRandom##Kind,                                                       \
   name,                                                                       \
   inputs,                                                                     \
   inputs,                                                                     \
   1,                                                                          \
   1,                                                                          \
   importFields<spec::Random##Kind##LayerParams, &Layer::random##field>}

ArrayRef<LayerEntry> mlc::getVolumeLayers() {
  static const LayerEntry entries[] = {
      {Layer::kPooling3D, "pooling3d", 1, 1, 1, 1, importPooling3D},
      {Layer::kGlobalPooling3D, "global_pooling3d", 1, 1, 1, 1,
       importGlobalPooling3D},
      {Layer::kConvolution3D, "convolution3d", 1, 1, 1, 1, importConvolution3D},
      RANDOM(NormalLike, normallike, "random_normal_like", 1),
      RANDOM(NormalStatic, normalstatic, "random_normal_static", 0),
      RANDOM(NormalDynamic, normaldynamic, "random_normal_dynamic", 1),
      RANDOM(UniformLike, uniformlike, "random_uniform_like", 1),
      RANDOM(UniformStatic, uniformstatic, "random_uniform_static", 0),
      RANDOM(UniformDynamic, uniformdynamic, "random_uniform_dynamic", 1),
      RANDOM(BernoulliLike, bernoullilike, "random_bernoulli_like", 1),
      RANDOM(BernoulliStatic, bernoullistatic, "random_bernoulli_static", 0),
      RANDOM(BernoulliDynamic, bernoullidynamic, "random_bernoulli_dynamic", 1),
      {Layer::kCategoricalDistribution, "categorical_distribution", 1, 1, 1, 1,
       importCategorical},
      {Layer::kNonMaximumSuppression, "non_maximum_suppression", 2, 5, 4, 4,
       importFields<spec::NonMaximumSuppressionLayerParams,
                    &Layer::nonmaximumsuppression>},
  };
  return entries;
}
#undef RANDOM
