#include "mlc/Support/BoundedJson.h"

using namespace llvm;

static constexpr unsigned kMaxNesting = 512;

namespace {

/// Goes over brackets and strings, which is all that nesting needs.
class Scanner {
public:
  explicit Scanner(StringRef json) : rest(json) {}

  unsigned depth = 0; ///< how many brackets are open
  StringRef text;     ///< the string that was read last, as it is written

  /// Goes behind the next bracket or string and gives its first character; 0
  /// at the end.
  char next() {
    size_t found = rest.find_first_of("\"[]{}");
    if (found == StringRef::npos)
      return 0;
    char c = rest[found];
    rest = rest.drop_front(found + 1);
    if (c == '"')
      readString();
    else if (c == '[' || c == '{')
      ++depth;
    else if (depth > 0)
      --depth;
    return c;
  }

  /// Whether a value comes next, which the last string names.
  bool readColon() {
    rest = rest.ltrim();
    return rest.consume_front(":");
  }
  bool isString() {
    rest = rest.ltrim();
    return rest.starts_with("\"");
  }

private:
  void readString() {
    size_t size = 0;
    while (size < rest.size() && rest[size] != '"')
      size += rest[size] == '\\' ? 2 : 1;
    text = rest.take_front(size);
    rest = rest.drop_front(std::min(size + 1, rest.size()));
  }

  StringRef rest;
};

} // namespace

Expected<json::Value> mlc::parseBoundedJson(StringRef text) {
  Scanner scanner(text);
  while (scanner.next())
    if (scanner.depth > kMaxNesting)
      return createStringError("is nested too deeply");
  return json::parse(text);
}

std::optional<StringRef> mlc::findJsonString(StringRef json, StringRef key) {
  Scanner scanner(json);
  while (char c = scanner.next())
    if (c == '"' && scanner.depth == 1 && scanner.text == key &&
        scanner.readColon() && scanner.isString()) {
      scanner.next();
      return scanner.text;
    }
  return std::nullopt;
}
