// numpy's array format: a magic string, a header that is a Python dictionary,
// the raw elements.
#include "mlc/Runtime/Npy.h"

#include "mlc/Support/Constants.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include <cstring>

using namespace llvm;
using namespace mlc;

static constexpr StringLiteral kMagic = "\x93NUMPY";
static constexpr int64_t kMostElements = int64_t(1) << 31;

static Error bad(const Twine &what) {
  return createStringError("not a usable .npy file: " + what);
}

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
  } else if (major <= 3 && text.size() >= 4) {
    length = support::endian::read32le(text.data());
    text = text.drop_front(4);
  } else {
    return bad("its version is unknown");
  }
  if (length > text.size())
    return bad("it ends within its header");
  return std::pair(text.take_front(length), text.drop_front(length));
}

// One element of numpy's type `kind`, `size` bytes, little endian.
static float readElement(char kind, unsigned size, const char *p) {
  using namespace support::endian;
  switch (kind) {
  case 'f':
    if (size == 2)
      return fromHalf(read16le(p));
    if (size == 4) {
      uint32_t bits = read32le(p);
      float value;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    } else {
      uint64_t bits = read64le(p);
      double value;
      std::memcpy(&value, &bits, sizeof value);
      return float(value);
    }
  case 'i':
    return size == 1   ? float(int8_t(*p))
           : size == 2 ? float(int16_t(read16le(p)))
           : size == 4 ? float(int32_t(read32le(p)))
                       : float(int64_t(read64le(p)));
  default: // 'u' and 'b'
    return size == 1   ? float(uint8_t(*p))
           : size == 2 ? float(read16le(p))
           : size == 4 ? float(read32le(p))
                       : float(read64le(p));
  }
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
  unsigned size = 0;
  if (descr.size() < 3 || !StringRef("<>|=").contains(endian) ||
      !StringRef("fiub").contains(descr[1]) ||
      descr.drop_front(2).getAsInteger(10, size) ||
      (size != 1 && size != 2 && size != 4 && size != 8) ||
      (descr[1] == 'f' && size == 1))
    return bad("its elements are of the type '" + descr + "'");
  if (endian == '>' && size > 1)
    return bad("its elements are big endian");

  NpyArray array;
  array.isBytes = descr[1] == 'u' && size == 1;
  if (!extents->consume_front("("))
    return bad("its shape is not a tuple");
  StringRef tuple = extents->take_until([](char c) { return c == ')'; });
  int64_t count = 1;
  for (StringRef item : split(tuple, ',')) {
    item = item.trim();
    if (item.empty())
      continue;
    int64_t extent;
    if (item.getAsInteger(10, extent) || extent < 0 ||
        (extent && count > kMostElements / extent))
      return bad("its shape is (" + tuple + ")");
    array.shape.push_back(extent);
    count *= extent;
  }
  if (int64_t(data.size()) < count * int64_t(size))
    return bad("it has fewer elements than its shape says");

  std::vector<float> stored(count);
  for (int64_t i = 0; i < count; ++i)
    stored[i] = readElement(descr[1], size, data.data() + i * size);
  if (!order->starts_with("True")) {
    array.values = std::move(stored);
    return array;
  }
  // Fortran order: the first dimension runs fastest.
  array.values.resize(count);
  SmallVector<int64_t> at(array.shape.size(), 0);
  for (int64_t i = 0; i < count; ++i) {
    int64_t from = 0;
    for (size_t d = array.shape.size(); d-- > 0;)
      from = from * array.shape[d] + at[d];
    array.values[i] = stored[from];
    for (size_t d = array.shape.size(); d-- > 0;) {
      if (++at[d] < array.shape[d])
        break;
      at[d] = 0;
    }
  }
  return array;
}

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
