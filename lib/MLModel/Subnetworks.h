// How the functions of a module hang together: which layer calls which, what
// an argument stands for, and which operations are no layers of a file but say
// what the lists of a file say by their order (breaks and what follows them).
#pragma once

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace mlc {

/// The attribute by which the import tells what an operation stands for that no
/// layer of the file has: one of the names below.
constexpr llvm::StringLiteral kFlow = "coreml.flow";

/// A constant that says whether an iteration or a loop goes on.
constexpr llvm::StringLiteral kFlag = "flag";
/// The same, where a loopBreak or loopContinue layer stands.
constexpr llvm::StringLiteral kBreak = "loopBreak";
constexpr llvm::StringLiteral kContinue = "loopContinue";
/// A constant in the place of a blob that nothing has written yet.
constexpr llvm::StringLiteral kUnset = "unset";
/// A branch that has, on one side, the layers after those that may end the
/// iteration.
constexpr llvm::StringLiteral kRest = "rest";

/// Each level of control flow is one of functions; files of people have few.
constexpr int kMaxLevels = 64;

/// What `coreml.flow` says of an operation, or "".
llvm::StringRef getFlow(mlir::Operation *op);

class Subnetworks {
public:
  /// Finds what `main` calls; reports what no file can say.
  mlir::LogicalResult collect(mlir::func::FuncOp main);

  /// All functions, callers first.
  llvm::ArrayRef<mlir::func::FuncOp> getFunctions() const { return functions; }
  mlir::func::FuncOp lookup(mlir::Operation *caller,
                            mlir::FlatSymbolRefAttr name) const;

  /// What a captured value is outside; states of loops are themselves.
  mlir::Value resolve(mlir::Value value) const;
  /// The value whose name `value` has: for a state the result of the loop.
  mlir::Value getNamed(mlir::Value value) const;

  bool isFlag(mlir::Value value) const {
    return flags.contains(resolve(value));
  }
  /// Whether nothing has been written where `value` is read.
  bool isUnset(mlir::Value value) const;
  /// Whether an operation is no layer.
  bool isImplied(mlir::Operation *op) const;
  bool isRest(mlir::Operation *op) const { return getFlow(op) == kRest; }
  /// Whether an iteration may end within a list, so that the end of the list
  /// is not always reached.
  bool mayStopInside(mlir::func::FuncOp function) const;

private:
  mlir::LogicalResult collect(mlir::func::FuncOp function, int depth);
  mlir::LogicalResult collectCallees(mlir::Operation *op, int depth);
  mlir::LogicalResult findFlags(mlir::Operation *op);
  mlir::LogicalResult checkFlags(mlir::func::FuncOp function) const;
  mlir::LogicalResult checkRest(mlir::coreml::BranchOp op) const;

  llvm::SmallVector<mlir::func::FuncOp> functions;
  llvm::DenseMap<mlir::Operation *, mlir::Operation *> callers;
  llvm::DenseSet<mlir::Value> flags;
  /// The module's functions by name, once one was looked up.
  mutable mlir::SymbolTableCollection symbols;
};

/// The functions that a branch or loop calls, in the order of the format.
llvm::SmallVector<mlir::FlatSymbolRefAttr> getCallees(mlir::Operation *op);

} // namespace mlc
