// States by their names: which output is the next value of which input.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace mlc {

struct NamedShape {
  llvm::StringRef name;
  llvm::SmallVector<int64_t> shape;
};

/// What names say of one input: the outputs that may be its next value. One is
/// a pair, several are an ambiguity, and so is an output that several inputs
/// claim.
struct StateChoice {
  llvm::SmallVector<unsigned> outputs;
  bool isShared = false; ///< another input claims the output, too
  bool isPair() const { return outputs.size() == 1 && !isShared; }
  bool isAmbiguous() const { return !outputs.empty() && !isPair(); }
};

/// A choice for each input, by names such as h_in and h_out, stateIn and
/// stateOut, r1i and r1o, h0 and hn, cache and cache_out (or new_cache), where
/// the shapes are the same but for dimensions of 1. Names that are nothing but
/// such words and numbers (input_1 and output_1) say nothing.
std::vector<StateChoice> matchStateNames(llvm::ArrayRef<NamedShape> inputs,
                                         llvm::ArrayRef<NamedShape> outputs);

/// Whether two shapes are the same but for dimensions of 1.
bool isSameButOnes(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

} // namespace mlc
