#include "mlc/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace mlir;

// Below this count a constant is printed in full: people read small ones.
static constexpr int64_t kMaxReadableElements = 64;

uint16_t mlc::toHalf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  uint32_t sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000)
    return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000)
    return sign | 0x7c00; // rounds to infinity
  if (magnitude < 0x38800000) {
    // Subnormal: let the float adder do the rounding at the right place.
    float shifted, magic = 0.5f;
    std::memcpy(&shifted, &magnitude, sizeof shifted);
    shifted += magic;
    uint32_t result;
    std::memcpy(&result, &shifted, sizeof result);
    return sign | (result - 0x3f000000);
  }
  uint32_t rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
  return sign | ((rounded - 0x38000000) >> 13);
}

float mlc::fromHalf(uint16_t half) {
  uint32_t sign = uint32_t(half & 0x8000) << 16, magnitude = half & 0x7fff;
  uint32_t bits;
  if (magnitude >= 0x7c00) {
    bits = sign | 0x7f800000 | ((magnitude & 0x3ff) << 13);
  } else if (magnitude >= 0x400) {
    bits = sign | ((magnitude << 13) + 0x38000000);
  } else {
    float value = float(magnitude) * 0x1p-24f;
    std::memcpy(&bits, &value, sizeof bits);
    bits |= sign;
  }
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

#if defined(__x86_64__)
// Eight at a time with the instruction that all x86 since 2012 have.
__attribute__((target("avx,f16c"))) static size_t
toHalvesInBlocks(ArrayRef<float> values, uint16_t *halves) {
  size_t i = 0;
  for (; i + 8 <= values.size(); i += 8)
    _mm_storeu_si128(reinterpret_cast<__m128i *>(halves + i),
                     _mm256_cvtps_ph(_mm256_loadu_ps(values.data() + i),
                                     _MM_FROUND_TO_NEAREST_INT));
  return i;
}
#endif

static void toHalves(ArrayRef<float> values, uint16_t *halves) {
  size_t done = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("f16c"))
    done = toHalvesInBlocks(values, halves);
#endif
  for (size_t i = done; i < values.size(); ++i)
    halves[i] = mlc::toHalf(values[i]);
}

// Widens `count` raw elements of type `element` at `bytes`.
static FailureOr<std::vector<float>> widen(Type element, ArrayRef<char> bytes,
                                           int64_t count) {
  std::vector<float> result(count);
  unsigned width = element.getIntOrFloatBitWidth();
  if (int64_t(bytes.size()) != count * int64_t(width / 8))
    return failure();
  auto as = [&](auto zero, auto convert) {
    using T = decltype(zero);
    for (int64_t i = 0; i < count; ++i) {
      T value;
      std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
      result[i] = convert(value);
    }
  };
  if (element.isF32())
    std::memcpy(result.data(), bytes.data(), bytes.size());
  else if (element.isF16())
    as(uint16_t(), mlc::fromHalf);
  else if (element.isF64())
    as(double(), [](double v) { return float(v); });
  else if (element.isInteger(32))
    as(int32_t(), [](int32_t v) { return float(v); });
  else if (element.isInteger(8))
    as(uint8_t(), [](uint8_t v) { return float(v); });
  else
    return failure();
  return result;
}

FailureOr<std::vector<float>> mlc::readFloats(Attribute attr) {
  auto elements = dyn_cast_or_null<ElementsAttr>(attr);
  if (!elements || !elements.getElementType().isIntOrFloat())
    return failure();
  int64_t count = elements.getNumElements();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return failure();
    return widen(elements.getElementType(), blob->getData(), count);
  }
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (!dense)
    return failure();
  if (!dense.isSplat())
    return widen(elements.getElementType(), dense.getRawData(), count);
  FailureOr<std::vector<float>> one =
      widen(elements.getElementType(), dense.getRawData(), 1);
  if (failed(one))
    return failure();
  return std::vector<float>(count, one->front());
}

// Whether the elements of all resources in `attr`, a list of them or one, are
// there.
static bool isReadable(Attribute attr) {
  if (auto list = dyn_cast<ArrayAttr>(attr))
    return llvm::all_of(list, isReadable);
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource)
    return true;
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  Type element = resource.getType().getElementType();
  return blob && element.isIntOrFloat() &&
         blob->getData().size() ==
             size_t(resource.getType().getNumElements()) *
                 llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

