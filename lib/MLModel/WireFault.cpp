// Protobuf's parser answers only yes or no, and makes an object of 200 bytes of
// each two bytes that say "an empty layer". This look at the wire format comes
// first: it skips over the weights, so it costs next to nothing, finds where a
// file is cut off, and stops what would fill the memory.

#include "WireFault.h"
#include "Model.pb.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include <google/protobuf/descriptor.h>

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

namespace {

/// Walks a message and stops at its first fault.
class WireWalker {
public:
  explicit WireWalker(llvm::StringRef bytes) : bytes(bytes) {}

  /// Walks [begin, end) as a message of type `type` (null: not known). Returns
  /// false at a fault, which `fault` then describes.
  bool walk(size_t begin, size_t end, const Descriptor *type);

  std::string fault;
  /// How many known fields ended well: none in what only happens to be bytes.
  size_t knownFields = 0;

private:
  bool readVarint(size_t &pos, size_t end, uint64_t &value);
  bool walkValue(size_t &pos, size_t end, unsigned wireType);
  bool walkDelimited(size_t &pos, size_t end);
  bool fail(const llvm::Twine &what, size_t pos);

  llvm::StringRef bytes;
  /// The fields that the walk is in, outermost first; null where not known.
  llvm::SmallVector<const FieldDescriptor *> path;
  size_t delimitedFields = 0;
};

} // namespace

/// Protobuf's own limit. Models nest a few messages, loops a few more.
static constexpr size_t maxDepth = 100;

/// Messages and strings in one file. Large networks have some thousands.
static constexpr size_t maxDelimitedFields = 4'000'000;

bool WireWalker::fail(const llvm::Twine &what, size_t pos) {
  fault = what.str();
  const char *separator = " in ";
  // A path of 100 fields would help nobody.
  for (const FieldDescriptor *field : llvm::ArrayRef(path).take_front(8)) {
    fault += separator + (field ? field->name() : "?");
    separator = ".";
  }
  fault += " at byte " + std::to_string(pos);
  return false;
}

bool WireWalker::readVarint(size_t &pos, size_t end, uint64_t &value) {
  value = 0;
  for (unsigned shift = 0; shift < 70 && pos < end; shift += 7) {
    auto byte = static_cast<uint8_t>(bytes[pos++]);
    if (shift < 64)
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return true;
  }
  return false;
}

bool WireWalker::walkDelimited(size_t &pos, size_t end) {
  size_t start = pos;
  uint64_t length = 0;
  if (!readVarint(pos, end, length))
    return fail("a length is cut off", start);
  if (length > end - pos)
    return fail(
        llvm::Twine(end == bytes.size() ? "the file is cut off: " : "") +
            "a field of " + llvm::Twine(length) + " bytes begins where " +
            llvm::Twine(end - pos) + " are left",
        start);
  if (++delimitedFields > maxDelimitedFields)
    return fail("there are more than 4,000,000 messages and strings", start);
  size_t begin = pos;
  pos += length;
  const FieldDescriptor *field = path.back();
  if (field && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
    return walk(begin, pos, field->message_type());
  return true;
}

bool WireWalker::walkValue(size_t &pos, size_t end, unsigned wireType) {
  size_t start = pos;
  uint64_t ignored;
  switch (wireType) {
  case 0:
    return readVarint(pos, end, ignored) || fail("a number is cut off", start);
  case 1:
  case 5: {
    size_t size = wireType == 1 ? 8 : 4;
    if (end - pos < size)
      return fail("a number is cut off", start);
    pos += size;
    return true;
  }
  case 2:
    return walkDelimited(pos, end);
  default:
    return fail("a field has a wire type that models never use", start);
  }
}

bool WireWalker::walk(size_t begin, size_t end, const Descriptor *type) {
  if (path.size() > maxDepth)
    return fail("messages are nested too deeply", begin);
  for (size_t pos = begin; pos < end;) {
    size_t start = pos;
    uint64_t tag = 0;
    if (!readVarint(pos, end, tag))
      return fail("a field is cut off", start);
    uint64_t number = tag >> 3;
    if (number == 0 || number > FieldDescriptor::kMaxNumber)
      return fail("no field begins", start);
    const FieldDescriptor *field =
        type ? type->FindFieldByNumber(static_cast<int>(number)) : nullptr;
    path.push_back(field);
    if (!walkValue(pos, end, tag & 7))
      return false;
    path.pop_back();
    knownFields += field != nullptr;
  }
  return true;
}

llvm::StringRef mlc::recognizeOtherFile(llvm::StringRef bytes) {
  static const std::pair<llvm::StringLiteral, llvm::StringLiteral> magics[] = {
      {"PK\x03\x04", "a zip archive"},
      {"\xff\xd8\xff", "a JPEG image"},
      {"\x89PNG", "a PNG image"},
      {"GIF8", "a GIF image"},
      {"%PDF", "a PDF document"},
      {"\x1f\x8b", "a gzip file"},
      {"BZh", "a bzip2 file"},
      {"\xfd"
       "7zXZ",
       "an xz file"},
      {"\x89HDF", "an HDF5 file"},
      {"\x7f"
       "ELF",
       "an ELF file"},
      {"\x93NUMPY", "a NumPy array"},
      {"\x80\x02", "a Python pickle"},
      {"ML\xefR", "MLIR bytecode"},
      {"bplist", "a property list"},
      {"<?xml", "an XML file"},
      {"<!DOCTYPE", "a web page"},
      {"<html", "a web page"},
      {"version https://git-lfs", "a Git LFS pointer, not the file itself"},
  };
  for (const auto &[magic, name] : magics)
    if (bytes.starts_with(magic))
      return name;
  llvm::StringRef trimmed = bytes.ltrim();
  if (trimmed.starts_with("{") || trimmed.starts_with("["))
    return "JSON";
  if (trimmed.starts_with("module") || trimmed.starts_with("#map") ||
      trimmed.starts_with("func.func") || trimmed.starts_with("\"builtin"))
    return "MLIR text";
  return "";
}

std::string mlc::findWireFault(llvm::StringRef bytes) {
  WireWalker walker(bytes);
  if (walker.walk(0, bytes.size(), CoreML::Specification::Model::descriptor()))
    return "";
  if (walker.knownFields == 0)
    return "this is not a Core ML model (" + walker.fault + ")";
  return walker.fault;
}
