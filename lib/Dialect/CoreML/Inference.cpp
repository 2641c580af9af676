#include "Inference.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::coreml;

std::optional<int64_t> coreml::countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (size <= 0 || llvm::MulOverflow(count, size, count) ||
        count > kMaxElements)
      return std::nullopt;
  return count;
}

std::string coreml::formatShape(ArrayRef<int64_t> shape) {
  return llvm::join(
      llvm::map_range(shape, [](int64_t size) { return std::to_string(size); }),
      "x");
}

LogicalResult Inference::give(ArrayRef<int64_t> shape) {
  if (!countElements(shape))
    return fail("its output would have the shape ", formatShape(shape),
                ", which is empty or larger than 2^31 elements");
  results.push_back(RankedTensorType::get(shape, Float32Type::get(context)));
  return success();
}

LogicalResult Inference::needRank(Value value, int64_t rank) const {
  int64_t have = shapeOf(value).size();
  if (have >= rank)
    return success();
  return fail("needs an input of rank ", rank, " or more, but has rank ", have);
}

LogicalResult Inference::needShape(StringRef name, ElementsAttr weights,
                                   ArrayRef<int64_t> shape) const {
  ArrayRef<int64_t> have = weights.getShapedType().getShape();
  if (have == shape)
    return success();
  return fail(name, " should have the shape ", formatShape(shape), ", but has ",
              formatShape(have));
}

LogicalResult Inference::needList(StringRef name, ArrayRef<int64_t> list,
                                  size_t size, int64_t least) const {
  if (list.size() != size)
    return fail(name, " has ", list.size(), " elements instead of ", size);
  for (int64_t element : list)
    if (element < least || element > kMaxElements)
      return fail(name, " has the element ", element, ", not between ", least,
                  " and 2^31");
  return success();
}
