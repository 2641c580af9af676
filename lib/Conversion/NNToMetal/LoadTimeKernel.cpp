// What kernels that run when the bundle is loaded have in common.
#include "LoadTimeKernel.h"

#include "Grid4D.h"

using namespace mlir;
using namespace mlc;

static SmallVector<Type> parameterTypes(ArrayRef<Type> elements, Type result) {
  SmallVector<Type> types(elements);
  types.push_back(Float32Type::get(result.getContext()));
  types.push_back(result);
  for (Type &type : types)
    type = MemRefType::get({ShapedType::kDynamic}, type);
  return types;
}

static SmallVector<StringRef> parameterNames(ArrayRef<StringRef> names) {
  SmallVector<StringRef> all(names);
  all.append({"sizes", "result"});
  return all;
}

LoadTimeKernel::LoadTimeKernel(Lowering &lowering, Location loc, StringRef kind,
                               StringRef name, ArrayRef<Type> elements,
                               ArrayRef<StringRef> names, Type result)
    : lowering(lowering), numConstants(elements.size()),
      k(lowering.module(), loc, kind, name, parameterTypes(elements, result),
        parameterNames(names)) {}

Value LoadTimeKernel::thread(StringRef name) {
  OpBuilder &b = k.builder();
  Value thread = k.named(metal::ThreadPositionInGridOp::create(
                             b, k.loc(), b.getIndexType(), metal::Dimension::x),
                         name);
  k.guard(arith::CmpIOp::create(b, k.loc(), arith::CmpIPredicate::slt, thread,
                                size(0, "threads")));
  return thread;
}

Value LoadTimeKernel::size(int64_t which, StringRef name) {
  Value number = k.load(k.param(numConstants), {k.constant(which)}, 1);
  return floorToIndex(k, k.named(number, name));
}

Value LoadTimeKernel::run(MemRefType type, int64_t threads,
                          ArrayRef<Value> constants, ArrayRef<int64_t> sizes) {
  assert(threads <= kMaxThreads && "sizes are floats");
  constexpr int64_t kGroup = 256;
  OpBuilder &b = lowering.builder();
  Location loc = k.loc();
  metal::KernelOp kernel = lowering.share(k);
  std::vector<float> numbers = {float(threads)};
  llvm::append_range(numbers, sizes);
  int64_t count = numbers.size();
  SmallVector<Value> all(constants);
  all.push_back(lowering.weights(loc, {count}, b.getF32Type(),
                                 std::move(numbers), "sizes"));
  return metal::DecodeOp::create(b, loc, type, kernel.getSymName(), threads,
                                 kGroup, all);
}
