// See KernelTokens.h.
#include "KernelTokens.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace mlc;

Error mlc::kernelTextError(unsigned line, const Twine &what) {
  return createStringError("kernels.metal:" + Twine(line) + ": " + what +
                           ": mlc emits no such text (--trust compiles it all "
                           "the same)");
}

namespace {

class Tokenizer {
public:
  explicit Tokenizer(StringRef text) : rest(text) {}

  Expected<std::vector<KernelToken>> read() {
    while (!rest.empty() && problem.empty())
      readOne();
    if (!problem.empty())
      return kernelTextError(line, problem);
    tokens.push_back({KernelToken::End, "the end of the file", line});
    return std::move(tokens);
  }

private:
  void fail(const Twine &what) {
    if (problem.empty())
      problem = what.str();
  }

  StringRef take(size_t count) {
    StringRef taken = rest.take_front(count);
    rest = rest.drop_front(taken.size());
    return taken;
  }

  void add(KernelToken::Kind kind, size_t length) {
    tokens.push_back({kind, take(length), line});
    atLineStart = false;
  }

  static bool isWord(char c) { return isAlnum(c) || c == '_'; }

  void readOne() {
    char c = rest.front();
    if (c == '\n') {
      take(1);
      ++line;
      atLineStart = true;
    } else if (c == ' ' || c == '\t' || rest.starts_with("\r\n")) {
      take(1);
    } else if (rest.starts_with("//")) {
      takeComment(rest.find('\n'));
    } else if (rest.starts_with("/*")) {
      size_t end = rest.find("*/", 2);
      if (end == StringRef::npos)
        return fail("a comment does not end");
      takeComment(end + 2);
    } else if (isAlpha(c) || c == '_') {
      add(KernelToken::Name, rest.take_while(isWord).size());
    } else if (isDigit(c) ||
               (c == '.' && rest.size() > 1 && isDigit(rest[1]))) {
      readNumber();
    } else if (c == '#') {
      readDirective();
    } else {
      readSymbol();
    }
  }

  // Trigraphs and spliced lines count in comments, too.
  void takeComment(size_t length) {
    StringRef comment = take(std::min(length, rest.size()));
    for (size_t i = 0; i < comment.size(); ++i) {
      char c = comment[i];
      line += c == '\n';
      if (c == '\\' || c == '\0' || startsTrigraph(comment.substr(i)) ||
          (c == '\r' && i + 1 < comment.size() && comment[i + 1] != '\n'))
        return fail("a comment with a backslash, trigraph or control "
                    "character");
    }
  }

  static bool startsTrigraph(StringRef text) {
    return text.size() > 2 && text.starts_with("??") &&
           StringRef("=/'()!<>-").contains(text[2]);
  }

  // 12, 0x1F, 1.5e-3f, 7u, 2.0h.
  void readNumber() {
    StringRef word = rest;
    if (word.consume_front("0x") || word.consume_front("0X")) {
      word = word.drop_while(isHexDigit);
    } else {
      word = word.drop_while(isDigit);
      if (word.consume_front("."))
        word = word.drop_while(isDigit);
      if (!word.empty() && (word[0] == 'e' || word[0] == 'E')) {
        word = word.drop_front();
        if (!word.empty() && (word[0] == '+' || word[0] == '-'))
          word = word.drop_front();
        word = word.drop_while(isDigit);
      }
    }
    if (!word.empty() && StringRef("fFhHuU").contains(word.front()))
      word = word.drop_front();
    if (!word.empty() &&
        (isWord(word.front()) || word.front() == '\'' || word.front() == '.'))
      return fail("a number in an unknown form");
    add(KernelToken::Number, rest.size() - word.size());
  }

  void readDirective() {
    if (!atLineStart)
      return fail("a directive within a line");
    StringRef whole = rest.take_until([](char c) { return c == '\n'; });
    for (char c : whole)
      if (!isPrint(c) || c == '\\' || c == '?')
        return fail("a directive with odd characters");
    add(KernelToken::Directive, whole.size());
  }

  void readSymbol() {
    constexpr StringLiteral kRefused[] = {"<%", "%>",  "<:", ":>",
                                          "%:", "->*", ".*", "..."};
    constexpr StringLiteral kLong[] = {
        "<<=", ">>=", "::", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
        "!=",  "&&",  "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};
    for (StringRef symbol : kRefused)
      if (rest.starts_with(symbol))
        return fail("'" + symbol + "'");
    for (StringRef symbol : kLong)
      if (rest.starts_with(symbol))
        return add(KernelToken::Symbol, symbol.size());
    char c = rest.front();
    if (startsTrigraph(rest) ||
        !StringRef("{}()[]<>;,.:?=+-*/%&|^!~").contains(c))
      return fail(isPrint(c) ? "the character '" + Twine(c) + "'"
                             : "a character that is not ASCII");
    add(KernelToken::Symbol, 1);
  }

  StringRef rest;
  std::vector<KernelToken> tokens;
  std::string problem;
  unsigned line = 1;
  bool atLineStart = true;
};

} // namespace

Expected<std::vector<KernelToken>> mlc::readKernelTokens(StringRef text) {
  return Tokenizer(text).read();
}
