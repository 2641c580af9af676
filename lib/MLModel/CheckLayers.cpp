// Fields of layers.
#include "Checks.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlc;
using llvm::Twine;
using Layer = spec::NeuralNetworkLayer;
using Upsample = spec::UpsampleLayerParams;

namespace {
/// What is wrong with one layer of a type, in order.
struct LayerRule {
  Layer::LayerCase type;
  /// Calls `fail` for each fault.
  void (*check)(const Layer &layer,
                llvm::function_ref<void(const Twine &)> fail);
};
using Fail = llvm::function_ref<void(const Twine &)>;
} // namespace

static void checkUpsample(const Layer &layer, Fail fail) {
  const Upsample &params = layer.upsample();
  int whole = params.scalingfactor_size(),
      fractional = params.fractionalscalingfactor_size();
  if (whole > 0 && fractional > 0)
    fail("has both scalingFactor and fractionalScalingFactor");
  for (auto [name, count] : {std::pair("scalingFactor", whole),
                             std::pair("fractionalScalingFactor", fractional)})
    if (count != 0 && count != 2)
      fail(Twine(name) + " has " + Twine(count) + " elements instead of 2");
  bool isNearest = params.mode() == Upsample::NN;
  bool isDefault = params.linearupsamplemode() == Upsample::DEFAULT;
  if (fractional > 0 && isNearest)
    fail("fractionalScalingFactor is for mode BILINEAR only, not NN");
  else if (fractional > 0 && isDefault)
    fail("fractionalScalingFactor needs linearUpsampleMode "
         "ALIGN_CORNERS_TRUE or ALIGN_CORNERS_FALSE, not DEFAULT");
  if (isNearest && !isDefault)
    fail("linearUpsampleMode is for mode BILINEAR only, not NN");
}

static void checkConvolution(const Layer &layer, Fail fail) {
  const spec::ConvolutionLayerParams &params = layer.convolution();
  if (!params.has_valid() && !params.has_same())
    fail("has no padding type (valid or same)");
  if (layer.input_size() < 2)
    return;
  if (params.isdeconvolution())
    fail("isDeconvolution: its weights cannot be an input");
  if (llvm::any_of(params.dilationfactor(),
                   [](uint64_t factor) { return factor > 1; }))
    fail("dilationFactor must be 1 where the weights are an input");
  if (params.hasbias())
    fail("hasBias: there is no bias where the weights are an input");
}

static void
checkPositive(Fail fail,
              std::initializer_list<std::pair<const char *, int>> fields) {
  for (auto [name, value] : fields)
    if (value <= 0)
      fail(Twine(name) + " is " + Twine(value) + ", not positive");
}

static void checkConvolution3D(const Layer &layer, Fail fail) {
  const spec::Convolution3DLayerParams &p = layer.convolution3d();
  checkPositive(fail, {{"inputChannels", p.inputchannels()},
                       {"outputChannels", p.outputchannels()},
                       {"nGroups", p.ngroups()},
                       {"kernelDepth", p.kerneldepth()},
                       {"kernelHeight", p.kernelheight()},
                       {"kernelWidth", p.kernelwidth()},
                       {"strideDepth", p.stridedepth()},
                       {"strideHeight", p.strideheight()},
                       {"strideWidth", p.stridewidth()},
                       {"dilationDepth", p.dilationdepth()},
                       {"dilationHeight", p.dilationheight()},
                       {"dilationWidth", p.dilationwidth()}});
  for (int amount :
       {p.custompaddingfront(), p.custompaddingback(), p.custompaddingtop(),
        p.custompaddingbottom(), p.custompaddingleft(), p.custompaddingright()})
    if (amount < 0)
      return fail("a customPadding is negative");
  if (p.outputshape_size() > 0 && !p.isdeconvolution())
    fail("outputShape is for deconvolutions only");
  else if (p.outputshape_size() != 0 && p.outputshape_size() != 3)
    fail("outputShape has " + Twine(p.outputshape_size()) +
         " elements instead of 3");
}

static void checkPooling(const Layer &layer, Fail fail) {
  const spec::PoolingLayerParams &params = layer.pooling();
  if (!params.has_valid() && !params.has_same() &&
      !params.has_includelastpixel())
    fail("has no padding type (valid, same or includeLastPixel)");
}

