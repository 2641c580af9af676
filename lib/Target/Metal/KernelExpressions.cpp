// Expressions of a kernel: arithmetic with as few parentheses as it takes, and
// addresses in terms of named strides.
#include "KernelPrinter.h"

#include "mlc/Target/Metal/CustomCode.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

std::string mlc::floatText(float value) {
  if (std::isnan(value))
    return "NAN";
  if (std::isinf(value))
    return value < 0 ? "-INFINITY" : "INFINITY";
  char text[32];
  for (int digits = 1; digits <= 9; ++digits) {
    snprintf(text, sizeof text, "%.*g", digits, double(value));
    if (strtof(text, nullptr) == value)
      break;
  }
  std::string result = text;
  if (result.find_first_of(".e") == std::string::npos)
    result += ".0";
  return result + "f";
}

static Expression constantText(Type type, Attribute value) {
  if (metal::isMatrix(type))
    return {"make_filled_simdgroup_matrix<float, 8, 8>(" +
            floatText(cast<DenseElementsAttr>(value)
                          .getSplatValue<APFloat>()
                          .convertToFloat()) +
            ")"};
  if (auto splat = dyn_cast<DenseElementsAttr>(value)) {
    auto vector = cast<VectorType>(type);
    if (vector.getElementType().isInteger(1))
      return {"mask<" + std::to_string(vector.getNumElements()) + ">{" +
              (splat.getSplatValue<bool>() ? "true" : "false") + "}"};
    return {"splat<" + std::to_string(vector.getNumElements()) + ">(" +
            floatText(splat.getSplatValue<APFloat>().convertToFloat()) + ")"};
  }
  std::string text;
  if (auto number = dyn_cast<FloatAttr>(value))
    text = floatText(number.getValue().convertToFloat());
  else if (auto flag = dyn_cast<IntegerAttr>(value); type.isInteger(1))
    text = flag.getValue().isZero() ? "false" : "true";
  else
    text = std::to_string(cast<IntegerAttr>(value).getInt());
  return {text, text.front() == '-' ? Expression::Unary : Expression::Primary};
}

Expression KernelPrinter::expression(Value value) {
  if (auto it = expressions.find(value); it != expressions.end())
    return it->second;
  FailureOr<Expression> built = build(value.getDefiningOp());
  // An op without a text was reported; print() fails and the text is dropped.
  hasErrors |= failed(built);
  return succeeded(built) ? *built : Expression{"0"};
}

Expression KernelPrinter::binary(Operation *op, StringRef symbol,
                                 Expression::Precedence precedence,
                                 bool associative) {
  std::string left = expression(op->getOperand(0)).in(precedence);
  auto tighter =
      associative ? precedence : Expression::Precedence(precedence + 1);
  std::string right = expression(op->getOperand(1)).in(tighter);
  return {left + " " + symbol.str() + " " + right, precedence};
}

Expression KernelPrinter::call(StringRef function, ValueRange arguments) {
  std::string text = function.str() + "(";
  llvm::raw_string_ostream out(text);
  llvm::interleaveComma(arguments, out,
                        [&](Value v) { out << expression(v).text; });
  return {text + ")"};
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

static StringRef integerComparison(arith::CmpIPredicate predicate) {
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return "==";
  case arith::CmpIPredicate::ne:
    return "!=";
  case arith::CmpIPredicate::slt:
    return "<";
  case arith::CmpIPredicate::sle:
    return "<=";
  case arith::CmpIPredicate::sgt:
    return ">";
  default:
    return ">=";
  }
}

static StringRef floatComparison(arith::CmpFPredicate predicate) {
  switch (predicate) {
  case arith::CmpFPredicate::OEQ:
  case arith::CmpFPredicate::UEQ:
    return "==";
  case arith::CmpFPredicate::ONE:
  case arith::CmpFPredicate::UNE:
    return "!=";
  case arith::CmpFPredicate::OLT:
  case arith::CmpFPredicate::ULT:
    return "<";
  case arith::CmpFPredicate::OLE:
  case arith::CmpFPredicate::ULE:
    return "<=";
  case arith::CmpFPredicate::OGT:
  case arith::CmpFPredicate::UGT:
    return ">";
  default:
    return ">=";
  }
}

