// The step from layers to computations: types, the boundary of the function,
// and what the patterns share.
#include "Patterns.h"

#include "mlc/Conversion/Passes.h"
#include "mlc/Support/Strided.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <numeric>

using namespace mlir;
using namespace mlc;

namespace mlc {
#define GEN_PASS_DEF_CONVERTCOREMLTONN
#include "mlc/Conversion/Passes.h.inc"
} // namespace mlc

//===----------------------------------------------------------------------===//
// Types and helpers
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> channelLastShape(ArrayRef<int64_t> shape) {
  if (shape.size() < 3)
    return SmallVector<int64_t>(shape);
  int64_t batch = 1;
  for (int64_t extent : shape.drop_back(3))
    batch *= extent;
  ArrayRef<int64_t> image = shape.take_back(3);
  return {batch, image[1], image[2], image[0]};
}

static Value castTo(OpBuilder &b, Type type, ValueRange inputs, Location loc) {
  return UnrealizedConversionCastOp::create(b, loc, type, inputs).getResult(0);
}

ChannelLastConverter::ChannelLastConverter(bool releaseWeights)
    : releaseWeights(releaseWeights) {
  addConversion([](RankedTensorType type) -> Type {
    return RankedTensorType::get(channelLastShape(type.getShape()),
                                 type.getElementType());
  });
  addSourceMaterialization(castTo);
  addTargetMaterialization(castTo);
}

int64_t mlc::channelLastAxis(unsigned axis, int64_t rank) {
  if (rank < 3)
    return axis;
  switch (rank - int64_t(axis)) {
  case 3:
    return 3;
  case 2:
    return 1;
  case 1:
    return 2;
  default:
    return 0;
  }
}

FailureOr<std::vector<float>>
mlc::permuteWeights(ElementsAttr weights, ArrayRef<int64_t> permutation) {
  FailureOr<FloatView> data = viewFloats(weights);
  if (failed(data))
    return failure();
  return permuteElements<float>(
      *data, cast<ShapedType>(weights.getType()).getShape(), permutation);
}

FailureOr<Value> mlc::broadcastConstant(OpBuilder &b, Location loc,
                                        Attribute weights, StringRef name) {
  auto elements = cast<ElementsAttr>(weights);
  ArrayRef<int64_t> shape = cast<ShapedType>(elements.getType()).getShape();
  if (shape.size() < 3) {
    FailureOr<std::vector<float>> data = readFloats(elements);
    if (failed(data))
      return failure();
    return makeConstant(b, loc, shape, std::move(*data), name);
  }
  FailureOr<std::vector<float>> data = permuteWeights(elements, {1, 2, 0});
  if (failed(data))
    return failure();
  return makeConstant(b, loc, {shape[1], shape[2], shape[0]}, std::move(*data),
                      name);
}

int64_t mlc::paddingAfter(const coreml::Window &window) {
  int64_t reach = (window.output - 1) * window.stride +
                  (window.kernel - 1) * window.dilation + 1;
  return std::max<int64_t>(0, reach - window.before - window.input);
}

Value mlc::createMap(OpBuilder &b, Location loc, Type type, ValueRange inputs,
                     ScalarBody body) {
  return nn::MapOp::create(b, loc, cast<RankedTensorType>(type), inputs, body);
}

Value mlc::scalar(OpBuilder &b, Location loc, double value) {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
}

Value mlc::reshapeTo(OpBuilder &b, Location loc, Value value,
                     ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  return b.createOrFold<nn::ReshapeOp>(
      loc, RankedTensorType::get(shape, type.getElementType()), value);
}

Value mlc::transposeTo(OpBuilder &b, Location loc, Value value,
                       ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape;
  for (int64_t axis : permutation)
    shape.push_back(type.getDimSize(axis));
  return b.createOrFold<nn::TransposeOp>(
      loc, RankedTensorType::get(shape, type.getElementType()), value,
      permutation);
}

Value mlc::toLogical(OpBuilder &b, Location loc, Value value,
                     ArrayRef<int64_t> coremlShape) {
  if (coremlShape.size() < 3)
    return value;
  return reshapeTo(b, loc, transposeTo(b, loc, value, {0, 3, 1, 2}),
                   coremlShape);
}

