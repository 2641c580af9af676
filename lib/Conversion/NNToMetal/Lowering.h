// What the lowerings of the single ops share: where values live, how a kernel
// gets its operands, and how a dispatch is made of it.
#pragma once

#include "KernelBuilder.h"
#include "mlc/Dialect/NN/Layout.h"
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/GpuFamily.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

namespace mlc {

/// Extents of a grid in threads and of one threadgroup.
struct Grid {
  std::array<int64_t, 3> threads;
  std::array<int64_t, 3> group;
};

/// A grid of independent threads with a threadgroup of at most 256 of them.
Grid makeGrid(int64_t x, int64_t y, int64_t z);

/// What goes in and out of branches and loops is often a counter or a flag, and
/// halves count to 2048 only: up to this many elements are kept in f32.
constexpr int64_t kSmallControlValue = 64;

/// The state of one module's lowering.
class Lowering {
public:
  Lowering(mlir::ModuleOp module, mlir::func::FuncOp source, mlir::Type storage,
           bool allowWinograd = true, bool packsWeights = true,
           GpuFamily family = GpuFamily::Any);

  /// Lowers the whole function; reports errors.
  mlir::LogicalResult run();

  /// Lowers the function `name` where the builder stands: it reads and writes
  /// the memory given for its arguments and results, which is dense.
  mlir::LogicalResult inlineCall(llvm::StringRef name,
                                 llvm::ArrayRef<mlir::Value> arguments,
                                 llvm::ArrayRef<mlir::Value> results);

  mlir::ModuleOp module() const { return root; }
  mlir::OpBuilder &builder() { return b; }
  ConstantMemory &constants() { return constantMemory; }
  /// The type that intermediates and weights are stored in.
  mlir::Type storageType() const { return storage; }
  /// The same for the weights of `op`, which may be kept in float.
  mlir::Type storageType(mlir::Operation *op) const;
  bool allowsWinograd() const { return allowWinograd; }
  /// The family of GPUs that kernels are made for.
  GpuFamily gpuFamily() const { return family; }

  /// The memory of `value`, as a view with the shape of its tensor type.
  mlir::Value view(mlir::Value value);
  /// The same, seen with the shape `shape` that it broadcasts to: repeated
  /// dimensions have stride 0.
  mlir::Value view(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  /// A constant of the program, packed as a kernel wants it: of few different
  /// numbers the bundle has codes, which are decoded when it is loaded. The
  /// numbers along the first and the last `channelDims` dimensions may have
  /// grids or tables of their own.
  mlir::Value weights(mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                      mlir::Type element, std::vector<float> data,
                      llvm::StringRef name, unsigned channelDims = 1);

  /// The same for codes of packed weights.
  mlir::Value codes(mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                    std::vector<uint8_t> data);
  /// Codes that `KernelBuilder::loadCodes` reads: the last dimension becomes
  /// the bytes that they fill.
  mlir::Value joinedCodes(mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                          llvm::ArrayRef<uint8_t> data);
  /// Whether weights may stay packed.
  bool packsWeights() const { return packs; }

  /// Memory that lives between two kernels of one op, floats whatever the
  /// storage type.
  mlir::Value temporary(mlir::Location loc, llvm::ArrayRef<int64_t> shape);

  /// Ends a kernel, or returns an equal one that was made before.
  mlir::metal::KernelOp share(KernelBuilder &kernel);
  /// The same, and dispatches it.
  void dispatch(KernelBuilder &kernel, llvm::ArrayRef<KernelOperand> operands,
                const Grid &grid, int64_t flops);

private:
  /// A function on its way, the network's or one that it calls.
  struct Frame {
    explicit Frame(mlir::func::FuncOp function)
        : function(function), placements(function) {}

    mlir::func::FuncOp function;
    mlir::nn::PlacementAnalysis placements;
    /// The memory of arguments, results and values in between.
    llvm::SmallVector<mlir::Value> arguments, results;
    llvm::DenseMap<mlir::Value, mlir::Value> storages;
    /// The roots of storages that ops kept in float write to.
    llvm::DenseSet<mlir::Value> floats;
  };

  mlir::LogicalResult lowerBody(Frame &inner);
  mlir::LogicalResult checkPlacements();
  void createFunction(Frame &main);
  mlir::LogicalResult lower(mlir::Operation *op);
  bool holdsIndices(mlir::Value value) const;
  mlir::Value storageOf(const mlir::nn::Placement &placement);
  /// The type that the result of an op is stored in.
  mlir::Type elementOf(mlir::Value root);
  /// The same for an output that is stored as values between kernels are.
  mlir::Type storedElement(mlir::Value output);

  mlir::ModuleOp root;
  /// The functions that are called; kernels come later.
  mlir::SymbolTable symbols;
  mlir::func::FuncOp source, target;
  mlir::Type storage;
  bool allowWinograd;
  bool packs;
  GpuFamily family;
  mlir::OpBuilder b;
  Frame *frame = nullptr;
  /// The functions that `frame` is inside of.
  llvm::SmallVector<mlir::func::FuncOp> callers;
  /// What ops read as indices, also through others.
  llvm::DenseSet<mlir::Value> indices;
  ConstantMemory constantMemory;
  /// Kernels and the names that they were wanted with.
  llvm::DenseMap<size_t, llvm::SmallVector<
                             std::pair<std::string, mlir::metal::KernelOp>, 1>>
      kernelsByHash;
  llvm::StringMap<unsigned> kernelsByName;
  /// Fails with the first kernel that has more buffers than can be bound.
  mlir::LogicalResult kernelsFit = mlir::success();
  /// The layers that each kernel computes, of all dispatches.
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Location>>
      kernelLocations;
};

/// Reinterprets `memref` with dimensions `first` to `last` joined into one;
/// null if its strides do not allow that.
mlir::Value collapse(mlir::OpBuilder &builder, mlir::Value memref,
                     unsigned first, unsigned last);

/// What one kernel of several that compute an op together reads or writes in
/// the place of the op's main input and result. Fused work stays with the
/// kernel that has the op's own end.
struct KernelEnds {
  mlir::Value input, output;
};

/// The kernel of a compute op: its operands with the fused work at both ends.
class FusedKernel {
public:
  /// `others` are operands besides the main input and those of the regions,
  /// such as packed weights.
  FusedKernel(Lowering &lowering, mlir::nn::FusableOpInterface op,
              llvm::StringRef kind, llvm::StringRef name,
              llvm::ArrayRef<KernelOperand> others = {},
              bool joinRowsAndColumns = false, KernelEnds ends = {});
  /// The same for several ops that read the same input, the prologue of the
  /// first among them.
  FusedKernel(Lowering &lowering,
              llvm::ArrayRef<mlir::nn::FusableOpInterface> ops,
              llvm::StringRef kind, llvm::StringRef name,
              llvm::ArrayRef<KernelOperand> others, bool joinRowsAndColumns,
              KernelEnds ends = {});

