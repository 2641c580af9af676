// Which value each name has, layer after layer.
//
// A file has names that are overwritten where we have values, results of
// branches and states of loops. Given a name for each value, this walks the
// layers as they would be written, finds the names that must not be shared, and
// the places where a copy must give a blob the value that is read there.
#pragma once

#include "Subnetworks.h"
#include "UniqueNames.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/StringSaver.h"

namespace mlc {

/// Names for values, and what may be done about them.
struct BlobNaming {
  llvm::BumpPtrAllocator memory;
  llvm::UniqueStringSaver saver{memory};
  llvm::DenseMap<mlir::Value, llvm::StringRef> names;
  /// Those that features give: they cannot be others.
  llvm::DenseSet<mlir::Value> fixed;
  /// Layers, other than copies, that overwrite what is there because the file
  /// that they come from has them so.
  llvm::SmallPtrSet<mlir::Operation *, 4> overwriters;
  UniqueNames taken;

  /// A name that nothing has.
  llvm::StringRef makeUnique(llvm::StringRef wanted);
};

/// A layer `copy` that no operation stands for.
struct BlobCopy {
  llvm::StringRef from, to;
  std::string layer;
};

class BlobFlow {
public:
  /// With `allowsOverwriting` layers that overwrite are noted in `naming`.
  BlobFlow(const Subnetworks &subnetworks, BlobNaming &naming,
           llvm::function_ref<unsigned(mlir::Operation *)> getNumOutputs,
           bool allowsOverwriting)
      : subnetworks(subnetworks), naming(naming), getNumOutputs(getNumOutputs),
        allowsOverwriting(allowsOverwriting) {}

  void run();

  /// Values that need names of their own.
  llvm::ArrayRef<mlir::Value> getConflicts() const {
    return conflicts.getArrayRef();
  }
  /// The first fault that no other name can mend, or "".
  mlir::Operation *getFault() const { return fault; }
  llvm::StringRef getReason() const { return reason; }

  /// Copies in front of a loop, and at the end of a function.
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<BlobCopy>> copies;

private:
  /// What a name stands for: null if that depends on the way taken.
  struct Slot {
    mlir::Value value, writer;
    bool isPresent = false;
  };
  /// The value that a blob must have where a list ends or a loop begins.
  struct Edge {
    mlir::Value to, from;
  };
  using Writes = llvm::MapVector<llvm::StringRef, mlir::Value>;

  llvm::StringRef getName(mlir::Value value) const {
    return naming.names.lookup(subnetworks.getNamed(value));
  }
  void set(llvm::StringRef name, Slot slot);
  Writes rollBack(size_t mark);
  void read(mlir::Value value, mlir::Operation *reader);
  void define(mlir::Operation *op, mlir::Value result);
  void fail(mlir::Operation *op, const llvm::Twine &why);
  /// Demands another name of the first of the values that can have one.
  void separate(mlir::Value first, mlir::Value second, mlir::Operation *op,
                const llvm::Twine &why);

  void walk(mlir::func::FuncOp function);
  void walkLayer(mlir::Operation *op);
  void walkBranch(mlir::coreml::BranchOp op);
  void walkLoop(mlir::coreml::LoopOp op);
  void walkNetwork(mlir::coreml::LoopOp op, mlir::func::FuncOp function,
                   llvm::ArrayRef<int64_t> states, unsigned firstState);
  void place(llvm::ArrayRef<Edge> edges, mlir::Operation *where,
             mlir::Operation *reader);
  void endList(llvm::ArrayRef<Edge> edges, mlir::func::FuncOp function);
  void addWrites(mlir::func::FuncOp function, Writes &writes);

  const Subnetworks &subnetworks;
  BlobNaming &naming;
  llvm::function_ref<unsigned(mlir::Operation *)> getNumOutputs;
  bool allowsOverwriting;
  llvm::DenseMap<llvm::StringRef, Slot> current;
  llvm::SmallVector<std::pair<llvm::StringRef, Slot>> log;
  llvm::SetVector<mlir::Value> conflicts;
  mlir::Operation *fault = nullptr;
  std::string reason;
};

} // namespace mlc
