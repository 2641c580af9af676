// Names, types and declarations of kernels.metal. See KernelParser.h.
#include "KernelText.h"
#include "KernelParser.h"
#include "mlc/Support/MetalNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace mlc;

Expected<StringMap<unsigned>> KernelParser::parse() {
  scopes.emplace_back();
  while (good() && at().kind != KernelToken::End)
    parseTopLevel();
  if (!good())
    return kernelTextError(faultLine, fault);
  return std::move(kernels);
}

//===-------------------------------------------------------------------===//
// Tokens
//===-------------------------------------------------------------------===//

const KernelToken &KernelParser::at(size_t ahead) const {
  return tokens[std::min(position + ahead, tokens.size() - 1)];
}

bool KernelParser::good() const { return fault.empty(); }

void KernelParser::fail(const Twine &what) {
  if (!good())
    return;
  fault = what.str();
  faultLine = at().line;
  position = tokens.size() - 1; // nothing follows the end
}

void KernelParser::failHere() {
  StringRef text = at().text;
  constexpr size_t kShown = 40;
  fail("'" + text.take_front(kShown) + (text.size() > kShown ? "..." : "") +
       "' here");
}

bool KernelParser::accept(StringRef text) {
  if (!good() || !at().is(text))
    return false;
  ++position;
  return true;
}

void KernelParser::expect(StringRef text) {
  if (!accept(text))
    failHere();
}

StringRef KernelParser::newName() {
  const KernelToken &token = at();
  if (token.kind != KernelToken::Name || isMetalKeyword(token.text)) {
    failHere();
    return "";
  }
  ++position;
  return token.text;
}

//===-------------------------------------------------------------------===//
// Names
//===-------------------------------------------------------------------===//

void KernelParser::declare(StringRef name, Meaning meaning) {
  auto [it, isNew] = scopes.back().try_emplace(name, meaning);
  if (!isNew && it->second != meaning)
    fail("'" + name + "' as two things");
}

std::optional<KernelParser::Meaning>
KernelParser::meaningOf(StringRef name) const {
  for (const Scope &scope : reverse(scopes))
    if (auto it = scope.find(name); it != scope.end())
      return it->second;
  return StringSwitch<std::optional<Meaning>>(name)
      .Cases({"void", "auto", "size_t", "simdgroup_float8x8"}, Meaning::Type)
      .Cases({"lanes", "mask", "elements", "half_lanes", "byte_lanes",
              "simdgroup_matrix"},
             Meaning::TypeTemplate)
      .Case("make_filled_simdgroup_matrix", Meaning::FunctionTemplate)
      .Default(isArithmetic(name) ? std::optional(Meaning::Type)
                                  : std::nullopt);
}

bool KernelParser::isArithmetic(StringRef name) {
  static const StringSet<> words = [] {
    StringSet<> words;
    for (StringRef element : {"bool", "char", "uchar", "short", "ushort", "int",
                              "uint", "half", "float"})
      for (StringRef prefix : {"", "packed_"})
        for (StringRef extent : {"", "2", "3", "4"})
          if (prefix.empty() || !extent.empty())
            words.insert((prefix + element + extent).str());
    return words;
  }();
  return words.contains(name);
}

bool KernelParser::atQualified() const {
  return at().kind == KernelToken::Name && at(1).is("::");
}

bool KernelParser::isTypeAhead() const {
  if (at().kind != KernelToken::Name)
    return false;
  if (is_contained(
          {"const", "constexpr", "device", "constant", "thread", "threadgroup"},
          at().text))
    return true;
  if (atQualified()) {
    auto space = namespaces.find(at().text);
    return space != namespaces.end() && space->second.contains(at(2).text);
  }
  auto meaning = meaningOf(at().text);
  return meaning && *meaning != Meaning::FunctionTemplate;
}

//===-------------------------------------------------------------------===//
// Types
//===-------------------------------------------------------------------===//

void KernelParser::parseQualifiers() {
  while (is_contained(
      {"const", "constexpr", "device", "constant", "thread", "threadgroup"},
      at().text))
    ++position;
}