static void checkPooling3D(const Layer &layer, Fail fail) {
  const spec::Pooling3DLayerParams &p = layer.pooling3d();
  checkPositive(fail, {{"kernelDepth", p.kerneldepth()},
                       {"kernelHeight", p.kernelheight()},
                       {"kernelWidth", p.kernelwidth()},
                       {"strideDepth", p.stridedepth()},
                       {"strideHeight", p.strideheight()},
                       {"strideWidth", p.stridewidth()}});
  bool isCustom = p.paddingtype() == spec::Pooling3DLayerParams::CUSTOM;
  for (int amount : {p.custompaddingfront(), p.custompaddingback(),
                     p.custompaddingtop(), p.custompaddingbottom(),
                     p.custompaddingleft(), p.custompaddingright()}) {
    if (amount < 0)
      return fail("a customPadding is negative");
    if (amount > 0 && !isCustom)
      return fail("a customPadding is not 0, but paddingType is not CUSTOM");
  }
}

static void checkPadding(const Layer &layer, Fail fail) {
  const spec::PaddingLayerParams &params = layer.padding();
  int count = params.paddingamounts().borderamounts_size();
  if (count != 0 && count != 2)
    fail("paddingAmounts has " + Twine(count) + " elements instead of 2");
  if (params.PaddingType_case() ==
      spec::PaddingLayerParams::PADDINGTYPE_NOT_SET)
    fail("has no padding type (constant, reflection or replication)");
}

static void checkCrop(const Layer &layer, Fail fail) {
  const spec::CropLayerParams &params = layer.crop();
  int amounts = params.cropamounts().borderamounts_size();
  if (layer.input_size() == 1 && amounts != 2)
    fail("cropAmounts has " + Twine(amounts) + " elements instead of 2");
  if (layer.input_size() == 2 && params.offset_size() != 2)
    fail("offset has " + Twine(params.offset_size()) +
         " elements instead of 2");
}

static void checkSlice(const Layer &layer, Fail fail) {
  const spec::SliceLayerParams &params = layer.slice();
  if (params.stride() < 1)
    fail("stride is 0");
  int64_t begin = params.startindex(), end = params.endindex();
  if ((end > 0 && end < begin) || (end < 0 && begin < 0 && begin > end))
    fail("endIndex " + Twine(end) + " is before startIndex " + Twine(begin));
}

static void checkActivation(const Layer &layer, Fail fail) {
  if (layer.activation().NonlinearityType_case() ==
      spec::ActivationParams::NONLINEARITYTYPE_NOT_SET)
    fail("has no function");
}

static void checkExpandDims(const Layer &layer, Fail fail) {
  llvm::SmallSet<int64_t, 8> axes;
  if (layer.expanddims().axes().empty())
    fail("axes is empty");
  for (int64_t axis : layer.expanddims().axes())
    if (!axes.insert(axis).second)
      fail("axes has " + Twine(axis) + " twice");
}

static void checkSqueeze(const Layer &layer, Fail fail) {
  llvm::SmallSet<int64_t, 8> axes;
  if (layer.squeeze().squeezeall())
    return;
  if (layer.squeeze().axes().empty())
    fail("axes is empty, and squeezeAll is not set");
  for (int64_t axis : layer.squeeze().axes())
    if (!axes.insert(axis).second)
      fail("axes has " + Twine(axis) + " twice");
}

static void checkSliceStatic(const Layer &layer, Fail fail) {
  const spec::SliceStaticLayerParams &params = layer.slicestatic();
  for (auto [name, count] : {std::pair("beginIds", params.beginids_size()),
                             std::pair("endIds", params.endids_size()),
                             std::pair("strides", params.strides_size()),
                             std::pair("beginMasks", params.beginmasks_size()),
                             std::pair("endMasks", params.endmasks_size())})
    if (count == 0)
      fail(Twine(name) + " is empty");
}

static void checkConstantPad(const Layer &layer, Fail fail) {
  const spec::ConstantPaddingLayerParams &params = layer.constantpad();
  int count = params.padamounts_size();
  if (layer.input_size() != 1)
    return;
  if (count == 0 || count % 2)
    return fail("padAmounts has " + Twine(count) +
                " elements, not two for each dimension");
  for (int i = 0; params.padtogivenoutputsizemode() && i < count; i += 2)
    if (params.padamounts(i) > 0 && params.padamounts(i + 1) > 0)
      fail("padToGivenOutputSizeMode: padAmounts has two sizes for dimension " +
           Twine(i / 2));
}