Value mlc::fromLogical(OpBuilder &b, Location loc, Value value,
                       ArrayRef<int64_t> coremlShape) {
  if (coremlShape.size() < 3)
    return reshapeTo(b, loc, value, coremlShape);
  SmallVector<int64_t> last = channelLastShape(coremlShape);
  Value planes = reshapeTo(b, loc, value, {last[0], last[3], last[1], last[2]});
  return transposeTo(b, loc, planes, {0, 2, 3, 1});
}

//===----------------------------------------------------------------------===//
// Array layers
//===----------------------------------------------------------------------===//

SmallVector<int64_t> ArrayForm::list(ArrayRef<int64_t> perDimension,
                                     int64_t otherwise) const {
  if (!stored || rank < 3)
    return SmallVector<int64_t>(perDimension);
  SmallVector<int64_t> result(4, otherwise);
  // What several dimensions share has something of its own for none of them.
  for (int64_t i = rank > 4 ? rank - 3 : 0; i < rank; ++i)
    result[axis(i)] = perDimension[i];
  return result;
}

SmallVector<int64_t> ArrayForm::shape(ArrayRef<int64_t> coremlShape) const {
  return stored ? channelLastShape(coremlShape)
                : SmallVector<int64_t>(coremlShape);
}

Value ArrayLayer::line(std::vector<float> values, int64_t axis, int64_t rank) {
  SmallVector<int64_t> shape(rank - axis, 1);
  shape.front() = values.size();
  return makeConstant(b, loc, shape, std::move(values), "indices");
}

Value ArrayLayer::iota(int64_t count, int64_t axis, int64_t rank) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 0.0f);
  return line(std::move(values), axis, rank);
}

Value ArrayLayer::take(Value input, Value indices, int64_t axis,
                       int64_t extent) {
  SmallVector<int64_t> shape(
      cast<RankedTensorType>(input.getType()).getShape());
  shape[axis] = extent;
  return nn::TakeOp::create(b, loc, type(shape), input, indices, ValueRange(),
                            ValueRange(), axis);
}

//===----------------------------------------------------------------------===//
// The function's boundary
//===----------------------------------------------------------------------===//

namespace {

// Gives arguments and results the form that users see, once the body computes
// on channel-last tensors; those of sub-networks, which nobody sees, become
// channel-last themselves.
class Boundary {
public:
  Boundary(func::FuncOp func, bool floatImages)
      : func(func), b(func.getContext()), floatImages(floatImages) {}

  LogicalResult convert() {
    for (unsigned i = 0; i < func.getNumArguments(); ++i)
      if (failed(convertArgument(i)))
        return failure();
    auto ret = cast<func::ReturnOp>(func.getBody().front().getTerminator());
    for (OpOperand &operand : ret->getOpOperands())
      if (failed(convertResult(operand)))
        return failure();
    func.setType(b.getFunctionType(func.getBody().getArgumentTypes(),
                                   ret.getOperandTypes()));
    markPixels();
    return success();
  }

private:
  static bool isImage(DictionaryAttr feature) {
    auto type = feature ? feature.getAs<StringAttr>("type") : StringAttr();
    return type && type.getValue() == "image";
  }

  static LogicalResult checkImage(Location loc, StringRef what,
                                  RankedTensorType type) {
    ArrayRef<int64_t> shape = type.getShape();
    auto isOne = [](int64_t size) { return size == 1; };
    if (shape.size() >= 3 && llvm::all_of(shape.drop_back(3), isOne))
      return success();
    return emitError(loc) << what << " '"
                          << cast<NameLoc>(loc).getName().getValue()
                          << "' is an image, but " << type
                          << " is not C x H x W behind ones";
  }

  // Pixels are bytes, or halves of any value.
  static bool hasHalves(DictionaryAttr image) {
    auto colors = image.getAs<StringAttr>("colorSpace");
    return colors && colors.getValue() == "GRAYSCALE_FLOAT16";
  }

