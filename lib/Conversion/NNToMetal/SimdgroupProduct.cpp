// The four simdgroups of a threadgroup stand in two rows and two columns, each
// keeps a quarter of the tile's sums in matrices. Slices of both operands pass
// through threadgroup memory as floats, whatever they are stored as: only
// matrices of one element type may be multiplied by the book, and sums in half
// lose too much. The threads share work by their number in the group and the
// matrices by that of their simdgroup, so simdgroups may have any size.
#include "SimdgroupProduct.h"

using namespace mlir;
using namespace mlc;

namespace {
constexpr int64_t kSide = metal::kMatrixSize;
// Simdgroups of a group: kAcross by kAcross.
constexpr int64_t kAcross = 2;
constexpr int64_t kSimdgroups = kAcross * kAcross;
// Rows in threadgroup memory are longer than what they hold, so that columns of
// a matrix are in different banks.
constexpr int64_t kSkew = 4;
constexpr int64_t kLeftRow = SimdgroupProduct::kDepth + kSkew;
} // namespace

static int64_t rightRow(const SimdgroupTile &tile) {
  return tile.columns + kSkew;
}

SimdgroupTile mlc::chooseSimdgroupTile(int64_t rows, int64_t columns,
                                       int64_t batch) {
  // Eight cores that hold several groups each.
  constexpr int64_t kEnough = 48;
  SimdgroupTile smallest{32, 32};
  for (SimdgroupTile tile : {SimdgroupTile{64, 64}, SimdgroupTile{64, 32}}) {
    // A tile that is mostly beyond the last column wastes work.
    bool isWide = columns % tile.columns == 0 || columns > 4 * tile.columns ||
                  tile.columns == smallest.columns;
    if (isWide && llvm::divideCeil(rows, tile.rows) *
                          llvm::divideCeil(columns, tile.columns) * batch >=
                      kEnough)
      return tile;
  }
  return smallest;
}

bool mlc::fillsSimdgroups(int64_t rows, int64_t columns, int64_t depth) {
  constexpr int64_t kFewest = 32;
  return rows >= kFewest && columns >= kFewest && depth >= kFewest;
}

SimdgroupProduct::SimdgroupProduct(KernelBuilder &k, SimdgroupTile tile,
                                   int64_t rows, int64_t columns, int64_t batch)
    : k(k), b(k.builder()), tile(tile),
      groups{int64_t(llvm::divideCeil(rows, tile.rows)),
             int64_t(llvm::divideCeil(columns, tile.columns)), batch} {
  auto group = [&](metal::Dimension dimension, StringRef name) {
    return k.groupPosition(dimension, name, groups[unsigned(dimension)]);
  };
  rowIndex = group(metal::Dimension::x, "tileRow");
  columnIndex = group(metal::Dimension::y, "tileColumn");
  batchIndex = group(metal::Dimension::z, "image");
  first = k.named(k.mul(rowIndex, tile.rows), "firstRow");
  thread = k.named(metal::ThreadPositionInThreadgroupOp::create(
                       b, k.loc(), b.getIndexType(), metal::Dimension::x),
                   "thread");
  threads = k.mul(metal::SimdgroupWidthOp::create(b, k.loc(), b.getIndexType()),
                  kSimdgroups);
  Value simdgroup =
      metal::SimdgroupIndexOp::create(b, k.loc(), b.getIndexType());
  blockRow = k.named(k.div(simdgroup, kAcross), "blockRow");
  blockColumn = k.named(k.rem(simdgroup, kAcross), "blockColumn");
  auto type = MemRefType::get({tile.rows * kLeftRow + kDepth * rightRow(tile)},
                              b.getF32Type(), MemRefLayoutAttrInterface(),
                              metal::threadgroupSpace(b.getContext()));
  shared =
      k.named(metal::ThreadgroupAllocOp::create(b, k.loc(), type), "shared");
  int64_t high = tile.rows / kAcross / kSide;
  int64_t wide = tile.columns / kAcross / kSide;
  sums = matrices({high, wide}, "sums");
  left = matrices({high}, "left");
  right = matrices({wide}, "right");
  auto matrix = VectorType::get({kSide, kSide}, b.getF32Type());
  k.loop("i", high, true, [&](Value i) {
    k.loop("j", wide, true, [&](Value j) {
      Value zero = arith::ConstantOp::create(
          b, k.loc(), DenseElementsAttr::get(matrix, 0.0f));
      k.put(zero, sums, {i, j});
    });
  });
}

Value SimdgroupProduct::matrices(ArrayRef<int64_t> shape, StringRef name) {
  auto type =
      MemRefType::get(shape, VectorType::get({kSide, kSide}, b.getF32Type()));
  return k.named(memref::AllocaOp::create(b, k.loc(), type), name);
}