static void checkSplitND(const Layer &layer, Fail fail) {
  const spec::SplitNDLayerParams &params = layer.splitnd();
  uint64_t parts = params.splitsizes_size() > 0 ? params.splitsizes_size()
                                                : params.numsplits();
  if (parts == 0)
    fail("has neither splitSizes nor numSplits");
  else if (parts != uint64_t(layer.output_size()))
    fail("gives " + Twine(parts) + " parts, but has " +
         Twine(layer.output_size()) + " outputs");
}

static void checkBatchedMatMul(const Layer &layer, Fail fail) {
  if (layer.input_size() < 2)
    return;
  if (layer.batchedmatmul().hasbias())
    fail("hasBias: there is no bias where both matrices are inputs");
  if (layer.batchedmatmul().int8dynamicquantize())
    fail("int8DynamicQuantize is for weights only, not for two inputs");
}

static void checkBranch(const Layer &layer, Fail fail) {
  if (layer.branch().ifbranch().layers().empty())
    fail("ifBranch has no layers");
}

static void checkLoop(const Layer &layer, Fail fail) {
  const spec::LoopLayerParams &params = layer.loop();
  bool hasCondition = params.conditionnetwork().layers_size() > 0;
  if (params.bodynetwork().layers().empty())
    fail("bodyNetwork has no layers");
  if (hasCondition == params.conditionvar().empty())
    fail("needs both conditionNetwork and conditionVar, or neither");
  if (!hasCondition && params.maxloopiterations() == 0 &&
      layer.input_size() == 0)
    fail("maxLoopIterations is 0, and there is neither an input nor a "
         "condition");
}

/// A list that must not be empty, for types where that is the only rule.
#define MLC_NEEDS(list, name)                                                  \
  [](const Layer &layer, Fail fail) {                                          \
    if (layer.list().empty())                                                  \
      fail(name " is empty");                                                  \
  }
