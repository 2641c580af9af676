// Names that nothing else has.
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"
#include <string>

namespace mlc {

class UniqueNames {
public:
  void insert(llvm::StringRef name) { suffixes.try_emplace(name, 2); }

  /// `wanted`, or if that is taken the first of `wanted_2`, `wanted_3`... that
  /// is not.
  std::string make(llvm::StringRef wanted) {
    std::string unique = wanted.str();
    auto [entry, isNew] = suffixes.try_emplace(wanted, 2);
    while (!isNew) {
      unique = (wanted + "_" + llvm::Twine(entry->second++)).str();
      isNew = suffixes.try_emplace(unique, 2).second;
    }
    return unique;
  }

private:
  /// For each name the suffix to try next.
  llvm::StringMap<unsigned> suffixes;
};

} // namespace mlc
