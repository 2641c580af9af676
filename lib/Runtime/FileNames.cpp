// Names of features may hold anything; two of them must not meet in one file.
#include "mlc/Runtime/FileNames.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

// Room for an extension and a number within the 255 bytes that file systems
// allow.
static constexpr size_t kMaxNameBytes = 200;

static std::string sanitise(StringRef name) {
  std::string result = name.take_front(kMaxNameBytes).str();
  // Not within a character of UTF-8.
  if (name.size() > kMaxNameBytes)
    while (!result.empty() && (uint8_t(name[result.size()]) & 0xc0) == 0x80)
      result.pop_back();
  for (char &c : result)
    if (uint8_t(c) < 0x20 || c == 0x7f || StringRef("/\\:*?\"<>|").contains(c))
      c = '_';
  // Dots alone are folders, and one in front hides a file.
  if (!result.empty() && result.front() == '.')
    result.front() = '_';
  return result.empty() ? "_" : result;
}

std::vector<std::string> mlc::makeFileNames(ArrayRef<std::string> names) {
  std::vector<std::string> result(names.size());
  StringSet<> taken;
  auto take = [&](size_t index, std::string name) {
    if (!taken.insert(StringRef(name).lower()).second)
      return false;
    result[index] = std::move(name);
    return true;
  };
  // Names that need no change come first, so that they get none.
  for (bool changes : {false, true})
    for (auto [index, name] : enumerate(names)) {
      std::string safe = sanitise(name);
      if (changes != (safe != name))
        continue;
      if (take(index, safe))
        continue;
      for (unsigned n = 2; !take(index, safe + "-" + std::to_string(n));)
        ++n;
    }
  return result;
}
