#include "mlc/Support/BoundedJson.h"

using namespace llvm;

static constexpr unsigned kMaxNesting = 512;

static bool isShallow(StringRef json) {
  unsigned depth = 0;
  bool inText = false;
  for (size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (inText && c == '\\')
      ++i;
    else if (c == '"')
      inText = !inText;
    else if (inText)
      continue;
    else if (c == '[' || c == '{')
      ++depth;
    else if ((c == ']' || c == '}') && depth > 0)
      --depth;
    if (depth > kMaxNesting)
      return false;
  }
  return true;
}

Expected<json::Value> mlc::parseBoundedJson(StringRef text) {
  if (!isShallow(text))
    return createStringError("is nested too deeply");
  return json::parse(text);
}
