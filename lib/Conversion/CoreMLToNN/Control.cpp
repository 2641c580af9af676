// Branches and loops. Their functions are converted like the network itself.
#include "Patterns.h"

using namespace mlir;
using namespace mlc;

namespace {

struct ConvertCopy : OpConversionPattern<coreml::CopyOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(coreml::CopyOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // Values do not change, so another name is no work.
    rewriter.replaceOp(op, adaptor.getInput());
    return success();
  }
};

struct ConvertBranch : OpConversionPattern<coreml::BranchOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(coreml::BranchOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op.getResultTypes(), types)))
      return failure();
    rewriter.replaceOpWithNewOp<nn::IfOp>(
        op, types, adaptor.getCondition(), adaptor.getCaptures(),
        op.getIfBranchAttr(), op.getElseBranchAttr());
    return success();
  }
};

struct ConvertLoop : OpConversionPattern<coreml::LoopOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(coreml::LoopOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op.getResultTypes(), types)))
      return failure();
    rewriter.replaceOpWithNewOp<nn::LoopOp>(
        op, types, adaptor.getCount(), adaptor.getInits(),
        adaptor.getCaptures(), op.getMaxLoopIterationsAttr(),
        op.getConditionNetworkAttr(), op.getConditionStatesAttr(),
        op.getBodyNetworkAttr(), op.getBodyStatesAttr(),
        op.getBodyMayBreakAttr());
    return success();
  }
};

} // namespace

void mlc::populateControlPatterns(const TypeConverter &converter,
                                  RewritePatternSet &patterns) {
  patterns.add<ConvertCopy, ConvertBranch, ConvertLoop>(converter,
                                                        patterns.getContext());
}
