// Threads over the elements of a result.
#include "Grid4D.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlc;

// Extents of the grid: lanes, then the dimension before, then all others.
static std::array<int64_t, 3> gridExtents(ArrayRef<int64_t> shape,
                                          int64_t lanes) {
  std::array<int64_t, 3> extents = {1, 1, 1};
  if (!shape.empty())
    extents[0] = llvm::divideCeil(shape.back(), lanes);
  if (shape.size() > 1)
    extents[1] = shape[shape.size() - 2];
  for (int64_t extent : shape.drop_back(std::min<size_t>(2, shape.size())))
    extents[2] *= extent;
  return extents;
}

Grid mlc::elementGrid(ArrayRef<int64_t> shape, int64_t lanes) {
  auto [x, y, z] = gridExtents(shape, lanes);
  return makeGrid(x, y, z);
}

ElementThread mlc::elementThread(KernelBuilder &k, ArrayRef<int64_t> shape,
                                 int64_t lanes) {
  auto extents = gridExtents(shape, lanes);
  static constexpr StringLiteral names[] = {"x", "y", "z"};
  std::array<Value, 3> positions;
  for (unsigned i = 0; i < 3; ++i)
    positions[i] = k.position(i, names[i], extents[i]);
  ElementThread thread;
  unsigned rank = shape.size();
  thread.coordinates.resize(rank);
  if (rank == 0)
    return thread;
  Value first = k.named(k.mul(positions[0], lanes), lanes > 1 ? "c" : "x");
  thread.coordinates[rank - 1] = first;
  thread.count = k.laneCount(first, shape.back(), lanes);
  if (rank > 1)
    thread.coordinates[rank - 2] = positions[1];
  // The third dimension holds the leading ones, the last of them fastest.
  Value rest = positions[2];
  int64_t left = extents[2];
  for (unsigned i = rank > 2 ? rank - 2 : 0; i-- > 0;) {
    left /= shape[i];
    thread.coordinates[i] = left == 1 ? rest : k.rem(rest, shape[i]);
    rest = left == 1 ? k.constant(0) : k.div(rest, shape[i]);
  }
  return thread;
}

std::string mlc::shapeText(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> extents;
  for (int64_t extent : shape)
    if (extent != 1)
      extents.push_back(extent);
  if (extents.empty())
    return "1";
  return llvm::join(
      llvm::map_range(extents, [](int64_t i) { return std::to_string(i); }),
      "x");
}

Value mlc::floorToIndex(KernelBuilder &k, Value at) {
  OpBuilder &b = k.builder();
  Value i = arith::FPToSIOp::create(b, k.loc(), b.getI32Type(), at);
  return arith::IndexCastOp::create(b, k.loc(), b.getIndexType(), i);
}

Value mlc::indexToFloat(KernelBuilder &k, Value index) {
  OpBuilder &b = k.builder();
  Value i = arith::IndexCastOp::create(b, k.loc(), b.getI32Type(), index);
  return arith::SIToFPOp::create(b, k.loc(), b.getF32Type(), i);
}