LogicalResult mlc::checkConstants(Operation *root) {
  WalkResult result = root->walk([](Operation *op) {
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      // The memory of what has been replaced may have been given back.
      if (op->use_empty() || isReadable(constant.getValue()))
        return WalkResult::advance();
      op->emitOpError("has unreadable elements");
      return WalkResult::interrupt();
    }
    // Other ops of nn, and those of its regions, have no weights.
    if (op->getName().getDialectNamespace() != "coreml")
      return WalkResult::advance();
    for (NamedAttribute attr : op->getAttrs())
      if (!isReadable(attr.getValue())) {
        op->emitOpError() << "has unreadable " << attr.getName().getValue();
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

FailureOr<std::vector<float>> mlc::readConstant(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return failure();
  return readFloats(attr);
}

FailureOr<mlc::FloatView> mlc::viewFloats(Attribute attr) {
  if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(attr);
      resource && resource.getType().getElementType().isF32()) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    size_t count = resource.getType().getNumElements();
    if (blob && blob->getData().size() == count * sizeof(float) &&
        uintptr_t(blob->getData().data()) % alignof(float) == 0)
      return FloatView(
          {reinterpret_cast<const float *>(blob->getData().data()), count});
  }
  FailureOr<std::vector<float>> data = readFloats(attr);
  if (failed(data))
    return failure();
  return FloatView(std::move(*data));
}

FailureOr<mlc::FloatView> mlc::viewConstant(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return failure();
  return viewFloats(attr);
}

void mlc::releaseFloats(Attribute attr) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    resource.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

mlc::ConstantMemory::ConstantMemory(Operation *root) {
  // Other functions, which may be worked on right now, may share a resource.
  if (Block *block = root->getBlock(); block && !llvm::hasSingleElement(*block))
    return;
  isAlone = true;
  root->walk([&](arith::ConstantOp op) {
    if (isa<DenseResourceElementsAttr>(op.getValue()))
      ++users[op.getValue()];
  });
}

void mlc::ConstantMemory::release(Value value, Operation *reader) {
  auto op = value.getDefiningOp<arith::ConstantOp>();
  if (!op || !isAlone || !llvm::all_of(value.getUsers(), [&](Operation *user) {
        return user == reader;
      }))
    return;
  if (users.lookup(op.getValue()) <= 1)
    releaseFloats(op.getValue());
}

bool mlc::isConstant(Value value) { return matchPattern(value, m_Constant()); }

// A name that no resource has yet: `name`, or the first free one of name_1,
// name_2, and so on. The manager itself tries them all, which takes long when
// there are thousands; here the taken ones are known to be without gaps.
static std::string unusedResourceName(MLIRContext *context, StringRef name) {
  auto &manager = DenseResourceElementsHandle::getManagerInterface(context)
                      .getBlobManager();
  auto nameOf = [&](uint64_t i) {
    return i ? (name + "_" + Twine(i)).str() : name.str();
  };
  auto isTaken = [&](uint64_t i) { return manager.lookup(nameOf(i)); };
  uint64_t low = 0, high = 0; // every name below `low` is taken
  while (isTaken(high)) {
    low = high + 1;
    high = 2 * high + 1;
  }
  while (low < high) {
    uint64_t middle = (low + high) / 2;
    if (isTaken(middle))
      low = middle + 1;
    else
      high = middle;
  }
  return nameOf(low);
}

TypedAttr mlc::makeFloats(RankedTensorType type, std::vector<float> data,
                          StringRef name) {
  assert(type.getNumElements() == int64_t(data.size()) && "shape and data");
  bool isHalf = type.getElementType().isF16();
  std::vector<uint16_t> halves;
  ArrayRef<char> bytes(reinterpret_cast<const char *>(data.data()),
                       data.size() * sizeof(float));
  if (isHalf) {
    halves.resize(data.size());
    toHalves(data, halves.data());
    std::vector<float>().swap(data);
    bytes = ArrayRef<char>(reinterpret_cast<const char *>(halves.data()),
                           halves.size() * sizeof(uint16_t));
  }
  if (type.getNumElements() <= kMaxReadableElements)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  AsmResourceBlob blob =
      isHalf ? AsmResourceBlob(
                   bytes, alignof(uint16_t),
                   [keep = std::move(halves)](void *, size_t, size_t) {},
                   /*dataIsMutable=*/false)
             : AsmResourceBlob(
                   bytes, alignof(float),
                   [keep = std::move(data)](void *, size_t, size_t) {},
                   /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(
      type, unusedResourceName(type.getContext(), name), std::move(blob));
}

Value mlc::makeConstant(OpBuilder &builder, Location loc,
                        ArrayRef<int64_t> shape, std::vector<float> data,
                        StringRef name) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return arith::ConstantOp::create(builder, loc,
                                   makeFloats(type, std::move(data), name));
}
