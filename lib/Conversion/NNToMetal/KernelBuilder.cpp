// Writing kernel bodies. Arithmetic folds as it is built, so what is constant
// in a specialised kernel never reaches the text.
#include "KernelBuilder.h"

#include "mlc/Dialect/NN/NN.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlc;

int64_t mlc::lanesFor(int64_t channels) {
  return channels > 8 ? 16 : channels > 4 ? 8 : channels > 1 ? 4 : 1;
}

// Metal binds buffers at offsets of its own granularity; what remains of a
// view's offset is part of the parameter's type.
static MemRefType parameterType(MemRefType type) {

  auto [strides, offset] = type.getStridesAndOffset();
  int64_t size = type.getElementType().getIntOrFloatBitWidth() / 8;
  int64_t rest = offset % (metal::kBoundAlignment / size);
  auto layout = StridedLayoutAttr::get(type.getContext(), rest, strides);
  if (rest == 0 && type.getLayout().isIdentity())
    return type;
  return MemRefType::get(type.getShape(), type.getElementType(), layout,
                         type.getMemorySpace());
}

KernelBuilder::KernelBuilder(ModuleOp module, Location origin, StringRef kind,
                             StringRef name, ArrayRef<KernelOperand> operands)
    : b(module.getContext()), origin(origin) {
  SmallVector<Type> types;
  SmallVector<StringRef> names;
  SmallVector<bool> written;
  for (const KernelOperand &operand : operands) {
    types.push_back(parameterType(cast<MemRefType>(operand.memref.getType())));
    names.push_back(operand.name);
    written.push_back(operand.written);
  }
  b.setInsertionPointToEnd(module.getBody());
  op = metal::KernelOp::create(b, origin, name, kind, types, names, written);
  b.setInsertionPointToStart(&op.getBody().front());
}

KernelBuilder::KernelBuilder(ModuleOp module, Location origin, StringRef kind,
                             StringRef name, TypeRange parameters,
                             ArrayRef<StringRef> names)
    : b(module.getContext()), origin(origin) {
  SmallVector<bool> written(names.size(), false);
  written.back() = true;
  b.setInsertionPointToEnd(module.getBody());
  op = metal::KernelOp::create(b, origin, name, kind, parameters, names,
                               written);
  b.setInsertionPointToStart(&op.getBody().front());
}

Value KernelBuilder::param(unsigned index) {
  return op.getBody().front().getArgument(index);
}

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

static std::optional<int64_t> constantOf(Value value) {
  IntegerAttr attr;
  if (matchPattern(value, m_Constant(&attr)))
    return attr.getInt();
  return std::nullopt;
}

Value KernelBuilder::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, origin, value);
}

Value KernelBuilder::add(Value a, Value c) {
  return b.createOrFold<arith::AddIOp>(origin, a, c);
}

Value KernelBuilder::sub(Value a, Value c) {
  return b.createOrFold<arith::SubIOp>(origin, a, c);
}

Value KernelBuilder::mul(Value a, Value c) {
  return b.createOrFold<arith::MulIOp>(origin, a, c);
}

Value KernelBuilder::mul(Value a, int64_t c) {
  return c == 1 ? a : mul(a, constant(c));
}

Value KernelBuilder::div(Value a, Value c) {
  return constantOf(c) == 1 ? a : b.createOrFold<arith::DivSIOp>(origin, a, c);
}

Value KernelBuilder::rem(Value a, int64_t c) {
  return c == 1 ? constant(0)
                : b.createOrFold<arith::RemSIOp>(origin, a, constant(c));
}

Value KernelBuilder::min(Value a, Value c) {
  return b.createOrFold<arith::MinSIOp>(origin, a, c);
}

Value KernelBuilder::max(Value a, Value c) {
  return b.createOrFold<arith::MaxSIOp>(origin, a, c);
}

Value KernelBuilder::clamp(Value a, int64_t low, int64_t high) {
  return min(max(a, constant(low)), constant(high));
}

Value KernelBuilder::compare(arith::CmpIPredicate predicate, Value a,
                             int64_t c) {
  return b.createOrFold<arith::CmpIOp>(origin, predicate, a, constant(c));
}

Value KernelBuilder::logicalAnd(Value a, Value c) {
  if (!a || !c)
    return a ? a : c;
  return b.createOrFold<arith::AndIOp>(origin, a, c);
}

Value KernelBuilder::inRange(Value a, int64_t high, int64_t valueMin,
                             int64_t valueMax) {
  Value low, top;
  if (valueMin < 0)
    low = compare(arith::CmpIPredicate::sge, a, 0);
  if (valueMax >= high)
    top = compare(arith::CmpIPredicate::slt, a, high);
  return logicalAnd(low, top);
}

