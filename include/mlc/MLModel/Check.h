// Would Core ML load a file? The rules that the specification's text and
// Apple's published validator state, where they go beyond what the importer
// needs.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace CoreML {
namespace Specification {
class Model;
} // namespace Specification
} // namespace CoreML

namespace mlc {

/// One way in which a file breaks a rule.
struct BrokenRule {
  std::string rule;    ///< such as "needed-version"
  std::string where;   ///< "layer 'conv1'", "input 'image'", "the model"
  std::string message; ///< names the field
  std::string text() const { return where + ": " + message; }
};

/// What Core ML would refuse in `model`; empty if nothing is known. Networks
/// are checked in full, other kinds only in their interface.
std::vector<BrokenRule> checkModel(const CoreML::Specification::Model &model);

/// The same of the file at `path`; an error if it cannot be read.
llvm::Expected<std::vector<BrokenRule>> checkModelFile(llvm::StringRef path);

/// One line that has the first of `brokenRules`, and how many more there are;
/// empty if there are none.
std::string summarizeBrokenRules(const std::vector<BrokenRule> &brokenRules);

} // namespace mlc
