// What the kernels of convolutions share: their shape, the windows' reach, and
// how much of a row one thread computes.
#pragma once

#include "Lowering.h"
#include "ThreadTeam.h"
#include "mlc/Support/Constants.h"

namespace mlc {

/// What a convolution's kernel is specialised by.
struct ConvolutionShape {
  int64_t batch, inputRows, inputColumns, rows, columns;
  int64_t kernelRows, kernelColumns;
  int64_t groups, groupInputs, groupOutputs; ///< channels of one group
  /// Windows of which only the maximum is stored; `rows` and `columns` are
  /// those of the convolution, as far as windows cover them.
  int64_t poolRows, poolColumns;

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
/// most `longest`; the last strip of a row may overlap the one before. A
/// multiple of `unit`, as `columns` is. `storage` is the type of weights.
int64_t chooseStrip(int64_t columns, int64_t longest, mlir::Type storage,
                    int64_t unit = 1);

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

/// The sums of a strip of pixels for one block of output channels, in
/// registers: what all kernels built on matrix products have inside.
class StripSums {
public:
  /// Starts with zeros.
  StripSums(KernelBuilder &k, int64_t length, int64_t lanes);
  /// Adds the products of a run of input channels: `element(p, i)` gives
  /// channel i of pixel p, `weight(i)` the weights of that channel.
  void
  addRun(int64_t run,
         llvm::function_ref<mlir::Value(mlir::Value p, mlir::Value i)> element,
         llvm::function_ref<mlir::Value(mlir::Value i)> weight);
  /// The same for an array of a run for each pixel.
  void addRun(mlir::Value x, int64_t run,
              llvm::function_ref<mlir::Value(mlir::Value i)> weight);
  /// Adds up what the threads of a team have.
  void join(ThreadTeam &team);
  /// `body(p, sum)` for each pixel.
  void forEach(llvm::function_ref<void(mlir::Value, mlir::Value)> body);

private:
  KernelBuilder &k;
  int64_t length, lanes;
  mlir::Value acc;
};

/// Blocks of output channels, strips of pixels, and the runs in which input
/// channels are read, of a matrix product.
struct Blocking {
  int64_t lanes, blocks, strip, run;
  Blocking(int64_t inputs, int64_t outputs, int64_t pixels, mlir::Type storage,
           int64_t unit = 1);
};

/// Reorders a filter [KH, KW, C/groups, O] to
/// [groups * blocks, KH, KW, C/groups, lanes], padded with zeros.
template <typename T>
std::vector<T> packFilter(llvm::ArrayRef<T> filter, const ConvolutionShape &s,
                          const Blocking &b) {
  int64_t taps = s.kernelRows * s.kernelColumns * s.groupInputs;
  std::vector<T> packed(s.groups * b.blocks * taps * b.lanes, T(0));
  for (int64_t group = 0; group < s.groups; ++group)
    for (int64_t block = 0; block < b.blocks; ++block) {
      int64_t first = group * s.groupOutputs + block * b.lanes;
      int64_t count = std::min(b.lanes, s.groupOutputs - block * b.lanes);
      T *to = &packed[(group * b.blocks + block) * taps * b.lanes];
      for (int64_t tap = 0; tap < taps; ++tap)
        std::copy_n(&filter[tap * s.channels() + first], count,
                    to + tap * b.lanes);
    }
  return packed;
}

/// Where the window at output `position` (of `positions`) reads with `tap`.
struct Tap {
  mlir::Value coordinate;
  mlir::Value nearest; ///< the same, moved to the closest one inside
  mlir::Value inside;  ///< null if it always is
  Tap(KernelBuilder &k, mlir::nn::Conv2DOp op, unsigned dimension,
      mlir::Value position, int64_t positions, mlir::Value tap, int64_t taps,
      int64_t extent, llvm::StringRef name);
};

/// The row of pixels that a strip reads, as floats: the bytes of an image are
/// converted once for all taps of the row.
class PixelRow {
public:
  /// Nothing if the input is not made of bytes, or the row too long to keep, or
  /// what is in front of the convolution more than constants of each channel.
  static std::optional<PixelRow> create(Lowering &lowering,
                                        mlir::nn::Conv2DOp op,
                                        const ConvolutionShape &s,
                                        int64_t strip);

