// Which bytes of which memory a view spans.
#include "mlc/Dialect/Metal/MemoryMap.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlc;

int64_t mlc::elementBytes(MemRefType type) {
  return llvm::divideCeil(type.getElementTypeBitWidth(), 8);
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