  KernelBuilder &operator*() { return *kernel; }
  KernelBuilder *operator->() { return kernel.get(); }

  mlir::Value other(unsigned index) { return kernel->param(1 + index); }
  /// An element of the main input with the prologue applied.
  mlir::Value loadInput(mlir::ValueRange coordinates, int64_t lanes,
                        mlir::Value count = {});
  /// What the epilogue of op `which` makes of an element of its result.
  mlir::Value applyEpilogue(mlir::Value value, mlir::ValueRange coordinates,
                            int64_t lanes, mlir::Value count = {},
                            unsigned which = 0);
  /// Stores an element of the result of op `which` as it is.
  void storePlain(mlir::Value value, mlir::ValueRange coordinates,
                  mlir::Value count = {}, unsigned which = 0);
  /// Stores an element of the result of op `which` with its epilogue applied.
  void storeResult(mlir::Value value, mlir::ValueRange coordinates,
                   int64_t lanes, mlir::Value count = {}, unsigned which = 0);
  /// Shapes as the kernel sees them.
  llvm::ArrayRef<int64_t> inputShape() const;
  llvm::ArrayRef<int64_t> resultShape() const;
  bool joined() const { return isJoined; }
  bool hasPrologue() { return !ends.input && !op.getPrologue().empty(); }
  /// Whether `length` elements of the last dimension follow each other in
  /// memory, as floats of some kind.
  static bool isRun(mlir::Value buffer, int64_t length);

  void dispatch(const Grid &grid, int64_t flops);

private:
  // An op's operands: what its epilogue reads, and its result behind that.
  struct Result {
    mlir::nn::FusableOpInterface op;
    unsigned firstEpilogue, index;
  };

  Lowering &lowering;
  mlir::nn::FusableOpInterface op;
  KernelEnds ends;
  llvm::SmallVector<KernelOperand> operands;
  llvm::SmallVector<Result> results;
  unsigned firstPrologue = 0;
  bool isJoined = false;
  std::unique_ptr<KernelBuilder> kernel;
};

// The lowerings, by family. Each makes one kernel and its dispatch.
mlir::LogicalResult lowerConv2D(Lowering &, mlir::nn::Conv2DOp);
mlir::LogicalResult lowerConvTranspose2D(Lowering &,
                                         mlir::nn::ConvTranspose2DOp);
mlir::LogicalResult lowerMatMul(Lowering &, mlir::nn::MatMulOp);
mlir::LogicalResult lowerPool2D(Lowering &, mlir::nn::Pool2DOp);
mlir::LogicalResult lowerReduce(Lowering &, mlir::nn::ReduceOp);
mlir::LogicalResult lowerNormalize(Lowering &, mlir::nn::NormalizeOp);
mlir::LogicalResult lowerSoftmax(Lowering &, mlir::nn::SoftmaxOp);
mlir::LogicalResult lowerLRN(Lowering &, mlir::nn::LRNOp);
mlir::LogicalResult lowerResize(Lowering &, mlir::nn::ResizeOp);
mlir::LogicalResult lowerPad(Lowering &, mlir::nn::PadOp);
mlir::LogicalResult lowerGather(Lowering &, mlir::nn::GatherOp);
mlir::LogicalResult lowerTake(Lowering &, mlir::nn::TakeOp);
mlir::LogicalResult lowerScatter(Lowering &, mlir::nn::ScatterOp);
mlir::LogicalResult lowerArgSort(Lowering &, mlir::nn::ArgSortOp);
mlir::LogicalResult lowerCumSum(Lowering &, mlir::nn::CumSumOp);
mlir::LogicalResult lowerCropResize(Lowering &, mlir::nn::CropResizeOp);
mlir::LogicalResult lowerRecurrent(Lowering &, mlir::nn::RecurrentOp);
mlir::LogicalResult lowerNMS(Lowering &, mlir::nn::NMSOp);
mlir::LogicalResult lowerCustom(Lowering &, mlir::nn::CustomOp);
mlir::LogicalResult lowerMap(Lowering &, mlir::nn::MapOp);
mlir::LogicalResult lowerCopy(Lowering &, mlir::nn::CopyOp);
mlir::LogicalResult lowerIf(Lowering &, mlir::nn::IfOp);
mlir::LogicalResult lowerLoop(Lowering &, mlir::nn::LoopOp);

/// A kernel that copies all elements of one view to another of its shape.
void copyMemory(Lowering &lowering, mlir::Location loc, mlir::Value from,
                mlir::Value to);

} // namespace mlc
