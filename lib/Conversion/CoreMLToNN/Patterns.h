// What the conversion patterns share. One pattern converts one layer type; a
// family of them is one file with one populate function.
#pragma once

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Support/Constants.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlc {

/// Channel-last types: the last three dimensions of a coreml value are C, H
/// and W, what is in front of them is the batch: [..., C, H, W] becomes
/// [N, H, W, C]. Values of fewer dimensions stay as they are.
class ChannelLastConverter : public mlir::TypeConverter {
public:
  /// With `releaseWeights`, patterns free the weights that they have read.
  explicit ChannelLastConverter(bool releaseWeights);
  bool releasesWeights() const { return releaseWeights; }

private:
  bool releaseWeights;
};

/// The dimension of an [N, H, W, C] tensor that dimension `axis` of a coreml
/// value of `rank` became.
int64_t channelLastAxis(unsigned axis, int64_t rank);

/// A weight attribute that broadcasts over a value: [1] and [C] as they are,
/// [C, H, W] as [H, W, C].
mlir::FailureOr<mlir::Value> broadcastConstant(mlir::OpBuilder &b,
                                               mlir::Location loc,
                                               mlir::Attribute weights,
                                               llvm::StringRef name);

/// `weights` with its dimensions in the order `permutation`.
mlir::FailureOr<std::vector<float>>
permuteWeights(mlir::ElementsAttr weights, llvm::ArrayRef<int64_t> permutation);

/// How far the last window reaches beyond the input, declared as padding or
/// not.
int64_t paddingAfter(const mlir::coreml::Window &window);

using ScalarBody = llvm::function_ref<mlir::Value(
    mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// A map to a tensor of `type`.
mlir::Value createMap(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type,
                      mlir::ValueRange inputs, ScalarBody body);

/// A float in a scalar region.
mlir::Value scalar(mlir::OpBuilder &b, mlir::Location loc, double value);

/// The value of an activation in a scalar region. `alpha` and `beta` may be
/// null where the kind has none.
mlir::Value createActivation(mlir::OpBuilder &b, mlir::Location loc,
                             mlir::coreml::ActivationKind kind, mlir::Value x,
                             mlir::Value alpha, mlir::Value beta);

/// Reshapes unless the shape is the same already.
mlir::Value reshapeTo(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      llvm::ArrayRef<int64_t> shape);
/// Transposes; the result's shape follows.
mlir::Value transposeTo(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::Value value, llvm::ArrayRef<int64_t> permutation);

/// A converted value with the dimensions of the coreml value in their order.
mlir::Value toLogical(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      llvm::ArrayRef<int64_t> coremlShape);
/// The inverse: the elements of a coreml value of `coremlShape`, whatever the
/// shape of `value`, as the type converter wants them.
mlir::Value fromLogical(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::Value value, llvm::ArrayRef<int64_t> coremlShape);

/// The form in which a layer that treats `axes` apart works on values of
/// `rank`: as they are stored if each of the axes is a dimension of its own
/// there, which costs nothing, else in logical order.
class ArrayForm {
public:
  ArrayForm(int64_t rank, llvm::ArrayRef<int64_t> axes)
      : rank(rank), stored(rank <= 4 || llvm::all_of(axes, [&](int64_t axis) {
                             return axis >= rank - 3;
                           })) {}
  /// Every value in logical order.
  static ArrayForm logical(int64_t rank) {
    ArrayForm form(rank, {});
    form.stored = false;
    return form;
  }

  int64_t axis(int64_t coremlAxis) const {
    return stored ? channelLastAxis(coremlAxis, rank) : coremlAxis;
  }
  /// Something for each dimension of a coreml value, in this form's order;
  /// what is stored for no dimension gets `otherwise`.
  llvm::SmallVector<int64_t> list(llvm::ArrayRef<int64_t> perDimension,
                                  int64_t otherwise) const;
  llvm::SmallVector<int64_t> shape(llvm::ArrayRef<int64_t> coremlShape) const;
  mlir::Value enter(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                    llvm::ArrayRef<int64_t> coremlShape) const {
    return stored ? value : toLogical(b, loc, value, coremlShape);
  }
  mlir::Value leave(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                    llvm::ArrayRef<int64_t> coremlShape) const {
    return stored ? value : fromLogical(b, loc, value, coremlShape);
  }

private:
  int64_t rank;
  bool stored;
};

/// A pattern for one layer type, with the result type at hand.
template <typename Op>
class LayerPattern : public mlir::OpConversionPattern<Op> {
public:
  using mlir::OpConversionPattern<Op>::OpConversionPattern;
  mlir::RankedTensorType converted(mlir::Value value) const {
    return llvm::cast<mlir::RankedTensorType>(
        this->getTypeConverter()->convertType(value.getType()));
  }
  /// Gives the memory of large weights back, if the pass was told to: they
  /// are in the nn dialect now.
  void release(mlir::Attribute weights) const {
    if (static_cast<const ChannelLastConverter *>(this->getTypeConverter())
            ->releasesWeights())
      releaseFloats(weights);
  }
};

/// What the conversion of an array layer works with.
struct ArrayLayer {
  mlir::ConversionPatternRewriter &b;
  mlir::Location loc;
  mlir::Operation *op;
  mlir::ValueRange operands; ///< converted

  /// The shapes of the coreml values.
  llvm::ArrayRef<int64_t> inShape(unsigned index = 0) const {
    return llvm::cast<mlir::ShapedType>(op->getOperand(index).getType())
        .getShape();
  }
  llvm::ArrayRef<int64_t> outShape(unsigned index = 0) const {
    return llvm::cast<mlir::ShapedType>(op->getResult(index).getType())
        .getShape();
  }
  /// An operand in logical order.
  mlir::Value input(unsigned index = 0) {
    return toLogical(b, loc, operands[index], inShape(index));
  }
  /// A result from logical order.
  mlir::Value give(mlir::Value value, unsigned index = 0) {
    return fromLogical(b, loc, value, outShape(index));
  }
  mlir::RankedTensorType type(llvm::ArrayRef<int64_t> shape) {
    return mlir::RankedTensorType::get(shape, b.getF32Type());
  }
  mlir::Value map(llvm::ArrayRef<int64_t> shape, mlir::ValueRange inputs,
                  ScalarBody body) {
    return createMap(b, loc, type(shape), inputs, body);
  }
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape) {
    return reshapeTo(b, loc, value, shape);
  }
  /// A constant that lies along dimension `axis` of values of `rank`.
  mlir::Value line(std::vector<float> values, int64_t axis, int64_t rank);
  /// 0, 1, 2, ... along such a dimension.
  mlir::Value iota(int64_t count, int64_t axis, int64_t rank);
  /// Elements along dimension `axis`; `extent` is the new one there.
  mlir::Value take(mlir::Value input, mlir::Value indices, int64_t axis,
                   int64_t extent);
};

/// A map of all operands, which broadcast by their logical dimensions as numpy
/// does.
///
/// Inputs that are more than a kernel can bind are joined by `join` before, if
/// that is given.
mlir::Value broadcastMap(ArrayLayer &layer, ScalarBody body,
                         ScalarBody join = {});

/// A pattern for an array layer that is a function `convert(op, layer)`, to
/// be found in this namespace: it returns the converted results, none after an
/// error.
template <typename Op> class ArrayPattern : public LayerPattern<Op> {
public:
  using LayerPattern<Op>::LayerPattern;
  mlir::LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  mlir::ConversionPatternRewriter &rewriter) const override {
    ArrayLayer layer{rewriter, op.getLoc(), op, adaptor.getOperands()};
    llvm::SmallVector<mlir::Value> results = convert(op, layer);
    if (results.empty())
      return mlir::failure();
    rewriter.replaceOp(op, results);
    return mlir::success();
  }
};

