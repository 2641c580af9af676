// Weights in each of the encodings that the format has, as attributes. Floats
// and halves stay where the file has them; quantized ones become floats here,
// so that nothing behind the import needs to know of quantization.

#include "LayerImporter.h"
#include "mlc/Support/Constants.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc;

// Below this count a weight is printed in full: people read small ones.
static constexpr int64_t kMaxReadableElements = 16;

template <typename Container>
static ArrayRef<char> asBytes(const Container &container) {
  return ArrayRef<char>(reinterpret_cast<const char *>(container.data()),
                        container.size() * sizeof(*container.data()));
}

//===----------------------------------------------------------------------===//
// Floats and halves
//===----------------------------------------------------------------------===//

FailureOr<ElementsAttr> LayerImporter::getBytes(StringRef name, Type element,
                                                ArrayRef<char> bytes,
                                                ArrayRef<int64_t> shape,
                                                std::function<void()> release) {
  unsigned width = element.getIntOrFloatBitWidth() / 8;
  std::optional<int64_t> needed = countElements(shape);
  if (!needed)
    return emitError() << name << " would have the shape " << formatShape(shape)
                       << ", which is empty or larger than 2^31 elements";
  auto have = static_cast<int64_t>(bytes.size() / width);
  if (bytes.size() % width)
    return emitError() << name << " has " << bytes.size()
                       << " bytes, which is no whole number of elements";
  if (have != *needed) {
    InFlightDiagnostic error = emitError();
    error << name << " has " << have << " elements instead of " << *needed;
    if (shape.size() > 1)
      error << " (" << formatShape(shape) << ")";
    return error;
  }
  auto type = RankedTensorType::get(shape, element);
  if (have <= kMaxReadableElements)
    return ElementsAttr(DenseElementsAttr::getFromRawBuffer(type, bytes));
  AsmResourceBlob blob = UnmanagedAsmResourceBlob::allocateWithAlign(
      bytes, width,
      [owner = owner, release = std::move(release)](void *, size_t, size_t) {
        release();
      });
  std::string key = (cast<NameLoc>(loc).getName().strref() + "." + name).str();
  return ElementsAttr(
      DenseResourceElementsAttr::get(type, key, std::move(blob)));
}

//===----------------------------------------------------------------------===//
// Quantized weights
//===----------------------------------------------------------------------===//

namespace {

// Reads numbers of `bits` bits, the most significant bit of each byte first.
class BitReader {
public:
  BitReader(const std::string &bytes, unsigned bits)
      : at(reinterpret_cast<const uint8_t *>(bytes.data())), bits(bits) {}

  unsigned next() {
    while (have < bits) {
      buffer = (buffer << 8) | *at++;
      have += 8;
    }
    have -= bits;
    return (buffer >> have) & ((1u << bits) - 1);
  }

private:
  const uint8_t *at;
  unsigned bits, buffer = 0, have = 0;
};

} // namespace

// How many elements of `shape` follow each other with one position of `axis`.
static int64_t runOf(ArrayRef<int64_t> shape, unsigned axis) {
  int64_t run = 1;
  for (int64_t size : shape.drop_front(axis + 1))
    run *= size;
  return run;
}

// Checks the number of scales or biases of a linear quantization.
static LogicalResult checkFactors(const LayerImporter &layer, StringRef name,
                                  StringRef what, int64_t count,
                                  int64_t channels, bool mayBeAbsent) {
  if (count == 1 || count == channels || (count == 0 && mayBeAbsent))
    return success();
  return layer.emitError() << name << " has " << count << " quantization "
                           << what << " instead of 1 or " << channels;
}

// The integers of a quantized weight, through `decode(integer, channel)`. The
// first dimension may be cut into groups that have channels of their own.
static std::vector<float>
decodeAll(int64_t count, int64_t run, int64_t channels, int64_t groups,
          llvm::function_ref<unsigned(int64_t)> next,
          llvm::function_ref<float(unsigned, int64_t)> decode) {
  std::vector<float> values(count);
  for (int64_t i = 0; i < count; ++i)
    values[i] =
        decode(next(i), i / run % channels + i / (count / groups) * channels);
  return values;
}

