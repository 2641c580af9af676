// Descriptions of custom layers, as the importer reads them.
#pragma once

#include "LayerImporter.h"
#include "mlir/IR/DialectInterface.h"
#include "llvm/ADT/StringMap.h"

namespace mlc {

/// What a folder says of one class.
struct CustomClass {
  enum class Type { Int, Float, Bool, String };
  struct Parameter {
    std::string name;
    Type type = Type::Int;
    bool hasDefault = false;
    double number = 0;               ///< the default of an int, float or bool
    std::string text;                ///< that of a string
    std::vector<std::string> values; ///< what a string may be
  };
  struct Weight {
    std::string name, size;
  };
  struct Output {
    std::string function, like;
    /// Expressions for all dimensions or, beside `like`, for those named.
    std::vector<std::string> sizes, letters;
  };

  std::string name, description; ///< of the class, and the file that has it
  std::string file, source;      ///< the body, and the name of its file
  std::vector<std::string> inputs;
  std::vector<Parameter> parameters;
  std::vector<Weight> weights;
  std::vector<Output> outputs;
};

/// Reads one description; its body is beside it. Errors do not name the file.
llvm::Expected<CustomClass> readCustomClass(llvm::StringRef path);

/// The classes that an import may use: an interface of the dialect, so that
/// the context of an import brings them.
class CustomLayers : public mlir::DialectInterface::Base<CustomLayers> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CustomLayers)

  CustomLayers(mlir::Dialect *dialect, llvm::StringMap<CustomClass> classes)
      : Base(dialect), classes(std::move(classes)) {}

  /// The class of that name; null if there is none.
  static const CustomClass *lookup(mlir::MLIRContext *context,
                                   llvm::StringRef name);

private:
  llvm::StringMap<CustomClass> classes;
};

/// Reports, in one error, all classes of `layers` and of the networks inside
/// of them that have no description.
mlir::LogicalResult checkCustomClasses(
    mlir::MLIRContext *context,
    const google::protobuf::RepeatedPtrField<spec::NeuralNetworkLayer> &layers);

} // namespace mlc
