// A parser by recursive descent that computes as it reads: expressions are
// used once, so there is nothing to keep.
#include "mlc/Support/IntegerExpression.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace mlc;

namespace {

constexpr size_t kMaxCharacters = 1000;
constexpr unsigned kDeepest = 50;

class Parser {
public:
  Parser(StringRef text, NameLookup lookup) : rest(text), lookup(lookup) {}

  Expected<int64_t> whole() {
    Expected<int64_t> value = sum();
    if (value && !token().empty())
      return fail("has '" + token() + "' where an operator should be");
    return value;
  }

private:
  Error fail(const Twine &message) { return createStringError(message); }

  /// The next token, without taking it: a name, a number or one character.
  StringRef token() {
    rest = rest.ltrim();
    auto isName = [](char c) { return isAlnum(c) || c == '_' || c == '.'; };
    if (!rest.empty() && isName(rest.front()))
      return rest.take_while(isName);
    return rest.take_front(1);
  }
  bool take(StringRef wanted) {
    if (token() != wanted)
      return false;
    rest = rest.drop_front(wanted.size());
    return true;
  }

  Expected<int64_t> apply(char symbol, int64_t a, int64_t b) {
    int64_t result = 0;
    bool overflows = false;
    switch (symbol) {
    case '+':
      overflows = AddOverflow(a, b, result);
      break;
    case '-':
      overflows = SubOverflow(a, b, result);
      break;
    case '*':
      overflows = MulOverflow(a, b, result);
      break;
    default:
      if (b == 0)
        return fail("divides by zero");
      overflows = b == -1 && a == std::numeric_limits<int64_t>::min();
      if (overflows)
        break;
      result = a / b - (a % b != 0 && (a < 0) != (b < 0));
      if (symbol == '%')
        result = a - result * b;
    }
    if (overflows)
      return fail("has a value beyond 64 bits");
    return result;
  }

  Expected<int64_t> operators(StringRef symbols,
                              Expected<int64_t> (Parser::*operand)()) {
    Expected<int64_t> value = (this->*operand)();
    while (value && token().size() == 1 && symbols.contains(token())) {
      char symbol = token().front();
      rest = rest.drop_front();
      Expected<int64_t> other = (this->*operand)();
      if (!other)
        return other;
      value = apply(symbol, *value, *other);
    }
    return value;
  }
  Expected<int64_t> sum() { return operators("+-", &Parser::product); }
  Expected<int64_t> product() { return operators("*/%", &Parser::operand); }

  Expected<int64_t> operand() {
    if (++depth > kDeepest)
      return fail("is nested too deeply");
    Expected<int64_t> value = innerOperand();
    --depth;
    return value;
  }

  Expected<int64_t> innerOperand() {
    if (take("-")) {
      Expected<int64_t> value = operand();
      return value ? apply('-', 0, *value) : std::move(value);
    }
    if (take("(")) {
      Expected<int64_t> value = sum();
      if (value && !take(")"))
        return fail("lacks a ')'");
      return value;
    }
    StringRef name = token();
    if (name.empty())
      return fail("ends where a number or a name should be");
    rest = rest.drop_front(name.size());
    if (isDigit(name.front())) {
      int64_t value;
      if (name.getAsInteger(10, value))
        return fail("has the number '" + name +
                    "', which is no integer of 64 "
                    "bits");
      return value;
    }
    if (!isAlpha(name.front()) && name.front() != '_')
      return fail("has '" + name + "' where a number or a name should be");
    if ((name == "min" || name == "max") && take("("))
      return extreme(name == "min");
    if (std::optional<int64_t> value = lookup(name))
      return *value;
    return fail("has the unknown name '" + name + "'");
  }

  /// The arguments of `min` or `max`.
  Expected<int64_t> extreme(bool least) {
    Expected<int64_t> value = sum();
    while (value && take(",")) {
      Expected<int64_t> other = sum();
      if (!other)
        return other;
      value = least ? std::min(*value, *other) : std::max(*value, *other);
    }
    if (value && !take(")"))
      return fail("lacks a ')'");
    return value;
  }

  StringRef rest;
  NameLookup lookup;
  unsigned depth = 0;
};

} // namespace

Expected<int64_t> mlc::evaluateInteger(StringRef text, NameLookup lookup) {
  if (text.size() > kMaxCharacters)
    return createStringError("an expression of " + Twine(text.size()) +
                             " characters is too long");
  Expected<int64_t> value = Parser(text, lookup).whole();
  if (value)
    return value;
  return createStringError("the expression '" + text + "' " +
                           toString(value.takeError()));
}
