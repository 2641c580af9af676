// The product of two computed matrices on simdgroup matrices. Both have edges
// where tiles do not divide them: what is read there is zeros.
#include "SimdgroupMatMul.h"
#include "Grid4D.h"
#include "SimdgroupProduct.h"

using namespace mlir;
using namespace mlc;

static int64_t depthOf(nn::MatMulOp op) {
  auto type = cast<RankedTensorType>(op.getRhs().getType());
  return type.getDimSize(type.getRank() - 2);
}

bool mlc::fitsSimdgroups(nn::MatMulOp op) {
  ArrayRef<int64_t> out = op.getType().getShape();
  int64_t depth = depthOf(op);
  // A prologue makes something of the zeros behind the end of a row.
  return (depth % SimdgroupProduct::kDepth == 0 || op.getPrologue().empty()) &&
         fillsSimdgroups(out[out.size() - 2], out.back(), depth);
}

// Coordinates of a matrix in `shape`, whose leading dimensions may be 1 or
// missing: `leading` are those of the result.
static SmallVector<Value> coordinates(KernelBuilder &k, ArrayRef<int64_t> shape,
                                      ArrayRef<Value> leading, Value row,
                                      Value column) {
  SmallVector<Value> at;
  size_t missing = leading.size() + 2 - shape.size();
  for (size_t i = 0; i + 2 < shape.size(); ++i)
    at.push_back(shape[i] == 1 ? k.constant(0) : leading[missing + i]);
  at.push_back(row);
  at.push_back(column);
  return at;
}

LogicalResult mlc::lowerSimdgroupMatMul(Lowering &lowering, nn::MatMulOp op) {
  constexpr int64_t lanes = SimdgroupProduct::kRun;
  ArrayRef<int64_t> out = op.getType().getShape();
  int64_t depth = depthOf(op), rows = out[out.size() - 2], columns = out.back();
  SmallVector<int64_t> rightShape(out);
  rightShape[out.size() - 2] = depth;
  FusedKernel fused(lowering, op, "matmul",
                    "simdgroup_matmul_" + shapeText(out) + "_by" +
                        std::to_string(depth),
                    {{lowering.view(op.getRhs(), rightShape), "right"}});
  KernelBuilder &k = *fused;
  int64_t batch = 1;
  for (int64_t extent : out.drop_back(2))
    batch *= extent;
  SimdgroupProduct product(k, chooseSimdgroupTile(rows, columns, batch), rows,
                           columns, batch);
  SmallVector<Value> leading(out.size() - 2);
  Value rest = product.batch();
  for (size_t i = leading.size(); i-- > 0;) {
    leading[i] = i == 0 ? rest : k.rem(rest, out[i]);
    rest = i == 0 ? rest : k.div(rest, out[i]);
  }
  Value firstColumn = k.named(
      k.mul(product.tileColumn(), product.tileColumns()), "firstColumn");
  bool isWhole = depth % SimdgroupProduct::kDepth == 0;

  auto addSlice = [&](Value first) {
    auto left = [&](Value row, Value at) {
      Value i = k.named(k.add(first, at), "i");
      Value count;
      if (!isWhole)
        count = k.min(k.sub(k.constant(depth), i), k.constant(lanes));
      // What is computed for rows beyond the last one is not stored.
      Value y = k.add(product.firstRow(), row);
      if (rows % product.tileRows())
        y = k.min(y, k.constant(rows - 1));
      return fused.loadInput(coordinates(k, fused.inputShape(), leading, y, i),
                             lanes, count);
    };
    auto right = [&](Value at, Value column) {
      Value i = k.named(k.add(first, at), "i");
      Value x = k.named(k.add(firstColumn, column), "x");
      Value count;
      if (columns % product.tileColumns())
        count = k.min(k.sub(k.constant(columns), x), k.constant(lanes));
      Value y = isWhole ? i : k.min(i, k.constant(depth - 1));
      Value value =
          k.load(fused.other(0), coordinates(k, rightShape, leading, y, x),
                 lanes, count);
      if (isWhole)
        return value;
      return k.select(k.compare(arith::CmpIPredicate::slt, i, depth), value,
                      k.splat(0, lanes));
    };
    product.addSlice(left, right);
  };
  k.loop("first", k.constant(0), k.constant(depth), SimdgroupProduct::kDepth,
         false, addSlice);
  product.forEachResult([&](Value row, Value column, Value sums) {
    Value y = k.named(k.add(product.firstRow(), row), "y");
    Value x = k.named(k.add(firstColumn, column), "x");
    Value exists;
    if (rows % product.tileRows())
      exists = k.compare(arith::CmpIPredicate::slt, y, rows);
    if (columns % product.tileColumns())
      exists = k.logicalAnd(exists,
                            k.compare(arith::CmpIPredicate::slt, x, columns));
    k.when(exists, [&] {
      fused.storeResult(sums, coordinates(k, out, leading, y, x), lanes,
                        k.laneCount(x, columns, lanes));
    });
  });
  fused.dispatch(product.grid(), 2 * depth * op.getType().getNumElements());
  return success();
}