Value KernelBuilder::position(unsigned dimension, StringRef name,
                              int64_t extent) {
  if (extent == 1)
    return constant(0);
  auto which = static_cast<metal::Dimension>(dimension);
  Value at = named(
      metal::ThreadPositionInGridOp::create(b, origin, b.getIndexType(), which),
      name);
  guard(compare(arith::CmpIPredicate::slt, at, extent));
  return at;
}

Value KernelBuilder::groupPosition(metal::Dimension dimension, StringRef name,
                                   int64_t extent) {
  if (extent == 1)
    return constant(0);
  return named(metal::ThreadgroupPositionInGridOp::create(
                   b, origin, b.getIndexType(), dimension),
               name);
}

void KernelBuilder::guard(Value condition) {
  if (condition)
    metal::GuardOp::create(b, origin, condition);
}

Value KernelBuilder::named(Value value, StringRef name) {
  if (Operation *def = value.getDefiningOp())
    if (!constantOf(value))
      def->setLoc(NameLoc::get(b.getStringAttr(name)));
  return value;
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

void KernelBuilder::loop(StringRef name, Value low, Value high, Value step,
                         function_ref<void(Value)> body) {
  loopCarrying(name, low, high, step, {},
               [&](Value index, ValueRange) -> SmallVector<Value> {
                 body(index);
                 return {};
               });
}

void KernelBuilder::loop(StringRef name, Value low, Value high, int64_t step,
                         bool unroll, function_ref<void(Value)> body) {
  loop(name, low, high, constant(step), body);
  // The loop was made where we insert, perhaps in front of a terminator.
  if (unroll)
    std::prev(b.getInsertionPoint())->setAttr("unroll", b.getUnitAttr());
}

void KernelBuilder::loop(StringRef name, int64_t count, bool unroll,
                         function_ref<void(Value)> body) {
  if (count == 1)
    return body(constant(0));
  loop(name, constant(0), constant(count), 1, unroll, body);
}

SmallVector<Value> KernelBuilder::loopCarrying(
    StringRef name, Value low, Value high, Value step, ValueRange init,
    function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto loc = NameLoc::get(b.getStringAttr(name));
  auto loop = scf::ForOp::create(
      b, loc, low, high, step, init,
      [&](OpBuilder &nested, Location, Value index, ValueRange carried) {
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToEnd(nested.getInsertionBlock());
        SmallVector<Value> next = body(index, carried);
        scf::YieldOp::create(b, origin, next);
      });
  loop.getInductionVar().setLoc(loc);
  return SmallVector<Value>(loop.getResults());
}

void KernelBuilder::when(Value condition, function_ref<void()> body) {
  if (!condition)
    return body();
  auto branch = scf::IfOp::create(b, origin, condition, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body();
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Type KernelBuilder::elementType(int64_t lanes) {
  Type f32 = b.getF32Type();
  return lanes == 1 ? f32 : VectorType::get({lanes}, f32);
}

Value KernelBuilder::splat(double value, int64_t lanes) {
  TypedAttr attr = b.getF32FloatAttr(value);
  if (lanes > 1)
    attr = DenseElementsAttr::get(cast<VectorType>(elementType(lanes)),
                                  APFloat(float(value)));
  return arith::ConstantOp::create(b, origin, attr);
}

Value KernelBuilder::broadcast(Value scalar, int64_t lanes) {
  if (lanes == 1)
    return scalar;
  return vector::BroadcastOp::create(b, origin, elementType(lanes), scalar);
}

// Whether all lanes along the last dimension read the same element.
static bool repeatsLastDimension(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  return type.getRank() == 0 || strides.back() == 0;
}

Value KernelBuilder::load(Value memref, ValueRange coordinates, int64_t lanes,
                          Value count) {
  auto type = cast<MemRefType>(memref.getType());
  if (lanes > 1 && !repeatsLastDimension(type))
    return metal::LoadLanesOp::create(b, origin,
                                      cast<VectorType>(elementType(lanes)),
                                      memref, coordinates, count);
  Value element = memref::LoadOp::create(b, origin, memref, coordinates);
  if (type.getElementType().isInteger())
    element = arith::UIToFPOp::create(b, origin, b.getF32Type(), element);
  else if (!type.getElementType().isF32())
    element = arith::ExtFOp::create(b, origin, b.getF32Type(), element);
  return broadcast(element, lanes);
}

Value KernelBuilder::loadCodes(Value memref, ValueRange coordinates,
                               int64_t lanes) {
  if (cast<MemRefType>(memref.getType()).getShape().back() == lanes)
    return load(memref, coordinates, lanes);
  return metal::LoadCodesOp::create(
      b, origin, cast<VectorType>(elementType(lanes)), memref, coordinates);
}

void KernelBuilder::store(Value value, Value memref, ValueRange coordinates,
                          Value count) {
  auto type = cast<MemRefType>(memref.getType());
  if (isa<VectorType>(value.getType())) {
    metal::StoreLanesOp::create(b, origin, value, memref, coordinates, count);
    return;
  }
  if (type.getElementType().isInteger())
    value = arith::FPToUIOp::create(b, origin, type.getElementType(), value);
  else if (!type.getElementType().isF32())
    value = arith::TruncFOp::create(b, origin, type.getElementType(), value);
  memref::StoreOp::create(b, origin, value, memref, coordinates);
}

Value KernelBuilder::get(Value array, ValueRange indices) {
  return memref::LoadOp::create(b, origin, array, indices);
}

void KernelBuilder::put(Value value, Value array, ValueRange indices) {
  memref::StoreOp::create(b, origin, value, array, indices);
}

Value KernelBuilder::fma(Value a, Value c, Value d) {
  return math::FmaOp::create(b, origin, a, c, d);
}

Value KernelBuilder::select(Value condition, Value yes, Value no) {
  return arith::SelectOp::create(b, origin, condition, yes, no);
}

// The type of a scalar region's value when it is computed for lanes at once.
static Type widenType(Type type, int64_t lanes) {
  return lanes == 1 ? type : VectorType::get({lanes}, type);
}

// A scalar constant of a region, for all lanes.
static Value widenConstant(OpBuilder &b, Location loc, TypedAttr value,
                           int64_t lanes) {
  if (lanes > 1)
    value = DenseElementsAttr::get(VectorType::get({lanes}, value.getType()),
                                   Attribute(value));
  return arith::ConstantOp::create(b, loc, value);
}

Value KernelBuilder::apply(Region &region, ValueRange elements, int64_t lanes) {
  IRMapping map;
  Block &block = region.front();
  map.map(block.getArguments(), elements);
  // Constants may stand outside of the region as well.
  auto prepare = [&](Value value) {
    TypedAttr constant;
    if (!map.contains(value) && matchPattern(value, m_Constant(&constant)))
      map.map(value, widenConstant(b, origin, constant, lanes));
  };
  for (Operation &inner : block.without_terminator()) {
    if (inner.hasTrait<OpTrait::ConstantLike>())
      continue;
    // Loads have made floats of pixels already.
    if (isa<arith::UIToFPOp, arith::ExtFOp>(inner) &&
        isa<BlockArgument>(inner.getOperand(0))) {
      map.map(inner.getResult(0), map.lookup(inner.getOperand(0)));
      continue;
    }
    llvm::for_each(inner.getOperands(), prepare);
    Operation *clone = b.clone(inner, map);
    clone->setLoc(origin);
    for (auto [from, to] : llvm::zip(inner.getResults(), clone->getResults()))
      to.setType(widenType(from.getType(), lanes));
  }
  Value result = cast<nn::YieldOp>(block.getTerminator()).getValue();
  prepare(result);
  return map.lookup(result);
}

Value KernelBuilder::laneCount(Value first, int64_t total, int64_t lanes) {
  if (lanes == 1 || total % lanes == 0)
    return {};
  Value count = min(sub(constant(total), first), constant(lanes));
  return named(count, "count");
}

Value KernelBuilder::privateArray(ArrayRef<int64_t> shape, int64_t lanes,
                                  StringRef name) {
  auto type = MemRefType::get(shape, elementType(lanes));
  return named(memref::AllocaOp::create(b, origin, type), name);
}

Value KernelBuilder::elements(Value buffer, int64_t count, int64_t length,
                              StringRef name) {
  auto type = MemRefType::get({count, length}, b.getF32Type());
  Type storage = cast<MemRefType>(buffer.getType()).getElementType();
  return named(metal::ElementsOp::create(b, origin, type, storage), name);
}

Value KernelBuilder::privateElements(int64_t count, int64_t length,
                                     StringRef name) {
  auto type = MemRefType::get({count, length}, b.getF32Type());
  return named(memref::AllocaOp::create(b, origin, type), name);
}

void KernelBuilder::loadElements(Value buffer, ValueRange coordinates,
                                 Value array, Value run, Value inside,
                                 Value zeros, ValueRange zero) {
  if (inside)
    metal::LoadElementsOp::create(b, origin, buffer, coordinates, array, run,
                                  inside, zeros, zero);
  else
    metal::LoadElementsOp::create(b, origin, buffer, coordinates, array, run,
                                  Value(), Value(), ValueRange());
}

void KernelBuilder::putElements(Value value, Value array, Value run) {
  metal::PutElementsOp::create(b, origin, value, array, run);
}