  /// The input as the kernel reads it: pixels and channels are one dimension.
  mlir::Value getInput() const { return input; }
  /// What is in front of the convolution reads these, as long as the row.
  llvm::ArrayRef<KernelOperand> getOperands() const { return extras; }

  /// An array of the row that begins at pixel `first`, which may be beside the
  /// image; `line` are the coordinates in front of it, `extra` is the index of
  /// the first of the operands.
  mlir::Value load(FusedKernel &fused, llvm::ArrayRef<mlir::Value> line,
                   mlir::Value first, unsigned extra);
  /// Where pixel `p` of the strip begins in the array, seen with tap `kx`.
  mlir::Value place(KernelBuilder &k, mlir::Value p, mlir::Value kx);

private:
  PixelRow(mlir::nn::Conv2DOp op, const ConvolutionShape &s, int64_t strip);

  void loadInside(FusedKernel &fused, llvm::ArrayRef<mlir::Value> line,
                  mlir::Value first, unsigned extra, mlir::Value x);
  void loadEdge(FusedKernel &fused, llvm::ArrayRef<mlir::Value> line,
                mlir::Value first, unsigned extra, mlir::Value x);
  mlir::Value apply(KernelBuilder &k, mlir::Value value, mlir::Value at,
                    int64_t lanes, FusedKernel &fused, unsigned extra);

  mlir::nn::Conv2DOp op;
  int64_t channels, columns, lastStrip;
  int64_t pixels;   ///< of the row
  int64_t elements; ///< of the array, a multiple of the lanes
  mlir::Value input;
  llvm::SmallVector<KernelOperand> extras;
};

/// The kernels. A filter is [KH, KW, C/groups, O]. The direct one takes all
/// convolutions that share it.
mlir::LogicalResult
lowerDirectConvolution(Lowering &, llvm::ArrayRef<mlir::nn::Conv2DOp> ops,
                       llvm::ArrayRef<FloatView> filters);
/// Output pixels that Winograd's algorithm computes together.
struct WinogradTile {
  int64_t rows, columns;
};
/// `tile` is what chooseWinogradTile gave.
mlir::LogicalResult lowerWinogradConvolution(Lowering &, mlir::nn::Conv2DOp,
                                             llvm::ArrayRef<float> filter,
                                             WinogradTile tile);
/// The tiles for which Winograd's algorithm pays most by the cost model's
/// figures for `family`, if it does. `storage` is the type of weights.
std::optional<WinogradTile> chooseWinogradTile(mlir::nn::Conv2DOp op,
                                               const ConvolutionShape &s,
                                               mlir::Type storage,
                                               GpuFamily family);

/// Whether the work in front of a 1x1 convolution is better done once for all
/// its output channels. `storage` is the type of weights.
bool shouldShareInput(mlir::nn::Conv2DOp op, const ConvolutionShape &s,
                      mlir::Type storage);
mlir::LogicalResult lowerSharedInputConvolution(Lowering &, mlir::nn::Conv2DOp,
                                                const FloatView &filter);

/// Whether simdgroup matrices can compute it, and it is large enough for them.
bool fitsSimdgroups(mlir::nn::Conv2DOp op, const ConvolutionShape &s);
mlir::LogicalResult
lowerSimdgroupConvolution(Lowering &, llvm::ArrayRef<mlir::nn::Conv2DOp> ops,
                          llvm::ArrayRef<FloatView> filters);

mlir::LogicalResult lowerDepthwiseConvolution(Lowering &, mlir::nn::Conv2DOp,
                                              llvm::ArrayRef<float> filter);

} // namespace mlc
