// Custom layers: one op for each output, whose function computes its elements.
#include "Patterns.h"

#include "mlc/Dialect/CoreML/Custom.h"

using namespace mlir;
using namespace mlc;

namespace {

struct CustomPattern : LayerPattern<coreml::CustomOp> {
  using LayerPattern::LayerPattern;

  LogicalResult matchAndRewrite(coreml::CustomOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    DictionaryAttr definition = op.getDefinition();
    SmallVector<Value> inputs(adaptor.getInputs());
    SmallVector<StringRef> names = coreml::getCustomNames(definition, "inputs"),
                           weights =
                               coreml::getCustomNames(definition, "weights");
    names.append(weights);
    for (auto [index, weight] : llvm::enumerate(weights)) {
      FailureOr<std::vector<float>> values =
          readFloats(op.getWeightsAttr()[index]);
      if (failed(values))
        return op.emitOpError("has unreadable weights");
      int64_t count = values->size();
      inputs.push_back(
          makeConstant(b, op.getLoc(), {count}, std::move(*values), weight));
    }
    auto shapeOf = [&](Value value) -> Attribute {
      return b.getDenseI64ArrayAttr(
          cast<RankedTensorType>(value.getType()).getShape());
    };
    SmallVector<Attribute> shapes(llvm::map_range(op.getInputs(), shapeOf));
    shapes.emplace_back();
    SmallVector<Value> results;
    for (auto [output, result] :
         llvm::zip(definition.getAs<ArrayAttr>("outputs"), op.getOutputs())) {
      shapes.back() = shapeOf(result);
      results.push_back(nn::CustomOp::create(
          b, op.getLoc(), converted(result), inputs, ValueRange(), ValueRange(),
          op.getClassNameAttr(),
          cast<DictionaryAttr>(output).getAs<StringAttr>("function"),
          definition.getAs<StringAttr>("file"),
          definition.getAs<StringAttr>("source"), b.getStrArrayAttr(names),
          b.getI64IntegerAttr(weights.size()),
          definition.getAs<DictionaryAttr>("constants"),
          b.getArrayAttr(shapes)));
    }
    b.replaceOp(op, results);
    return success();
  }
};

} // namespace

void mlc::populateCustomPatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  patterns.add<CustomPattern>(converter, patterns.getContext());
}