  // The shape that the user sees. With EXACT_ARRAY_MAPPING it is the network's.
  // The legacy mapping gives arrays five dimensions: there it is the declared
  // one where the counts agree, else the coreml shape without leading ones and
  // without the ones that only make C an image.
  SmallVector<int64_t> visibleShape(DictionaryAttr feature,
                                    ArrayRef<int64_t> shape) {
    if (func->getParentOp()->hasAttr("coreml.arrayInputShapeMapping"))
      return SmallVector<int64_t>(shape);
    int64_t count = 1, declaredCount = 1;
    for (int64_t extent : shape)
      count *= extent;
    if (feature)
      if (auto declared = feature.getAs<DenseI64ArrayAttr>("shape")) {
        for (int64_t extent : declared.asArrayRef())
          declaredCount *= extent;
        if (declaredCount == count && !declared.empty())
          return SmallVector<int64_t>(declared.asArrayRef());
      }
    if (shape.size() != 5)
      return SmallVector<int64_t>(shape);
    ArrayRef<int64_t> visible = shape;
    if (shape[0] == 1 && shape[1] == 1) {
      visible = shape.drop_front(2);
      if (shape[3] == 1 && shape[4] == 1)
        visible = visible.take_front(1);
    }
    return SmallVector<int64_t>(visible);
  }

  LogicalResult convertArgument(unsigned index) {
    BlockArgument argument = func.getArgument(index);
    auto type = cast<RankedTensorType>(argument.getType());
    auto feature =
        func.getArgAttrOfType<DictionaryAttr>(index, "coreml.feature");
    Location loc = featureLocation(feature, "input");
    b.setInsertionPointToStart(&func.getBody().front());
    SmallVector<int64_t> last = channelLastShape(type.getShape());
    Value channelLast;
    // A marker that takes the argument's place while its type changes.
    auto cast = UnrealizedConversionCastOp::create(b, loc, type, argument);
    argument.replaceAllUsesExcept(cast.getResult(0), cast);
    if (func.isPrivate()) {
      argument.setType(RankedTensorType::get(last, b.getF32Type()));
      channelLast = argument;
    } else if (isImage(feature)) {
      if (failed(checkImage(loc, "input", type)))
        return failure();
      bool isHalf = hasHalves(feature);
      argument.setType(RankedTensorType::get(
          last, isHalf ? Type(b.getF16Type()) : Type(b.getI8Type())));
      b.setInsertionPoint(cast);
      channelLast = createMap(
          b, loc, RankedTensorType::get(last, b.getF32Type()), argument,
          [&](OpBuilder &nested, Location at, ValueRange in) -> Value {
            Type real = nested.getF32Type();
            if (isHalf)
              return arith::ExtFOp::create(nested, at, real, in[0]);
            return arith::UIToFPOp::create(nested, at, real, in[0]);
          });
    } else {
      argument.setType(RankedTensorType::get(
          visibleShape(feature, type.getShape()), b.getF32Type()));
      b.setInsertionPoint(cast);
      channelLast = fromLogical(b, loc, argument, type.getShape());
    }
    for (OpOperand &use :
         llvm::make_early_inc_range(cast.getResult(0).getUses())) {
      auto inner = dyn_cast<UnrealizedConversionCastOp>(use.getOwner());
      if (inner) {
        inner.getResult(0).replaceAllUsesWith(channelLast);
        inner.erase();
        continue;
      }
      // The model returns its input: hand on what the user sees.
      b.setInsertionPointAfterValue(channelLast);
      use.set(castTo(b, type, channelLast, loc));
    }
    cast.erase();
    return success();
  }

