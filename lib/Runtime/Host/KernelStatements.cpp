// Statements and expressions of kernels.metal. See KernelParser.h.
#include "KernelParser.h"
#include "mlc/Support/MetalNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace mlc;

//===-------------------------------------------------------------------===//
// Statements
//===-------------------------------------------------------------------===//

void KernelParser::parseBody() {
  if (!at().is("{"))
    return failHere(); // a declaration of what is elsewhere, perhaps
  parseStatement();
}

void KernelParser::parseStatement() {
  Nesting nested(*this);
  if (!good())
    return;
  if (at().kind == KernelToken::Directive) {
    if (at().text.rtrim(" \t\r") != "#pragma unroll")
      return failHere();
    ++position;
  }
  if (accept("{")) {
    while (good() && !at().is("}") && at().kind != KernelToken::End)
      parseStatement();
    expect("}");
  } else if (accept("if")) {
    parseCondition();
    parseStatement();
    if (accept("else"))
      parseStatement();
  } else if (accept("for")) {
    parseFor();
  } else if (accept("while")) {
    parseCondition();
    parseStatement();
  } else if (accept("return")) {
    if (!at().is(";"))
      parseInitializer();
    expect(";");
  } else if (accept("break") || accept("continue") || accept(";")) {
    if (!tokens[position - 1].is(";"))
      expect(";");
  } else {
    parseSimple();
    expect(";");
  }
}

void KernelParser::parseCondition() {
  expect("(");
  parseExpression();
  expect(")");
}

void KernelParser::parseFor() {
  expect("(");
  if (!at().is(";"))
    parseSimple();
  expect(";");
  if (!at().is(";"))
    parseExpression();
  expect(";");
  if (!at().is(")"))
    do
      parseExpression();
    while (accept(","));
  expect(")");
  parseStatement();
}

void KernelParser::parseSimple() {
  if (!isTypeAhead())
    return parseExpression();
  parseBaseType();
  do {
    parsePointers();
    newName();
    parseExtents();
    // No parenthesis: that would declare a function.
    if (accept("="))
      parseInitializer();
    else if (at().is("{"))
      parseBraces();
  } while (accept(","));
}

//===-------------------------------------------------------------------===//
// Expressions
//===-------------------------------------------------------------------===//

KernelParser::Precedence KernelParser::precedenceOf(StringRef text) {
  return StringSwitch<Precedence>(text)
      .Cases({"=", "+=", "-=", "*=", "/="}, kAssignment)
      .Cases({"%=", "&=", "|=", "^=", "<<=", ">>="}, kAssignment)
      .Case("?", kConditional)
      .Case("||", kOr)
      .Case("&&", kAnd)
      .Case("|", kBitOr)
      .Case("^", kBitXor)
      .Case("&", kBitAnd)
      .Cases({"==", "!="}, kEquality)
      .Cases({"<", ">", "<=", ">="}, kRelational)
      .Cases({"<<", ">>"}, kShift)
      .Cases({"+", "-"}, kAdditive)
      .Cases({"*", "/", "%"}, kMultiplicative)
      .Default(kNone);
}

void KernelParser::parseExpression() { parseBinary(kAssignment); }

void KernelParser::parseBinary(Precedence least) {
  Nesting nested(*this);
  parseUnary();
  while (good()) {
    Precedence precedence =
        at().kind == KernelToken::Symbol ? precedenceOf(at().text) : kNone;
    if (precedence == kNone || precedence < least)
      return;
    bool isConditional = at().is("?");
    ++position;
    if (isConditional) {
      parseExpression();
      expect(":");
    }
    parseUnary();
  }
}

void KernelParser::parseUnary() {
  Nesting nested(*this);
  while (accept("-") || accept("+") || accept("!") || accept("~") ||
         accept("*") || accept("&") || accept("++") || accept("--"))
    ;
  if (accept("(")) {
    if (isTypeAhead() && !isCallAhead()) {
      parseBaseType();
      parsePointers();
      expect(")");
      return parseUnary();
    }
    parseExpression();
    expect(")");
  } else if (at().kind == KernelToken::Number) {
    ++position;
  } else {
    parseNamed();
  }
  parseSuffixes();
}

bool KernelParser::isCallAhead() {
  size_t start = position;
  parseBaseType();
  bool isCall = at().is("(") || at().is("{");
  position = start;
  return isCall;
}

void KernelParser::parseSuffixes() {
  while (good()) {
    if (accept("[")) {
      parseExpression();
      expect("]");
    } else if (accept("(")) {
      parseArguments(")");
    } else if (accept(".") || accept("->")) {
      newName();
    } else if (!accept("++") && !accept("--")) {
      return;
    }
  }
}

void KernelParser::parseNamed() {
  if (isTypeAhead()) {
    parseBaseType();
    return parseConstruction();
  }
  if (at().kind != KernelToken::Name)
    return failHere();
  if (atQualified()) {
    // An enumerator, or the function of a custom layer.
    bool isKnown = at().is("mem_flags") || namespaces.contains(at().text) ||
                   meaningOf(at().text) == Meaning::Type;
    if (!isKnown)
      return failHere();
    position += 2;
    newName();
    return;
  }
  StringRef name = at().text;
  if (isMetalKeyword(name) &&
      !is_contained({"true", "false", "NAN", "INFINITY", "MLC_SIMDGROUP_WIDTH",
                     "FLT_MAX", "FLT_MIN", "FLT_EPSILON", "MAXFLOAT", "M_PI_F"},
                    name))
    return failHere();
  ++position;
  if (meaningOf(name) == Meaning::FunctionTemplate && at().is("<"))
    parseTemplateArguments();
}

void KernelParser::parseConstruction() {
  if (accept("("))
    return parseArguments(")");
  parseBraces();
}

void KernelParser::parseArguments(StringRef end) {
  if (accept(end))
    return;
  do
    parseInitializer();
  while (accept(","));
  expect(end);
}

void KernelParser::parseBraces() {
  Nesting nested(*this);
  expect("{");
  parseArguments("}");
}

void KernelParser::parseInitializer() {
  if (at().is("{"))
    return parseBraces();
  parseExpression();
}