void SimdgroupProduct::barrier() { metal::BarrierOp::create(b, k.loc()); }

void SimdgroupProduct::share(StringRef name, int64_t count,
                             function_ref<void(Value)> body) {
  k.loop(name, thread, k.constant(count), threads, body);
}

void SimdgroupProduct::toShared(Value lanes, Value at) {
  Value run = k.privateElements(1, kRun, "run");
  k.putElements(lanes, run, k.constant(0));
  k.loop("i", kRun, true, [&](Value i) {
    k.put(k.get(run, {k.constant(0), i}), shared, k.add(at, i));
  });
}

Value SimdgroupProduct::fromShared(Value at) {
  Value run = k.privateElements(1, kRun, "run");
  k.loop("i", kRun, true, [&](Value i) {
    k.put(k.get(shared, k.add(at, i)), run, {k.constant(0), i});
  });
  return metal::GetLanesOp::create(b, k.loc(), k.elementType(kRun), run,
                                   k.constant(0), k.constant(0));
}

void SimdgroupProduct::addSlice(function_ref<Value(Value, Value)> loadLeft,
                                function_ref<Value(Value, Value)> loadRight) {
  int64_t behindLeft = tile.rows * kLeftRow;
  // Nobody may overwrite the last slice before all have read it.
  barrier();
  auto move = [&](StringRef name, int64_t rows, int64_t columns, int64_t base,
                  int64_t rowLength, function_ref<Value(Value, Value)> load) {
    share(name, rows * (columns / kRun), [&](Value item) {
      Value row = k.named(k.div(item, columns / kRun), "row");
      Value column =
          k.named(k.mul(k.rem(item, columns / kRun), kRun), "column");
      Value at = k.add(k.add(k.mul(row, rowLength), column), base);
      toShared(load(row, column), k.named(at, "at"));
    });
  };
  move("a", tile.rows, kDepth, 0, kLeftRow, loadLeft);
  move("b", kDepth, tile.columns, behindLeft, rightRow(tile), loadRight);
  barrier();
  int64_t high = tile.rows / kAcross / kSide;
  int64_t wide = tile.columns / kAcross / kSide;
  k.loop("d", k.constant(0), k.constant(kDepth), kSide, true, [&](Value d) {
    k.loop("i", high, true, [&](Value i) {
      Value row = k.add(k.mul(blockRow, tile.rows / kAcross), k.mul(i, kSide));
      metal::LoadMatrixOp::create(b, k.loc(), shared,
                                  k.add(k.mul(row, kLeftRow), d), kLeftRow,
                                  left, ValueRange(i));
    });
    k.loop("j", wide, true, [&](Value j) {
      Value column =
          k.add(k.mul(blockColumn, tile.columns / kAcross), k.mul(j, kSide));
      Value at = k.add(k.add(k.mul(d, rightRow(tile)), column), behindLeft);
      metal::LoadMatrixOp::create(b, k.loc(), shared, at, rightRow(tile), right,
                                  ValueRange(j));
    });
    k.loop("i", high, true, [&](Value i) {
      k.loop("j", wide, true, [&](Value j) {
        metal::MultiplyMatricesOp::create(b, k.loc(), sums, i, j, left, right);
      });
    });
  });
}

void SimdgroupProduct::forEachResult(
    function_ref<void(Value, Value, Value)> body) {
  int64_t high = tile.rows / kAcross / kSide;
  int64_t wide = tile.columns / kAcross / kSide;
  int64_t rowLength = rightRow(tile);
  // A row of matrices of each simdgroup at once: that fits where slices were.
  k.loop("i", high, true, [&](Value i) {
    barrier();
    k.loop("j", wide, true, [&](Value j) {
      Value column =
          k.add(k.mul(blockColumn, tile.columns / kAcross), k.mul(j, kSide));
      Value at = k.add(k.mul(blockRow, kSide * rowLength), column);
      metal::StoreMatrixOp::create(b, k.loc(), sums, shared, at, rowLength,
                                   ValueRange{i, j});
    });
    barrier();
    share("c", kAcross * kSide * (tile.columns / kRun), [&](Value item) {
      Value from = k.named(k.div(item, tile.columns / kRun), "from");
      Value column =
          k.named(k.mul(k.rem(item, tile.columns / kRun), kRun), "column");
      Value row = k.add(k.mul(k.div(from, kSide), tile.rows / kAcross),
                        k.add(k.mul(i, kSide), k.rem(from, kSide)));
      Value at = k.named(k.add(k.mul(from, rowLength), column), "at");
      body(k.named(row, "row"), column, k.named(fromShared(at), "sum"));
    });
  });
}

Grid SimdgroupProduct::grid() const {
  int64_t size = kSimdgroups * metal::kSimdgroupWidth;
  return {{groups[0] * size, groups[1], groups[2]}, {size, 1, 1}};
}
