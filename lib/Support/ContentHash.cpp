// See ContentHash.h.
#include "mlc/Support/ContentHash.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

std::string mlc::contentHash(StringRef contents) {
  XXH128_hash_t hash = xxh3_128bits(arrayRefFromStringRef(contents));
  return utohexstr(hash.high64, /*LowerCase=*/true, 16) +
         utohexstr(hash.low64, /*LowerCase=*/true, 16);
}