template <typename... Ops>
void addArrayPatterns(const mlir::TypeConverter &converter,
                      mlir::RewritePatternSet &patterns) {
  patterns.add<ArrayPattern<Ops>...>(converter, patterns.getContext());
}

void populateArrayElementwisePatterns(const mlir::TypeConverter &converter,
                                      mlir::RewritePatternSet &patterns);
void populateArrayShapePatterns(const mlir::TypeConverter &converter,
                                mlir::RewritePatternSet &patterns);
void populateArrayReductionPatterns(const mlir::TypeConverter &converter,
                                    mlir::RewritePatternSet &patterns);
void populateArrayIndexPatterns(const mlir::TypeConverter &converter,
                                mlir::RewritePatternSet &patterns);
void populateVolumePatterns(const mlir::TypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
void populateControlPatterns(const mlir::TypeConverter &converter,
                             mlir::RewritePatternSet &patterns);
void populateCustomPatterns(const mlir::TypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
void populateLinearPatterns(const mlir::TypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
void populateElementwisePatterns(const mlir::TypeConverter &converter,
                                 mlir::RewritePatternSet &patterns);
void populateReductionPatterns(const mlir::TypeConverter &converter,
                               mlir::RewritePatternSet &patterns);
void populateShapePatterns(const mlir::TypeConverter &converter,
                           mlir::RewritePatternSet &patterns);
void populateResizePatterns(const mlir::TypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
void populateRecurrentPatterns(const mlir::TypeConverter &converter,
                               mlir::RewritePatternSet &patterns);

} // namespace mlc
