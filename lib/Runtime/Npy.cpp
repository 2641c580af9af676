// numpy's array format: a magic string, a header that is a Python dictionary,
// the raw elements.
#include "mlc/Runtime/Npy.h"

#include "mlc/Support/Constants.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mlc;

static constexpr StringLiteral kMagic = "\x93NUMPY";
static constexpr int64_t kMaxElements = int64_t(1) << 31;
// A header is a line of text; numpy itself reads 10,000 bytes of it.
static constexpr size_t kMaxHeaderBytes = 65536;

static Error bad(const Twine &what) {
  return createStringError("not a usable .npy file: " + what);
}

// The beginning of a text from a file, on one line.
static std::string quote(StringRef text) {
  constexpr size_t kMaxQuoted = 32;
  std::string result;
  raw_string_ostream os(result);
  os << "'";
  printEscapedString(text.take_front(kMaxQuoted), os);
  os << "'";
  return result;
}

bool mlc::isNpy(StringRef contents) { return contents.starts_with(kMagic); }

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

// The text after `'key':` in the header.
static std::optional<StringRef> field(StringRef header, StringRef key) {
  size_t at = header.find(("'" + key + "'").str());
  if (at == StringRef::npos)
    return std::nullopt;
  StringRef rest = header.drop_front(at + key.size() + 2).ltrim();
  if (!rest.consume_front(":"))
    return std::nullopt;
  return rest.ltrim();
}

// The header and, behind it, the elements.
static Expected<std::pair<StringRef, StringRef>> splitHeader(StringRef text) {
  if (!text.consume_front(kMagic) || text.size() < 4)
    return bad("it does not begin with numpy's magic string");
  unsigned major = uint8_t(text[0]);
  text = text.drop_front(2);
  size_t length;
  if (major == 1) {
    length = support::endian::read16le(text.data());
    text = text.drop_front(2);
  } else if ((major == 2 || major == 3) && text.size() >= 4) {
    length = support::endian::read32le(text.data());
    text = text.drop_front(4);
  } else {
    return bad("its version is unknown");
  }
  if (length > text.size())
    return bad("it ends within its header");
  if (length > kMaxHeaderBytes)
    return bad("its header is longer than " + Twine(kMaxHeaderBytes) +
               " bytes");
  return std::pair(text.take_front(length), text.drop_front(length));
}

static Error readShape(StringRef text, SmallVectorImpl<int64_t> &shape) {
  if (!text.consume_front("("))
    return bad("its shape is not a tuple");
  StringRef tuple = text.take_until([](char c) { return c == ')'; });
  if (tuple.size() == text.size())
    return bad("its shape is not a tuple");
  int64_t count = 1;
  for (StringRef item : split(tuple, ',')) {
    item = item.trim();
    if (item.empty())
      continue;
    int64_t extent;
    if (item.getAsInteger(10, extent) || extent < 0)
      return bad("its shape holds " + quote(item));
    if (extent == 0)
      return bad("it has no elements");
    if (shape.size() == kMaxNpyRank)
      return bad("it has more than " + Twine(kMaxNpyRank) + " dimensions");
    if (count > kMaxElements / extent)
      return bad("it has more than " + Twine(kMaxElements) + " elements");
    shape.push_back(extent);
    count *= extent;
  }
  return Error::success();
}

Expected<NpyArray> mlc::parseNpy(StringRef contents) {
  auto parts = splitHeader(contents);
  if (!parts)
    return parts.takeError();
  auto [header, data] = *parts;

  auto type = field(header, "descr"), order = field(header, "fortran_order"),
       extents = field(header, "shape");
  if (!type || !order || !extents)
    return bad("its header lacks descr, fortran_order or shape");
  if (!type->consume_front("'"))
    return bad("its elements are not numbers");
  StringRef descr = type->take_until([](char c) { return c == '\''; });
  char endian = descr.empty() ? ' ' : descr.front();
  NpyArray array;
  unsigned &size = array.elementBytes;
  if (descr.size() < 3 || !StringRef("<>|=").contains(endian) ||
      !StringRef("fiub").contains(descr[1]) ||
      descr.drop_front(2).getAsInteger(10, size) ||
      (size != 1 && size != 2 && size != 4 && size != 8) ||
      (descr[1] == 'f' && size == 1) || (descr[1] == 'b' && size != 1))
    return bad("its elements are of the type " + quote(descr));
  array.kind = descr[1];
  array.isBigEndian = endian == '>';
  array.isFortran = order->starts_with("True");
  if (!array.isFortran && !order->starts_with("False"))
    return bad("its fortran_order is neither True nor False");
  if (Error error = readShape(*extents, array.shape))
    return std::move(error);
  if (int64_t(data.size() / size) < array.numElements())
    return bad("it has fewer elements than its shape says");
  array.data = data;
  return array;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

int64_t NpyArray::numElements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

float NpyArray::element(const char *bytes) const {
  using namespace support;
  auto order = isBigEndian ? endianness::big : endianness::little;
  uint64_t bits = elementBytes == 1   ? uint8_t(*bytes)
                  : elementBytes == 2 ? endian::read<uint16_t>(bytes, order)
                  : elementBytes == 4 ? endian::read<uint32_t>(bytes, order)
                                      : endian::read<uint64_t>(bytes, order);
  if (kind == 'f')
    return elementBytes == 2   ? fromHalf(uint16_t(bits))
           : elementBytes == 4 ? bit_cast<float>(uint32_t(bits))
                               : float(bit_cast<double>(bits));
  if (kind == 'i')
    return float(SignExtend64(bits, 8 * elementBytes));
  return kind == 'b' ? float(bits != 0) : float(bits);
}

template <typename T> std::vector<T> NpyArray::inRowMajorOrder() const {
  // In Fortran order the first dimension runs fastest. Dimensions of 1 are left
  // out, so there are at most 31.
  SmallVector<int64_t> extents, strides;
  int64_t stride = 1;
  for (int64_t extent : shape) {
    if (extent != 1) {
      extents.push_back(extent);
      strides.push_back(stride);
    }
    stride *= extent;
  }
  int64_t count = numElements();
  std::vector<T> result(count);
  SmallVector<int64_t> at(extents.size(), 0);
  int64_t from = 0;
  for (int64_t i = 0; i < count; ++i) {
    result[i] = T(element(data.data() + (isFortran ? from : i) * elementBytes));
    for (size_t d = isFortran ? at.size() : 0; d-- > 0;) {
      from += strides[d];
      if (++at[d] < extents[d])
        break;
      from -= strides[d] * extents[d];
      at[d] = 0;
    }
  }
  return result;
}

std::vector<float> NpyArray::values() const { return inRowMajorOrder<float>(); }

std::vector<uint8_t> NpyArray::bytes() const {
  return inRowMajorOrder<uint8_t>();
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

std::string mlc::formatNpy(ArrayRef<int64_t> shape, ArrayRef<float> values) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (int64_t extent : shape)
    header += std::to_string(extent) + ",";
  header += "), }";
  // Magic, version and length take 10 bytes; elements begin at a multiple
  // of 64.
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string result = kMagic.str();
  result += '\x01';
  result += '\0';
  result += char(header.size() & 255);
  result += char(header.size() >> 8);
  result += header;
  result.append(reinterpret_cast<const char *>(values.data()),
                values.size() * sizeof(float));
  return result;
}