// Whether a C operator on signed integers or floats says the predicate.
static bool hasOperator(Operation *op) {
  if (auto integers = dyn_cast<arith::CmpIOp>(op))
    return integers.getPredicate() < arith::CmpIPredicate::ult;
  switch (cast<arith::CmpFOp>(op).getPredicate()) {
  case arith::CmpFPredicate::AlwaysFalse:
  case arith::CmpFPredicate::AlwaysTrue:
  case arith::CmpFPredicate::ORD:
  case arith::CmpFPredicate::UNO:
    return false;
  default:
    return true;
  }
}

Expression KernelPrinter::compare(Operation *op, bool negate) {
  if (!hasOperator(op)) {
    op->emitError("'") << op->getName() << "' has no Metal text for its "
                       << "predicate";
    hasErrors = true;
  }
  StringRef symbol;
  if (auto integers = dyn_cast<arith::CmpIOp>(op)) {
    arith::CmpIPredicate predicate = integers.getPredicate();
    symbol = integerComparison(negate ? arith::invertPredicate(predicate)
                                      : predicate);
  } else {
    symbol = floatComparison(cast<arith::CmpFOp>(op).getPredicate());
  }
  bool equality = symbol == "==" || symbol == "!=";
  return binary(op, symbol,
                equality ? Expression::Equality : Expression::Relational,
                false);
}

