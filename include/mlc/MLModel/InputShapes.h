// Flexible shapes: what a file allows for its inputs, and the choice of one.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
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

/// The shape of the array or picture that is given for an input.
struct FileShape {
  std::string name;
  /// As in the file; of a picture height and width.
  llvm::SmallVector<int64_t> shape;
  bool isPicture = false;
  /// How often the model is run; the array may have a value for each time, one
  /// behind the other along a dimension of their own in front.
  int64_t steps = 1;
};

/// What is given for the inputs of these names.
using FileShapes =
    std::function<std::vector<FileShape>(llvm::ArrayRef<std::string> names)>;

/// Reads "NAME=1x3x480x640". An image is HEIGHTxWIDTH, or has its channels
/// (and 1 image) in front.
llvm::Expected<InputShape> parseInputShape(llvm::StringRef text);

/// Reads a list of them. A name that comes again begins another set of shapes.
llvm::Expected<std::vector<std::vector<InputShape>>>
parseInputShapes(llvm::ArrayRef<std::string> texts);

/// `wanted`, and shapes for other inputs, as far as the file allows them:
///
/// - that of an array or picture in `files` (a picture's only if it is among
/// the
///   sizes that the file lists, else it is resampled). Dimensions of 1 in front
///   do not matter. Where RANK5_ARRAY_MAPPING has vectors [C], an array may be
///   SxC or 1xSxC, a sequence of S steps, or SxBxC, one of a batch of B; where
///   it has [C, H, W], BxCxHxW is a batch.
/// - for the state of a recurrent layer one that follows the batch of the
/// others.
///
/// What a user may not expect is said in `notes`. An array that has no shape
/// that a flexible input can have is an error.
llvm::Expected<std::vector<InputShape>>
chooseInputShapes(const CoreML::Specification::Model &model,
                  llvm::ArrayRef<InputShape> wanted,
                  llvm::ArrayRef<FileShape> files,
                  std::vector<std::string> &notes);

/// Whether `model` has inputs whose length as a sequence neither the file nor
/// `chosen` says.
bool hasOpenSequence(const CoreML::Specification::Model &model,
                     llvm::ArrayRef<InputShape> chosen);

/// Lengths of sequences that `model` may need if it has such inputs: numbers
/// that its layers hold, and their quotients, each as the shapes of all these
/// inputs. Some of them may be tried where a length of 1 does not fit.
std::vector<std::vector<InputShape>>
suggestSequences(const CoreML::Specification::Model &model,
                 llvm::ArrayRef<InputShape> chosen);

/// The options --input-shape that give inputs these shapes.
std::string formatInputShapes(llvm::ArrayRef<InputShape> shapes);

/// Gives inputs of `model` these shapes. An error names the input and what the
/// file allows. Outputs whose shape follows from flexible sizes lose their
/// declared one.
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