/// A list of `count` elements, or none with `orNone`.
#define MLC_COUNT(list, name, count, orNone)                                   \
  [](const Layer &layer, Fail fail) {                                          \
    int have = layer.list().size();                                            \
    if (have != (count) && !((orNone) && have == 0))                           \
      fail(Twine(name " has ") + Twine(have) +                                 \
           " elements instead of " #count);                                    \
  }
#define MLC_ORDERED(message)                                                   \
  [](const Layer &layer, Fail fail) {                                          \
    if (layer.message().minval() > layer.message().maxval())                   \
      fail("minVal is above maxVal");                                          \
  }
#define MLC_PROBABILITY(message)                                               \
  [](const Layer &layer, Fail fail) {                                          \
    if (!(layer.message().prob() >= 0 && layer.message().prob() <= 1))         \
      fail("prob is not between 0 and 1");                                     \
  }
#define MLC_SHAPE(list, name)                                                  \
  [](const Layer &layer, Fail fail) {                                          \
    int have = layer.list().size();                                            \
    if (have != 1 && have != 3)                                                \
      fail(Twine(name " has ") + Twine(have) + " elements instead of 1 or 3"); \
  }

static const LayerRule kLayerRules[] = {
    {Layer::kUpsample, checkUpsample},
    {Layer::kConvolution, checkConvolution},
    {Layer::kConvolution3D, checkConvolution3D},
    {Layer::kPooling, checkPooling},
    {Layer::kPooling3D, checkPooling3D},
    {Layer::kPadding, checkPadding},
    {Layer::kCrop, checkCrop},
    {Layer::kSlice, checkSlice},
    {Layer::kActivation, checkActivation},
    {Layer::kExpandDims, checkExpandDims},
    {Layer::kSqueeze, checkSqueeze},
    {Layer::kSliceStatic, checkSliceStatic},
    {Layer::kConstantPad, checkConstantPad},
    {Layer::kSplitND, checkSplitND},
    {Layer::kBatchedMatmul, checkBatchedMatMul},
    {Layer::kBranch, checkBranch},
    {Layer::kLoop, checkLoop},
    {Layer::kReshape,
     [](const Layer &layer, Fail fail) {
       int size = layer.reshape().targetshape_size();
       if (size != 3 && size != 4)
         fail("targetShape has " + Twine(size) + " elements instead of 3 or 4");
     }},
    {Layer::kLrn,
     [](const Layer &layer, Fail fail) {
       if (layer.lrn().k() < 0)
         fail("k is negative");
     }},
    {Layer::kReorganizeData,
     [](const Layer &layer, Fail fail) {
       if (layer.reorganizedata().blocksize() < 2)
         fail("blockSize is below 2");
     }},
    {Layer::kCopy,
     [](const Layer &layer, Fail fail) {
       if (layer.input_size() == 1 && layer.output_size() == 1 &&
           layer.input(0) == layer.output(0))
         fail("copies a blob to itself");
     }},
    {Layer::kArgSort,
     [](const Layer &layer, Fail fail) {
       if (layer.argsort().axis() < 0)
         fail("axis is negative");
     }},
    {Layer::kCustom,
     [](const Layer &layer, Fail fail) {
       if (layer.custom().classname().empty())
         fail("className is empty");
     }},
    {Layer::kPermute, MLC_COUNT(permute().axis, "axis", 4, false)},
    {Layer::kLoadConstant, MLC_COUNT(loadconstant().shape, "shape", 3, false)},
    {Layer::kResizeBilinear,
     MLC_COUNT(resizebilinear().targetsize, "targetSize", 2, true)},
    {Layer::kCropResize,
     MLC_COUNT(cropresize().targetsize, "targetSize", 2, true)},
    {Layer::kBias, MLC_SHAPE(bias().shape, "shape")},
    {Layer::kScale, MLC_SHAPE(scale().shapescale, "shapeScale")},
    {Layer::kTranspose, MLC_NEEDS(transpose().axes, "axes")},
    {Layer::kFillStatic, MLC_NEEDS(fillstatic().targetshape, "targetShape")},
    {Layer::kReshapeStatic,
     MLC_NEEDS(reshapestatic().targetshape, "targetShape")},
    {Layer::kRankPreservingReshape,
     MLC_NEEDS(rankpreservingreshape().targetshape, "targetShape")},
    {Layer::kBroadcastToStatic,
     MLC_NEEDS(broadcasttostatic().targetshape, "targetShape")},
    {Layer::kLoadConstantND, MLC_NEEDS(loadconstantnd().shape, "shape")},
    {Layer::kLayerNormalization,
     MLC_NEEDS(layernormalization().normalizedshape, "normalizedShape")},
    {Layer::kRandomNormalStatic,
     MLC_NEEDS(randomnormalstatic().outputshape, "outputShape")},
    {Layer::kRandomUniformStatic,
     MLC_NEEDS(randomuniformstatic().outputshape, "outputShape")},
    {Layer::kRandomBernoulliStatic,
     MLC_NEEDS(randombernoullistatic().outputshape, "outputShape")},
    {Layer::kClip, MLC_ORDERED(clip)},
    {Layer::kRandomUniformStatic, MLC_ORDERED(randomuniformstatic)},
    {Layer::kRandomUniformLike, MLC_ORDERED(randomuniformlike)},
    {Layer::kRandomUniformDynamic, MLC_ORDERED(randomuniformdynamic)},
    {Layer::kRandomBernoulliStatic, MLC_PROBABILITY(randombernoullistatic)},
    {Layer::kRandomBernoulliLike, MLC_PROBABILITY(randombernoullilike)},
    {Layer::kRandomBernoulliDynamic, MLC_PROBABILITY(randombernoullidynamic)},
};

static void checkFields(const CheckedModel &model) {
  forEachLayer(model, [&](const Layer &layer, int loops) {
    for (const LayerRule &rule : kLayerRules)
      if (rule.type == layer.layer_case())
        rule.check(layer, [&](const Twine &why) { model.report(layer, why); });
    if ((layer.has_loopbreak() || layer.has_loopcontinue()) && loops == 0)
      model.report(layer, "is in no loop");
  });
}

llvm::ArrayRef<CheckRule> mlc::getLayerRules() {
  static const CheckRule rules[] = {{"layer-fields", checkFields}};
  return rules;
}
