// Which bytes of which memory a view spans.
#include "mlc/Dialect/Metal/MemoryMap.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlc;

int64_t mlc::elementBytes(MemRefType type) {
  return llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

// The smallest stride that is not within the contiguous run at the end, if all
// other strides are multiples of it.
static void findPeriod(MemRefType type, ArrayRef<int64_t> strides,
                       MemoryRange &range) {
  int64_t run = 1, period = 0;
  for (unsigned i = strides.size(); i-- > 0;) {
    if (type.getDimSize(i) == 1)
      continue;
    if (period == 0 && strides[i] == run)
      run *= type.getDimSize(i);
    else if (period == 0 && strides[i] > run)
      period = strides[i];
    else if (period == 0 || strides[i] % period != 0)
      return;
  }
  int64_t size = elementBytes(type);
  range.run = run * size;
  range.period = period * size;
}

bool mlc::mayOverlap(const MemoryRange &a, const MemoryRange &b) {
  if (a.begin >= b.end || b.begin >= a.end)
    return false;
  if (a.period == 0 || a.period != b.period)
    return true;
  // Where b's run begins, counted from a's, within one period.
  int64_t shift = (b.begin - a.begin) % a.period;
  if (shift < 0)
    shift += a.period;
  return shift < a.run || shift + b.run > a.period;
}

MemoryRange mlc::memoryRange(Value view) {
  auto type = cast<MemRefType>(view.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  int64_t first = offset, last = offset;
  for (auto [extent, stride] : llvm::zip(type.getShape(), strides))
    last += (extent - 1) * stride;
  int64_t size = elementBytes(type);
  bool isDense = type.getNumElements() == last + 1 - first;
  MemoryRange range{view, first * size, (last + 1) * size, isDense};
  findPeriod(type, strides, range);
  while (Operation *op = range.memory.getDefiningOp()) {
    if (auto cast = dyn_cast<memref::ReinterpretCastOp>(op)) {
      range.memory = cast.getSource();
    } else if (auto slice = dyn_cast<metal::SliceOp>(op)) {
      range.memory = slice.getArena();
      range.begin += slice.getByteOffset();
      range.end += slice.getByteOffset();
    } else {
      break;
    }
  }
  return range;
}
