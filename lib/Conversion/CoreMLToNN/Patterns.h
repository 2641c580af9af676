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

/// Reshapes unless the shape is the same already.
mlir::Value reshapeTo(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                      llvm::ArrayRef<int64_t> shape);
/// Transposes; the result's shape follows.
mlir::Value transposeTo(mlir::OpBuilder &b, mlir::Location loc,
                        mlir::Value value, llvm::ArrayRef<int64_t> permutation);

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

void populateLinearPatterns(const mlir::TypeConverter &converter,
                            mlir::RewritePatternSet &patterns);
void populateElementwisePatterns(const mlir::TypeConverter &converter,
                                 mlir::RewritePatternSet &patterns);
void populateReductionPatterns(const mlir::TypeConverter &converter,
                               mlir::RewritePatternSet &patterns);
void populateShapePatterns(const mlir::TypeConverter &converter,
                           mlir::RewritePatternSet &patterns);

} // namespace mlc
