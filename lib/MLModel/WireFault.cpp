// Protobuf's parser answers only yes or no. When it has said no, this second
// look at the wire format finds the first fault, so that the user reads where
// the file is cut off instead of "failed to parse".

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

  /// Walks [begin, end) as a message of type `type`. Returns false at a fault,
  /// which `fault` then describes.
  bool walk(size_t begin, size_t end, const Descriptor *type,
            const std::string &path, unsigned depth);

  std::string fault;
  /// How many fields of the outermost message were known and whole, and how
  /// deep the walk got: both are 0 for what only happens to be bytes.
  unsigned knownFields = 0;
  unsigned deepest = 0;

private:
  bool readVarint(size_t &pos, size_t end, uint64_t &value);
  bool fail(const llvm::Twine &what, const std::string &path, size_t pos);
  bool walkDelimited(size_t &pos, size_t end, const FieldDescriptor *field,
                     const std::string &path, unsigned depth);

  llvm::StringRef bytes;
};

} // namespace

/// Deeper than any model; protobuf's own limit is 100.
static constexpr unsigned maxDepth = 100;

bool WireWalker::fail(const llvm::Twine &what, const std::string &path,
                      size_t pos) {
  fault = (what + (path.empty() ? "" : " in " + path) + " at byte " +
           llvm::Twine(pos))
              .str();
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

bool WireWalker::walkDelimited(size_t &pos, size_t end,
                               const FieldDescriptor *field,
                               const std::string &path, unsigned depth) {
  size_t start = pos;
  uint64_t length = 0;
  if (!readVarint(pos, end, length))
    return fail("a length is cut off", path, start);
  if (length > end - pos) {
    bool truncated = end == bytes.size();
    return fail(llvm::Twine(truncated ? "the file is cut off: " : "") +
                    "a field of " + llvm::Twine(length) +
                    " bytes begins where " + llvm::Twine(end - pos) +
                    " are left",
                path, start);
  }
  size_t begin = pos;
  pos += length;
  if (field && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
    return walk(begin, pos, field->message_type(), path, depth + 1);
  return true;
}

bool WireWalker::walk(size_t begin, size_t end, const Descriptor *type,
                      const std::string &path, unsigned depth) {
  if (depth > maxDepth)
    return fail("messages are nested too deeply", "", begin);
  deepest = std::max(deepest, depth);
  for (size_t pos = begin; pos < end;) {
    size_t start = pos;
    uint64_t tag = 0;
    if (!readVarint(pos, end, tag))
      return fail("a field is cut off", path, start);
    uint64_t number = tag >> 3;
    if (number == 0 || number > FieldDescriptor::kMaxNumber)
      return fail("no field begins", path, start);
    const FieldDescriptor *field =
        type ? type->FindFieldByNumber(static_cast<int>(number)) : nullptr;
    std::string fieldPath = path;
    if (field)
      fieldPath += (path.empty() ? "" : ".") + field->name();
    uint64_t ignored;
    switch (tag & 7) {
    case 0:
      if (!readVarint(pos, end, ignored))
        return fail("a number is cut off", fieldPath, start);
      break;
    case 1:
    case 5: {
      size_t size = (tag & 7) == 1 ? 8 : 4;
      if (end - pos < size)
        return fail("a number is cut off", fieldPath, start);
      pos += size;
      break;
    }
    case 2:
      if (!walkDelimited(pos, end, field, fieldPath, depth))
        return false;
      break;
    default:
      return fail("a field has a wire type that models never use", fieldPath,
                  start);
    }
    knownFields += field && depth == 0;
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

std::string mlc::explainWireFault(llvm::StringRef bytes) {
  WireWalker walker(bytes);
  bool wellFormed = walker.walk(
      0, bytes.size(), CoreML::Specification::Model::descriptor(), "", 0);
  if (wellFormed)
    return "its fields are not those of a model";
  if (walker.knownFields == 0 && walker.deepest == 0)
    return "it is not a Core ML model (" + walker.fault + ")";
  return walker.fault;
}
