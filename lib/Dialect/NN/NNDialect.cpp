// Registration, and the text form that all compute ops share.
#include "mlc/Dialect/NN/NN.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FoldInterfaces.h"

using namespace mlir;
using namespace mlir::nn;

#include "mlc/Dialect/NN/NNDialect.cpp.inc"
#include "mlc/Dialect/NN/NNEnums.cpp.inc"
#include "mlc/Dialect/NN/NNInterfaces.cpp.inc"

namespace {
// Keeps the constants of scalar regions inside of them, where they are read.
struct KeepScalarConstants : DialectFoldInterface {
  using DialectFoldInterface::DialectFoldInterface;
  bool shouldMaterializeInto(Region *) const override { return true; }
};
} // namespace

void NNDialect::initialize() {
  addInterfaces<KeepScalarConstants>();
  addOperations<
#define GET_OP_LIST
#include "mlc/Dialect/NN/NNOps.cpp.inc"
      >();
}

// One end of the fused work: `keyword(%extra, ... : types) { region }`.
static ParseResult
parseEnd(OpAsmParser &parser, StringRef keyword,
         SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs,
         SmallVectorImpl<Type> &types, Region &region) {
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  if (succeeded(parser.parseOptionalLParen())) {
    if (parser.parseOperandList(inputs) || parser.parseColon() ||
        parser.parseTypeList(types) || parser.parseRParen())
      return failure();
  }
  return parser.parseRegion(region);
}

// Both ends, as the custom<Fused> directive of the compute ops.
static ParseResult
parseFused(OpAsmParser &parser,
           SmallVectorImpl<OpAsmParser::UnresolvedOperand> &prologueInputs,
           SmallVectorImpl<Type> &prologueTypes, Region &prologue,
           SmallVectorImpl<OpAsmParser::UnresolvedOperand> &epilogueInputs,
           SmallVectorImpl<Type> &epilogueTypes, Region &epilogue) {
  return failure(
      parseEnd(parser, "prologue", prologueInputs, prologueTypes, prologue) ||
      parseEnd(parser, "epilogue", epilogueInputs, epilogueTypes, epilogue));
}

static void printEnd(OpAsmPrinter &printer, StringRef keyword,
                     OperandRange inputs, Region &region) {
  if (region.empty())
    return;
  printer << keyword;
  if (!inputs.empty())
    printer << '(' << inputs << " : " << inputs.getTypes() << ')';
  printer << ' ';
  printer.printRegion(region);
  printer << ' ';
}

static void printFused(OpAsmPrinter &printer, Operation *,
                       OperandRange prologueInputs, TypeRange, Region &prologue,
                       OperandRange epilogueInputs, TypeRange,
                       Region &epilogue) {
  printEnd(printer, "prologue", prologueInputs, prologue);
  printEnd(printer, "epilogue", epilogueInputs, epilogue);
}

#define GET_OP_CLASSES
#include "mlc/Dialect/NN/NNOps.cpp.inc"
