// Names, sizes and accessors for a developer's function, in a namespace of
// their own: the same text serves two layers of a class with different shapes.
#include "mlc/Target/Metal/CustomCode.h"

#include "Prelude.h"
#include "mlc/Support/MetalNames.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include <limits>

using namespace mlir;
using namespace mlc;

static constexpr llvm::StringLiteral kLetters = "snchw";

static void printExtents(const CustomDimensions &extents, raw_ostream &os) {
  os << "  enum { S = " << extents[0] << ", N = " << extents[1]
     << ", C = " << extents[2] << ", H = " << extents[3]
     << ", W = " << extents[4] << " };\n";
}

// Where the element at position `p` lies.
static std::string indexText(const CustomBuffer &buffer) {
  std::string text;
  for (unsigned i = 0; i < 5; ++i) {
    if (buffer.extents[i] == 1 || buffer.strides[i] == 0)
      continue;
    text += (text.empty() ? "p." : " + p.") + std::string(1, kLetters[i]);
    if (buffer.strides[i] != 1)
      text += " * " + std::to_string(buffer.strides[i]);
  }
  return text.empty() ? "0" : text;
}

static void printAccessor(const CustomBuffer &buffer, raw_ostream &os) {
  os << "struct " << buffer.name << "_ {\n"
     << "  device const " << buffer.elementType << " *data;\n";
  if (buffer.isWeight) {
    os << "  enum { size = " << buffer.extents[4] << " };\n"
       << "  float operator[](int i) const { return float(data[i"
       << (buffer.strides[4] == 1 ? ""
                                  : " * " + std::to_string(buffer.strides[4]))
       << "]); }\n};\n";
    return;
  }
  printExtents(buffer.extents, os);
  os << "  float operator()(Position p) const {\n    return float(data["
     << indexText(buffer) << "]);\n  }\n"
     << "  bool contains(Position p) const {\n"
        "    return p.s >= 0 && p.s < S && p.n >= 0 && p.n < N && p.c >= 0 &&\n"
        "           p.c < C && p.h >= 0 && p.h < H && p.w >= 0 && p.w < W;\n"
        "  }\n};\n";
}

static void printConstant(NamedAttribute constant, raw_ostream &os) {
  os << "constant constexpr ";
  StringRef name = constant.getName();
  if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
    os << "float " << name << " = "
       << floatText(number.getValue().convertToFloat());
  else if (auto flag = dyn_cast<BoolAttr>(constant.getValue()))
    os << "bool " << name << " = " << (flag.getValue() ? "true" : "false");
  else if (int64_t number = cast<IntegerAttr>(constant.getValue()).getInt();
           number == std::numeric_limits<int32_t>::min())
    os << "int " << name << " = " << number + 1
       << " - 1"; // no literal is so low
  else
    os << "int " << name << " = " << number;
  os << ";\n";
}

void CustomCode::print(raw_ostream &os) const {
  os << "\nnamespace " << space << " {\n"
     << "struct Position { int s, n, c, h, w; };\n";
  for (NamedAttribute constant : constants)
    printConstant(constant, os);
  for (const CustomBuffer &buffer : buffers)
    printAccessor(buffer, os);
  os << "struct Inputs {";
  for (const CustomBuffer &buffer : buffers)
    os << " " << buffer.name << "_ " << buffer.name << ";";
  os << " };\nstruct Output {\n";
  printExtents(extents, os);
  os << "};\n";
  // Messages of a compiler name the developer's file and its lines.
  std::string name = metalComment(file);
  os << "#line 1 \"" << name << "\"\n"
     << source << "\n#line 1 \"kernels.metal, after " << name << "\"\n"
     << "} // namespace " << space << "\n";
}

std::string CustomCode::call(ArrayRef<std::string> pointers,
                             ArrayRef<std::string> position) const {
  return space + "::" + function.str() + "(" + space + "::Inputs{{" +
         llvm::join(pointers, "}, {") + "}}, " + space + "::Position{" +
         llvm::join(position, ", ") + "})";
}

std::string mlc::withPrelude(StringRef kernels) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printPrelude(kernels, os);
  os << kernels;
  return text;
}