void KernelParser::parseBaseType() {
  parseQualifiers();
  if (!isTypeAhead())
    return failHere();
  if (atQualified()) {
    position += 3;
  } else {
    Meaning meaning = *meaningOf(at().text);
    ++position;
    if (meaning == Meaning::TypeTemplate)
      parseTemplateArguments();
  }
  parseQualifiers();
}

void KernelParser::parsePointers() {
  while (accept("*") || accept("&"))
    parseQualifiers();
}

void KernelParser::parseTemplateArguments() {
  Nesting nested(*this);
  expect("<");
  do {
    if (isTypeAhead()) {
      parseBaseType();
      parsePointers();
    } else {
      parseBinary(kAdditive);
    }
  } while (accept(","));
  expect(">");
}

//===-------------------------------------------------------------------===//
// Declarations
//===-------------------------------------------------------------------===//

void KernelParser::parseTopLevel() {
  if (at().kind == KernelToken::Directive)
    return parseDirective();
  if (accept("using")) {
    expect("namespace");
    expect("metal");
    return expect(";");
  }
  if (!accept("namespace"))
    return parseDefinition();
  StringRef name = newName();
  if (!name.ends_with("_code"))
    return fail("the namespace '" + name + "'");
  expect("{");
  scopes.emplace_back();
  while (good() && !at().is("}") && at().kind != KernelToken::End) {
    if (at().kind == KernelToken::Directive)
      parseDirective();
    else
      parseDefinition();
  }
  expect("}");
  Scope scope = scopes.pop_back_val();
  StringSet<> &types = namespaces[name];
  for (const auto &entry : scope)
    if (entry.second == Meaning::Type)
      types.insert(entry.first());
}

void KernelParser::parseDirective() {
  StringRef text = at().text.rtrim(" \t\r");
  static const StringSet<> known = {"#include <metal_stdlib>",
                                    "#include <metal_simdgroup_matrix>",
                                    "#ifndef MLC_NATIVE_LANES",
                                    "#ifndef MLC_SIMDGROUP_WIDTH",
                                    "#define MLC_SIMDGROUP_WIDTH 32",
                                    "#else",
                                    "#endif"};
  StringRef line = text;
  bool isLine = line.consume_front("#line ");
  uint64_t number;
  isLine &= !line.consumeInteger(10, number) && line.consume_front(" \"") &&
            line.consume_back("\"") && !line.contains('"');
  if (!isLine && !known.contains(text))
    return failHere();
  ++position;
}

void KernelParser::parseDefinition() {
  if (accept(";"))
    return;
  bool isTemplate = at().is("template");
  scopes.emplace_back(); // of template parameters
  if (isTemplate)
    parseTemplateParameters();
  Scope parameters = scopes.pop_back_val();
  if (at().is("struct"))
    return parseStruct(isTemplate, parameters);
  if (isTemplate && accept("using"))
    return parseAlias(parameters);
  if (!isTemplate && at().is("constant"))
    return parseConstant();
  parseFunction(isTemplate, parameters);
}

void KernelParser::parseTemplateParameters() {
  expect("template");
  expect("<");
  do {
    if (accept("typename"))
      declare(newName(), Meaning::Type);
    else if (accept("int"))
      newName();
    else
      failHere();
  } while (accept(","));
  expect(">");
}

void KernelParser::parseAlias(Scope &parameters) {
  StringRef name = newName();
  expect("=");
  scopes.push_back(parameters);
  parseBaseType();
  parseExtents();
  expect(";");
  scopes.pop_back();
  declare(name, Meaning::TypeTemplate);
}

void KernelParser::parseConstant() {
  expect("constant");
  parseQualifiers();
  if (!isArithmetic(at().text))
    return failHere();
  ++position;
  parseQualifiers();
  newName();
  parseExtents();
  expect("=");
  while (good() && !at().is(";")) {
    bool isValue = at().kind == KernelToken::Number ||
                   is_contained({"true", "false", "NAN", "INFINITY", "-", "+",
                                 "{", "}", ","},
                                at().text);
    if (!isValue)
      return failHere();
    ++position;
  }
  expect(";");
}

