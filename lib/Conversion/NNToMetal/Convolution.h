// What the kernels of convolutions share: their shape, the windows' reach, and
// how much of a row one thread computes.
#pragma once

#include "Lowering.h"

namespace mlc {

/// What a convolution's kernel is specialised by.
struct ConvolutionShape {
  int64_t batch, inputRows, inputColumns, rows, columns;
  int64_t kernelRows, kernelColumns;
  int64_t groups, groupInputs, groupOutputs; ///< channels of one group

  /// Of `op`, whose input and result have these shapes: [N, H, W, C], or
  /// [N, H * W, C] if rows and columns are joined.
  ConvolutionShape(mlir::nn::Conv2DOp op, llvm::ArrayRef<int64_t> in,
                   llvm::ArrayRef<int64_t> out);

  bool isDepthwise() const {
    return groups > 1 && groupInputs == 1 && groupOutputs == 1;
  }
  int64_t channels() const { return groups * groupOutputs; }
  /// Multiplications and additions.
  int64_t flops() const {
    return 2 * batch * rows * columns * channels() * kernelRows *
           kernelColumns * groupInputs;
  }
  /// `stem`, and what tells this kernel from others of the network.
  std::string name(llvm::StringRef stem, mlir::nn::Conv2DOp op) const;
};

/// How many neighbouring pixels of a row of `columns` a thread computes, at
/// most `longest`; the last strip of a row may overlap the one before.
int64_t chooseStrip(int64_t columns, int64_t longest);

/// The first pixel of strip `index`, moved back so that the strip ends inside
/// the row; `fresh` is the first one that no other strip computes, null if all
/// of them are.
struct Strip {
  mlir::Value column;
  mlir::Value fresh;
  Strip(KernelBuilder &k, mlir::Value index, int64_t columns, int64_t length);
  /// `body`, unless the pixel at `x` is another strip's.
  void whenFresh(KernelBuilder &k, mlir::Value x,
                 llvm::function_ref<void()> body) const;
};

/// Where the window at output `position` (of `positions`) reads with `tap`.
struct Tap {
  mlir::Value coordinate;
  mlir::Value nearest; ///< the same, moved to the closest one inside
  mlir::Value inside;  ///< null if it always is
  Tap(KernelBuilder &k, mlir::nn::Conv2DOp op, unsigned dimension,
      mlir::Value position, int64_t positions, mlir::Value tap, int64_t taps,
      int64_t extent, llvm::StringRef name);
};

/// The kernels; each makes one dispatch. `filter` is [KH, KW, C/groups, O].
mlir::LogicalResult lowerDirectConvolution(Lowering &, mlir::nn::Conv2DOp,
                                           std::vector<float> filter);
mlir::LogicalResult lowerDepthwiseConvolution(Lowering &, mlir::nn::Conv2DOp,
                                              std::vector<float> filter);

} // namespace mlc