FailureOr<ElementsAttr>
LayerImporter::getQuantized(StringRef name, const spec::WeightParams &weights,
                            ArrayRef<int64_t> shape, unsigned channelAxis,
                            int64_t groups) {
  const spec::QuantizationParams &params = weights.quantization();
  const auto &linear = params.linearquantization();
  const auto &table = params.lookuptablequantization().floatvalue();
  bool isSigned = !weights.int8rawvalue().empty();
  const std::string &raw =
      isSigned ? weights.int8rawvalue() : weights.rawvalue();
  uint64_t bits = isSigned ? 8 : params.numberofbits();
  if (bits < 1 || bits > 8)
    return emitError() << name << " is quantized to " << bits
                       << " bits, not 1 to 8";
  std::optional<int64_t> count = countElements(shape);
  if (!count)
    return emitError() << name << " would have the shape " << formatShape(shape)
                       << ", which is empty or larger than 2^31 elements";
  auto needed = llvm::divideCeil(uint64_t(*count) * bits, 8);
  if (raw.size() != needed)
    return emitError() << name << " has " << raw.size()
                       << " bytes of quantized values instead of " << needed
                       << " (" << *count << " of " << bits << " bits each)";
  int64_t channels = shape[channelAxis], run = runOf(shape, channelAxis);
  BitReader reader(raw, bits);
  auto next = [&](int64_t) { return reader.next(); };

  std::vector<float> values;
  if (params.has_lookuptablequantization()) {
    if (isSigned)
      return emitError() << name << " has int8RawValue with a look-up table";
    if (table.size() != 1 << bits)
      return emitError() << name << " has a look-up table of " << table.size()
                         << " values instead of " << (1 << bits);
    values = decodeAll(*count, run, channels, 1, next,
                       [&](unsigned q, int64_t) { return table[int(q)]; });
  } else if (params.has_linearquantization()) {
    // Files have them for the channels of one group, too.
    if (std::max(linear.scale_size(), linear.bias_size()) == channels)
      groups = 1;
    int64_t factors = channels * groups;
    if (failed(checkFactors(*this, name, "scales", linear.scale_size(), factors,
                            false)) ||
        failed(checkFactors(*this, name, "biases", linear.bias_size(), factors,
                            true)))
      return failure();
    values = decodeAll(
        *count, run, channels, groups, next, [&](unsigned q, int64_t channel) {
          float number = isSigned ? float(int8_t(q)) : float(q);
          auto pick = [&](const auto &list) {
            return list[list.size() == 1 ? 0 : int(channel)];
          };
          float value = number * pick(linear.scale());
          return linear.bias().empty() ? value : value + pick(linear.bias());
        });
  } else {
    return emitError() << name << " has quantized values, but neither a scale "
                       << "nor a look-up table";
  }
  std::string key = (cast<NameLoc>(loc).getName().strref() + "." + name).str();
  return cast<ElementsAttr>(
      makeFloats(RankedTensorType::get(shape, builder.getF32Type()),
                 std::move(values), key));
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

FailureOr<ElementsAttr>
LayerImporter::getWeights(StringRef name, const spec::WeightParams &weights,
                          ArrayRef<int64_t> shape, unsigned channelAxis,
                          int64_t groups) {
  std::pair<bool, const char *> encodings[] = {
      {weights.floatvalue_size() > 0, "float"},
      {!weights.float16value().empty(), "half"},
      {!weights.rawvalue().empty(), "quantized"},
      {!weights.int8rawvalue().empty(), "int8"}};
  const char *first = nullptr;
  for (auto [present, encoding] : encodings) {
    if (present && first)
      return emitError() << name << " has both " << first << " and " << encoding
                         << " elements";
    if (present)
      first = encoding;
  }
  if (!weights.rawvalue().empty() || !weights.int8rawvalue().empty())
    return getQuantized(name, weights, shape, channelAxis, groups);
  // The message is ours, and only this attribute reads these fields.
  if (!weights.float16value().empty()) {
    auto &field = const_cast<std::string &>(weights.float16value());
    return getBytes(name, builder.getF16Type(), asBytes(field), shape,
                    [&field] { std::string().swap(field); });
  }
  return getFloats(name, weights.floatvalue(), shape);
}

FailureOr<ElementsAttr>
LayerImporter::getFloats(StringRef name,
                         const google::protobuf::RepeatedField<float> &values,
                         ArrayRef<int64_t> shape) {
  auto &field = const_cast<google::protobuf::RepeatedField<float> &>(values);
  return getBytes(name, builder.getF32Type(), asBytes(field), shape, [&field] {
    google::protobuf::RepeatedField<float>().Swap(&field);
  });
}

LogicalResult
LayerImporter::setFloats(StringRef name,
                         const google::protobuf::RepeatedField<float> &values,
                         ArrayRef<int64_t> shape) {
  FailureOr<ElementsAttr> elements = getFloats(name, values, shape);
  if (failed(elements))
    return failure();
  set(name, *elements);
  return success();
}

LogicalResult LayerImporter::setWeights(StringRef name,
                                        const spec::WeightParams &weights,
                                        ArrayRef<int64_t> shape,
                                        unsigned channelAxis, int64_t groups) {
  FailureOr<ElementsAttr> elements =
      getWeights(name, weights, shape, channelAxis, groups);
  if (failed(elements))
    return failure();
  if (weights.isupdatable())
    set(("coreml." + name + "_isUpdatable").str(), builder.getUnitAttr());
  // For reports: how few bits the file has.
  if (!weights.rawvalue().empty() || !weights.int8rawvalue().empty()) {
    const auto &params = weights.quantization();
    bool isTable = params.has_lookuptablequantization();
    int bits = weights.rawvalue().empty() ? 8 : int(params.numberofbits());
    set(("coreml." + name + "_encoding").str(),
        builder.getStringAttr(Twine(bits) +
                              (isTable ? " bits, table" : " bits, linear")));
  }
  set(name, *elements);
  return success();
}

LogicalResult LayerImporter::setWeights(StringRef name,
                                        const spec::WeightParams &weights) {
  // Padding bits at the end of quantized values are less than a byte.
  uint64_t bits = weights.quantization().numberofbits();
  uint64_t count = weights.floatvalue_size();
  if (!weights.float16value().empty())
    count = weights.float16value().size() / 2;
  else if (!weights.int8rawvalue().empty())
    count = weights.int8rawvalue().size();
  else if (!weights.rawvalue().empty() && bits > 0)
    count = weights.rawvalue().size() * 8 / bits;
  // One element for each channel has no more than the input has channels.
  if (!weights.rawvalue().empty() && bits > 0 && !getInputs().empty()) {
    ArrayRef<int64_t> input =
        cast<RankedTensorType>(getInputs().front().getType()).getShape();
    uint64_t channels = input.size() < 3 ? 1 : input[input.size() - 3];
    if (llvm::divideCeil(channels * bits, 8) == weights.rawvalue().size())
      count = channels;
    else if (weights.rawvalue().size() == 1)
      count = 1;
  }
  return setWeights(name, weights, {std::max<int64_t>(count, 1)});
}