void KernelParser::parseStruct(bool isTemplate, Scope &parameters) {
  expect("struct");
  declare(newName(), isTemplate ? Meaning::TypeTemplate : Meaning::Type);
  scopes.push_back(parameters);
  expect("{");
  while (good() && !at().is("}") && at().kind != KernelToken::End)
    parseMember();
  expect("}");
  expect(";");
  scopes.pop_back();
}

void KernelParser::parseMember() {
  if (accept("enum"))
    return parseEnum();
  parseBaseType();
  parsePointers();
  if (at().is("operator") || at(1).is("(")) {
    parseFunctionName();
    parseParameters(/*isKernel=*/false);
    accept("const");
    return parseBody();
  }
  do {
    parsePointers();
    newName();
    parseExtents();
  } while (accept(","));
  expect(";");
}

void KernelParser::parseEnum() {
  expect("{");
  do {
    newName();
    expect("=");
    accept("-");
    if (at().kind != KernelToken::Number)
      return failHere();
    ++position;
  } while (accept(","));
  expect("}");
  expect(";");
}

StringRef KernelParser::parseFunctionName() {
  if (!accept("operator"))
    return newName();
  // Not those of memory, which would take the place of the program's.
  if (accept("("))
    expect(")");
  else if (accept("["))
    expect("]");
  else if (is_contained({"+", "-", "*", "/", "<", ">",
                         "<=", ">=", "==", "!=", "&", "|", "&&", "||", "!"},
                        at().text))
    ++position;
  else
    failHere();
  return "";
}

void KernelParser::parseFunction(bool isTemplate, Scope &parameters) {
  scopes.push_back(parameters);
  bool isKernel = !isTemplate && accept("kernel");
  while (!isKernel && (accept("inline") || accept("constexpr")))
    ;
  parseBaseType();
  parsePointers();
  StringRef name = parseFunctionName();
  unsigned buffers = parseParameters(isKernel);
  if (isKernel && good() && !kernels.try_emplace(name, buffers).second)
    fail("a second kernel '" + name + "'");
  scopes.pop_back();
  if (isTemplate && !name.empty())
    declare(name, Meaning::FunctionTemplate);
  scopes.push_back(parameters);
  parseBody();
  scopes.pop_back();
}

unsigned KernelParser::parseParameters(bool isKernel) {
  unsigned buffers = 0;
  expect("(");
  if (accept(")"))
    return 0;
  do {
    parseBaseType();
    parsePointers();
    if (accept("(")) { // a reference to an array
      expect("&");
      newName();
      expect(")");
    } else {
      newName();
    }
    parseExtents();
    if (isKernel)
      buffers += parseAttribute();
  } while (accept(","));
  expect(")");
  return buffers;
}

bool KernelParser::parseAttribute() {
  expect("[");
  expect("[");
  bool isBuffer = accept("buffer");
  if (isBuffer) {
    expect("(");
    if (at().kind != KernelToken::Number)
      failHere();
    ++position;
    expect(")");
  } else if (is_contained(
                 {"thread_position_in_grid", "thread_position_in_threadgroup",
                  "threadgroup_position_in_grid", "threads_per_threadgroup",
                  "simdgroup_index_in_threadgroup"},
                 at().text)) {
    ++position;
  } else {
    failHere();
  }
  expect("]");
  expect("]");
  return isBuffer;
}

void KernelParser::parseExtents() {
  while (at().is("[") && !at(1).is("[") && good()) {
    ++position;
    if (!at().is("]"))
      parseBinary(kConditional);
    expect("]");
  }
}

Expected<StringMap<unsigned>> mlc::checkKernelText(StringRef text) {
  auto tokens = readKernelTokens(text);
  if (!tokens)
    return tokens.takeError();
  return KernelParser(*tokens).parse();
}
