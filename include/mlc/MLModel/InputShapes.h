// Flexible shapes: what a file allows for its inputs, and the choice of one.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace CoreML {
namespace Specification {
class FeatureDescription;
class Model;
class ModelDescription;
} // namespace Specification
} // namespace CoreML

namespace mlc {

/// The shape that an input shall have.
struct InputShape {
  std::string name;
  llvm::SmallVector<int64_t> shape;
};

/// Reads "NAME=1x3x480x640". An image is HEIGHTxWIDTH, or has its channels
/// (and 1 image) in front.
llvm::Expected<InputShape> parseInputShape(llvm::StringRef text);

/// Reads a list of them. A name that comes again begins another set of shapes.
llvm::Expected<std::vector<std::vector<InputShape>>>
parseInputShapes(llvm::ArrayRef<std::string> texts);

/// Gives inputs of `model` these shapes. An error names the input and what the
/// file allows. Outputs whose shape follows from them lose their declared one.
llvm::Error setInputShapes(CoreML::Specification::Model &model,
                           llvm::ArrayRef<InputShape> shapes);

/// Descriptions of the inputs of `model` with other shapes than the default,
/// for a network whose layers do not fit that: what flexible inputs may be, and
/// lengths of sequences that the sizes of its layers suggest. Each differs from
/// the default in one input, or in the length of all sequences.
std::vector<CoreML::Specification::ModelDescription>
proposeShapes(const CoreML::Specification::Model &model);

/// What the file allows besides the default shape of a feature, such as
/// "100...1920 x 100...1920"; empty if that is nothing.
std::string
describeFlexibility(const CoreML::Specification::FeatureDescription &feature);

/// One line for each flexible input of `model` that `shapes` does not name:
/// the shape that it gets, and what else is allowed.
std::vector<std::string>
describeDefaults(const CoreML::Specification::Model &model,
                 llvm::ArrayRef<InputShape> shapes);

} // namespace mlc