// A boolean, or its opposite written without a `!` where that is easy.
Expression KernelPrinter::condition(Value value, bool negate) {
  Operation *op = value.getDefiningOp();
  if (!negate || expressions.contains(value) || !op)
    return negate ? Expression{"!" + expression(value).in(Expression::Unary),
                               Expression::Unary}
                  : expression(value);
  if (isa<arith::CmpIOp>(op))
    return compare(op, true);
  if (isa<arith::AndIOp>(op)) {
    std::string left = condition(op->getOperand(0), true).in(Expression::Or);
    std::string right = condition(op->getOperand(1), true).in(Expression::Or);
    return {left + " || " + right, Expression::Or};
  }
  return {"!" + expression(value).in(Expression::Unary), Expression::Unary};
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

std::string KernelPrinter::strideText(Value buffer, unsigned dimension) {
  if (auto it = strideNames.find({buffer, dimension}); it != strideNames.end())
    return it->second;
  auto [strides, offset] =
      cast<MemRefType>(buffer.getType()).getStridesAndOffset();
  return std::to_string(strides[dimension]);
}

std::string KernelPrinter::address(Value buffer, ValueRange indices) {
  auto type = cast<MemRefType>(buffer.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  SmallVector<std::string> terms = {expression(buffer).text};
  for (auto [dimension, index] : llvm::enumerate(indices)) {
    if (strides[dimension] == 0 || matchPattern(index, m_Zero()))
      continue;
    if (strides[dimension] == 1)
      terms.push_back(expression(index).in(Expression::Additive));
    else
      terms.push_back(expression(index).in(Expression::Multiplicative) + " * " +
                      strideText(buffer, dimension));
  }
  if (offset)
    terms.push_back(std::to_string(offset));
  return llvm::join(terms, " + ");
}

std::string KernelPrinter::element(Value buffer, ValueRange indices) {
  if (!isa<BlockArgument>(buffer)) {
    // Private and threadgroup memory are arrays.
    std::string text = expression(buffer).text;
    for (Value index : indices)
      text += "[" + expression(index).text + "]";
    return text;
  }
  std::string name = expression(buffer).text;
  std::string whole = address(buffer, indices);
  if (whole == name)
    return name + "[0]";
  return name + "[" + whole.substr(name.size() + 3) + "]";
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

static std::string laneSuffix(Type type) {
  return "<" + std::to_string(cast<VectorType>(type).getDimSize(0)) + ">";
}

static StringRef dimensionText(metal::Dimension dimension) {
  return metal::stringifyDimension(dimension);
}

FailureOr<Expression> KernelPrinter::build(Operation *op) {
  Attribute constant;
  if (matchPattern(op, m_Constant(&constant)))
    return constantText(op->getResult(0).getType(), constant);
  if (auto position = dyn_cast<metal::ThreadPositionInGridOp>(op))
    return Expression{
        ("int(gridPosition." + dimensionText(position.getDimension()) + ")")
            .str()};
  if (auto position = dyn_cast<metal::ThreadPositionInThreadgroupOp>(op))
    return Expression{
        ("int(groupPosition." + dimensionText(position.getDimension()) + ")")
            .str()};
  if (auto position = dyn_cast<metal::ThreadgroupPositionInGridOp>(op))
    return Expression{
        ("int(groupIndex." + dimensionText(position.getDimension()) + ")")
            .str()};
  if (auto size = dyn_cast<metal::ThreadsPerThreadgroupOp>(op))
    return Expression{
        ("int(threadsPerGroup." + dimensionText(size.getDimension()) + ")")
            .str()};
  if (isa<metal::SimdgroupIndexOp>(op))
    return Expression{"int(simdgroupIndex)"};
  if (isa<metal::SimdgroupWidthOp>(op))
    return Expression{"MLC_SIMDGROUP_WIDTH"};
  if (auto load = dyn_cast<memref::LoadOp>(op))
    return Expression{element(load.getMemRef(), load.getIndices())};
  if (auto broadcast = dyn_cast<vector::BroadcastOp>(op))
    return call("splat" + laneSuffix(broadcast.getType()),
                broadcast.getSource());
  if (auto load = dyn_cast<metal::LoadLanesOp>(op)) {
    auto [strides, offset] =
        cast<MemRefType>(load.getBuffer().getType()).getStridesAndOffset();
    std::string suffix = laneSuffix(load.getType());
    std::string at = address(load.getBuffer(), load.getIndices());
    std::string count = load.getCount()
                            ? expression(load.getCount()).text
                            : std::to_string(load.getType().getDimSize(0));
    if (strides.back() != 1)
      return Expression{"load_lanes_strided" + suffix + "(" + at + ", " +
                        strideText(load.getBuffer(), strides.size() - 1) +
                        ", " + count + ")"};
    return Expression{"load_lanes" + suffix + "(" + at +
                      (load.getCount() ? ", " + count : "") + ")"};
  }
  if (auto load = dyn_cast<metal::LoadCodesOp>(op)) {
    auto type = cast<MemRefType>(load.getBuffer().getType());
    return Expression{"load_codes<" +
                      std::to_string(load.getType().getDimSize(0)) + ", " +
                      std::to_string(type.getShape().back()) + ">(" +
                      address(load.getBuffer(), load.getIndices()) + ")"};
  }
  if (auto get = dyn_cast<metal::GetLanesOp>(op))
    return Expression{"get_lanes" + laneSuffix(get.getType()) + "(" +
                      element(get.getArray(), get.getRun()) + ", " +
                      expression(get.getAt()).text + ")"};
  if (auto custom = dyn_cast<metal::CustomOp>(op))
    return buildCustom(custom);
  if (isa<arith::ArithDialect>(op->getDialect()))
    return buildArith(op);
  if (isa<math::MathDialect>(op->getDialect()))
    return buildMath(op);
  return op->emitError("'") << op->getName() << "' has no Metal text";
}

Expression KernelPrinter::buildCustom(metal::CustomOp op) {
  SmallVector<std::string> pointers, position;
  for (Value buffer : op.getBuffers())
    pointers.push_back(address(buffer, {}));
  for (Value coordinate : op.getPosition())
    position.push_back(expression(coordinate).text);
  return {customCode(op).call(pointers, position)};
}

// Operators of two operands: symbol, precedence, whether they associate.
namespace {
struct Operator {
  StringRef symbol;
  Expression::Precedence precedence;
  bool associative;
};
} // namespace

static std::optional<Operator> operatorOf(Operation *op) {
  using E = Expression;
  bool isBool = op->getResult(0).getType().isInteger(1);
  return llvm::TypeSwitch<Operation *, std::optional<Operator>>(op)
      .Case<arith::AddIOp>(
          [](auto) { return Operator{"+", E::Additive, true}; })
      // Floating-point sums keep the order they were written in.
      .Case<arith::AddFOp>(
          [](auto) { return Operator{"+", E::Additive, false}; })
      .Case<arith::SubIOp, arith::SubFOp>(
          [](auto) { return Operator{"-", E::Additive, false}; })
      .Case<arith::MulIOp>(
          [](auto) { return Operator{"*", E::Multiplicative, true}; })
      .Case<arith::MulFOp>(
          [](auto) { return Operator{"*", E::Multiplicative, false}; })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::DivFOp>(
          [](auto) { return Operator{"/", E::Multiplicative, false}; })
      .Case<arith::RemSIOp, arith::RemUIOp>(
          [](auto) { return Operator{"%", E::Multiplicative, false}; })
      .Case<arith::ShRSIOp, arith::ShRUIOp>(
          [](auto) { return Operator{">>", E::Shift, false}; })
      .Case<arith::ShLIOp>([](auto) { return Operator{"<<", E::Shift, false}; })
      .Case<arith::AndIOp>([=](auto) {
        return isBool ? Operator{"&&", E::And, true}
                      : Operator{"&", E::BitAnd, true};
      })
      .Case<arith::OrIOp>([=](auto) {
        return isBool ? Operator{"||", E::Or, true}
                      : Operator{"|", E::BitOr, true};
      })
      .Case<arith::XOrIOp>([=](auto) {
        return isBool ? Operator{"!=", E::Equality, false}
                      : Operator{"^", E::BitXor, true};
      })
      .Default([](Operation *) { return std::nullopt; });
}

FailureOr<Expression> KernelPrinter::buildArith(Operation *op) {
  if (std::optional<Operator> known = operatorOf(op))
    return binary(op, known->symbol, known->precedence, known->associative);
  if (isa<arith::CmpIOp, arith::CmpFOp>(op))
    return compare(op, false);
  ValueRange operands = op->getOperands();
  // Metal's min and max return the other operand of a NaN.
  if (isa<arith::MinSIOp, arith::MinimumFOp, arith::MinNumFOp>(op))
    return call("min", operands);
  if (isa<arith::MaxSIOp, arith::MaximumFOp, arith::MaxNumFOp>(op))
    return call("max", operands);
  if (isa<arith::RemFOp>(op))
    return call("fmod", operands);
  if (isa<arith::NegFOp>(op))
    return Expression{"-" + expression(operands[0]).in(Expression::Primary),
                      Expression::Unary};
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op))
    return expression(operands[0]);
  if (isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp,
          arith::FPToSIOp, arith::FPToUIOp>(op))
    return call(metalType(op->getResult(0).getType()), operands);
  if (isa<arith::SelectOp>(op)) {
    if (isa<VectorType>(op->getResult(0).getType()) &&
        isa<VectorType>(operands[0].getType()))
      return call("select", {operands[2], operands[1], operands[0]});
    return Expression{expression(operands[0]).in(Expression::Or) + " ? " +
                          expression(operands[1]).in(Expression::Or) + " : " +
                          expression(operands[2]).in(Expression::Conditional),
                      Expression::Conditional};
  }
  return op->emitError("'") << op->getName() << "' has no Metal text";
}

FailureOr<Expression> KernelPrinter::buildMath(Operation *op) {
  StringRef name = llvm::StringSwitch<StringRef>(op->getName().stripDialect())
                       .Cases({"exp", "exp2", "log", "log2", "sqrt"},
                              op->getName().stripDialect())
                       .Cases({"rsqrt", "tanh", "sinh", "cosh", "sin"},
                              op->getName().stripDialect())
                       .Cases({"cos", "tan", "asin", "acos", "atan"},
                              op->getName().stripDialect())
                       .Cases({"asinh", "acosh", "atanh", "floor", "ceil"},
                              op->getName().stripDialect())
                       .Cases({"round", "trunc", "fma", "erf", "copysign"},
                              op->getName().stripDialect())
                       .Case("absf", "fabs")
                       .Case("roundeven", "rint")
                       .Case("powf", "pow")
                       .Default("");
  if (name.empty())
    return op->emitError("'") << op->getName() << "' has no Metal text";
  return call(name, op->getOperands());
}
