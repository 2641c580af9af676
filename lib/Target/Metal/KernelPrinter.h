// One kernel as Metal Shading Language text.
#pragma once

#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Target/Metal/CustomCode.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// An expression and how tightly its outermost operator binds.
struct Expression {
  enum Precedence {
    Conditional,
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equality,
    Relational,
    Shift,
    Additive,
    Multiplicative,
    Unary,
    Primary
  };
  std::string text;
  Precedence precedence = Primary;

  /// The text, in parentheses where an operator that binds like `outer` needs
  /// them.
  std::string in(Precedence outer) const {
    return precedence < outer ? "(" + text + ")" : text;
  }
};

class KernelPrinter {
public:
  KernelPrinter(mlir::metal::KernelOp kernel, llvm::raw_ostream &os)
      : kernel(kernel), os(os) {}

  mlir::LogicalResult print();

private:
  // Text.
  llvm::raw_ostream &line();
  void printHeader();
  void printSignature();
  void printStrideConstants();

  // Names.
  std::string uniqueName(llvm::StringRef wanted);
  std::string nameFor(mlir::Value value, llvm::StringRef fallback);

  // Statements.
  mlir::LogicalResult printBlock(mlir::Block &block);
  mlir::LogicalResult printOp(mlir::Operation *op);
  mlir::LogicalResult printFor(mlir::scf::ForOp op);
  mlir::LogicalResult printIf(mlir::scf::IfOp op);
  void assignResults(mlir::ValueRange targets, mlir::ValueRange values);
  void printDeclaration(mlir::Value value, llvm::StringRef name,
                        const Expression &init);
  bool isInlined(mlir::Operation *op);
  bool isTooDeep(mlir::Operation *op);

  // Expressions.
  Expression expression(mlir::Value value);
  mlir::FailureOr<Expression> build(mlir::Operation *op);
  mlir::FailureOr<Expression> buildArith(mlir::Operation *op);
  mlir::FailureOr<Expression> buildMath(mlir::Operation *op);
  Expression buildCustom(mlir::metal::CustomOp op);
  CustomCode customCode(mlir::metal::CustomOp op);
  Expression compare(mlir::Operation *op, bool negate);
  Expression condition(mlir::Value value, bool negate);
  std::string address(mlir::Value buffer, mlir::ValueRange indices);
  std::string element(mlir::Value buffer, mlir::ValueRange indices);
  std::string strideText(mlir::Value buffer, unsigned dimension);
  Expression binary(mlir::Operation *op, llvm::StringRef symbol,
                    Expression::Precedence precedence, bool associative);
  Expression call(llvm::StringRef function, mlir::ValueRange arguments);

  mlir::metal::KernelOp kernel;
  llvm::raw_ostream &os;
  unsigned indent = 1;
  bool hasErrors = false; ///< an expression without a text was reported
  llvm::DenseMap<mlir::Value, Expression> expressions;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, std::string> strideNames;
  llvm::StringSet<> used;
  llvm::StringMap<unsigned> suffixes; ///< to try next for each name
  /// How deep the expressions of inlined ops are, and the ops that are
  /// variables because they would be too deep.
  llvm::DenseMap<mlir::Operation *, unsigned> depths;
  llvm::DenseSet<mlir::Operation *> variables;
};

/// The attributes of the position parameters of `kernel`, in the order in which
/// they follow the buffers.
llvm::SmallVector<llvm::StringRef>
kernelPositions(mlir::metal::KernelOp kernel);

/// The Metal type of `type`, such as `half` or `lanes<16>`.
std::string metalType(mlir::Type type);

} // namespace mlc
