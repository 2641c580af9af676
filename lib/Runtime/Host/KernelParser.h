// A recursive-descent parser of the text that mlc emits. It knows which names
// are types and templates, as C++ needs to tell declarations from expressions;
// all other names are left to the compiler.
#pragma once

#include "KernelTokens.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <optional>
#include <string>

namespace mlc {

class KernelParser {
public:
  explicit KernelParser(llvm::ArrayRef<KernelToken> tokens) : tokens(tokens) {}

  llvm::Expected<llvm::StringMap<unsigned>> parse();

private:
  enum class Meaning { Type, TypeTemplate, FunctionTemplate };
  using Scope = llvm::StringMap<Meaning>;

  //===-- Tokens ----------------------------------------------------------===//

  const KernelToken &at(size_t ahead = 0) const;
  bool good() const;
  void fail(const llvm::Twine &what);
  void failHere();
  bool accept(llvm::StringRef text);
  void expect(llvm::StringRef text);

  /// A name that the text gives to something.
  llvm::StringRef newName();

  /// Nesting is bounded by the compiler, too.
  struct Nesting {
    KernelParser &parser;
    explicit Nesting(KernelParser &parser) : parser(parser) {
      constexpr unsigned kMaxNesting = 200;
      if (++parser.nesting > kMaxNesting)
        parser.fail("nesting deeper than 200");
    }
    ~Nesting() { --parser.nesting; }
  };

  //===-- Names -----------------------------------------------------------===//

  void declare(llvm::StringRef name, Meaning meaning);
  std::optional<Meaning> meaningOf(llvm::StringRef name) const;

  /// Numbers, and vectors of them.
  static bool isArithmetic(llvm::StringRef name);

  /// `SPACE_code::`, the namespace of a custom layer's function.
  bool atQualified() const;
  bool isTypeAhead() const;

  //===-- Types -----------------------------------------------------------===//

  void parseQualifiers();

  /// A type without what its declarator adds.
  void parseBaseType();
  void parsePointers();
  void parseTemplateArguments();

  //===-- Declarations ----------------------------------------------------===//

  void parseTopLevel();
  void parseDirective();
  void parseDefinition();
  void parseTemplateParameters();
  void parseAlias(Scope &parameters);

  /// Of arithmetic type with values that are there in the text: nothing is run
  /// to initialise it.
  void parseConstant();
  void parseStruct(bool isTemplate, Scope &parameters);
  void parseMember();
  void parseEnum();
  llvm::StringRef parseFunctionName();
  void parseFunction(bool isTemplate, Scope &parameters);

  /// Returns how many of them are buffers.
  unsigned parseParameters(bool isKernel);

  /// Whether it is one of a buffer.
  bool parseAttribute();
  void parseExtents();

  //===-- Statements ------------------------------------------------------===//

  void parseBody();
  void parseStatement();
  void parseCondition();
  void parseFor();

  /// A declaration or an expression. `T(x)` and `T{x}` are expressions, which
  /// nothing emits as a statement.
  void parseSimple();

  //===-- Expressions -----------------------------------------------------===//

  enum Precedence {
    kAssignment,
    kConditional,
    kOr,
    kAnd,
    kBitOr,
    kBitXor,
    kBitAnd,
    kEquality,
    kRelational,
    kShift,
    kAdditive,
    kMultiplicative,
    kNone
  };
  static Precedence precedenceOf(llvm::StringRef text);
  void parseExpression();

  /// Operators that bind like `least` or tighter; which of two comes first does
  /// not matter to what is allowed.
  void parseBinary(Precedence least);
  void parseUnary();

  /// Whether a type is followed by its arguments, as in `(float(x) + y)`.
  bool isCallAhead();
  void parseSuffixes();
  void parseNamed();
  void parseConstruction();
  void parseArguments(llvm::StringRef end);
  void parseBraces();
  void parseInitializer();
  llvm::ArrayRef<KernelToken> tokens;
  size_t position = 0;
  unsigned nesting = 0, faultLine = 0;
  std::string fault;
  llvm::SmallVector<Scope> scopes;
  llvm::StringMap<llvm::StringSet<>> namespaces; ///< the types of each
  llvm::StringMap<unsigned> kernels;
};

} // namespace mlc