  LogicalResult convertResult(OpOperand &operand) {
    auto cast = operand.get().getDefiningOp<UnrealizedConversionCastOp>();
    unsigned index = operand.getOperandNumber();
    auto feature =
        func.getResultAttrOfType<DictionaryAttr>(index, "coreml.feature");
    auto type = llvm::cast<RankedTensorType>(operand.get().getType());
    Value channelLast = cast ? cast.getInputs().front() : operand.get();
    Location loc = featureLocation(feature, "output");
    b.setInsertionPoint(operand.getOwner());
    Value visible;
    if (func.isPrivate()) {
      visible =
          reshapeTo(b, loc, channelLast, channelLastShape(type.getShape()));
    } else if (isImage(feature)) {
      if (failed(checkImage(loc, "output", type)))
        return failure();
      // An image is rows of pixels, as the network has it.
      SmallVector<int64_t> last = channelLastShape(type.getShape());
      visible = reshapeTo(b, loc, makePixels(index, feature, loc, channelLast),
                          {last[1], last[2], last[3]});
    } else {
      visible =
          reshapeTo(b, loc, toLogical(b, loc, channelLast, type.getShape()),
                    visibleShape(feature, type.getShape()));
    }
    operand.set(visible);
    if (cast && cast->use_empty())
      cast.erase();
    return success();
  }

  // All at once, for there may be many outputs.
  void markPixels() {
    if (pixels.empty())
      return;
    SmallVector<DictionaryAttr> attributes;
    for (auto [index, type] : llvm::enumerate(pixels)) {
      NamedAttrList list(func.getResultAttrDict(index));
      if (type)
        list.set("nn.pixels", type);
      attributes.push_back(list.getDictionary(b.getContext()));
    }
    func.setAllResultAttrs(attributes);
  }

  // What pixels hold of an image output: whole numbers from 0 to 255, or halves
  // of any value. How they are stored is the lowering's to do.
  Value makePixels(unsigned index, DictionaryAttr feature, Location loc,
                   Value value) {
    if (floatImages)
      return value;
    bool isHalf = hasHalves(feature);
    pixels.resize(func.getNumResults());
    pixels[index] = b.getStringAttr(isHalf ? "float16" : "uint8");
    if (isHalf)
      return value;
    return createMap(
        b, loc, value.getType(), value,
        [](OpBuilder &nested, Location at, ValueRange in) -> Value {
          Value least = arith::MaximumFOp::create(nested, at, in[0],
                                                  scalar(nested, at, 0));
          Value clamped = arith::MinimumFOp::create(nested, at, least,
                                                    scalar(nested, at, 255));
          return math::RoundEvenOp::create(nested, at, clamped);
        });
  }

  Location featureLocation(DictionaryAttr feature, StringRef fallback) {
    auto name = feature ? feature.getAs<StringAttr>("name") : StringAttr();
    return NameLoc::get(name ? name : b.getStringAttr(fallback));
  }

  func::FuncOp func;
  OpBuilder b;
  bool floatImages;
  /// What an image output is stored as, by the number of the result.
  SmallVector<StringAttr> pixels;
};

struct ConvertCoreMLToNN : mlc::impl::ConvertCoreMLToNNBase<ConvertCoreMLToNN> {
  using ConvertCoreMLToNNBase::ConvertCoreMLToNNBase;

  void runOnOperation() override {
    if (failed(checkConstants(getOperation())))
      return signalPassFailure();
    MLIRContext *context = &getContext();
    ChannelLastConverter converter(releaseWeights);
    RewritePatternSet patterns(context);
    populateLinearPatterns(converter, patterns);
    populateElementwisePatterns(converter, patterns);
    populateReductionPatterns(converter, patterns);
    populateShapePatterns(converter, patterns);
    populateArrayElementwisePatterns(converter, patterns);
    populateArrayShapePatterns(converter, patterns);
    populateArrayReductionPatterns(converter, patterns);
    populateArrayIndexPatterns(converter, patterns);
    populateResizePatterns(converter, patterns);
    populateRecurrentPatterns(converter, patterns);
    populateVolumePatterns(converter, patterns);
    populateControlPatterns(converter, patterns);
    populateCustomPatterns(converter, patterns);
    ConversionTarget target(*context);
    target.addLegalDialect<nn::NNDialect, arith::ArithDialect,
                           math::MathDialect, func::FuncDialect>();
    target.addLegalOp<ModuleOp, UnrealizedConversionCastOp>();
    target.addIllegalDialect<coreml::CoreMLDialect>();
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      return signalPassFailure();
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (failed(Boundary(func, floatImages).convert()))
        return signalPassFailure();
  }
};

} // namespace
