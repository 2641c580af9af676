#include "mlc/Support/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include <cstring>

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

FailureOr<std::vector<float>> mlc::readConstant(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return failure();
  return readFloats(attr);
}

bool mlc::isConstant(Value value) { return matchPattern(value, m_Constant()); }

TypedAttr mlc::makeFloats(RankedTensorType type, std::vector<float> data,
                          StringRef name) {
  assert(type.getNumElements() == int64_t(data.size()) && "shape and data");
  bool isHalf = type.getElementType().isF16();
  std::vector<uint16_t> halves;
  ArrayRef<char> bytes(reinterpret_cast<const char *>(data.data()),
                       data.size() * sizeof(float));
  if (isHalf) {
    halves.reserve(data.size());
    for (float value : data)
      halves.push_back(toHalf(value));
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
  return DenseResourceElementsAttr::get(type, name, std::move(blob));
}

Value mlc::makeConstant(OpBuilder &builder, Location loc,
                        ArrayRef<int64_t> shape, std::vector<float> data,
                        StringRef name) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return arith::ConstantOp::create(builder, loc,
                                   makeFloats(type, std::move(data), name));
}
