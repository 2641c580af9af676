// Core ML model files in and out: bytes to protobuf messages and back.
//
// Files come from anywhere, so reading never trusts them: whatever the bytes
// are, the answer is a model or an Error of one line.

#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <memory>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace CoreML {
namespace Specification {
class Model;
} // namespace Specification
} // namespace CoreML

namespace mlc {

/// The two ways to write a model. `Text` is protobuf's text format, which tests
/// and people can read and write.
enum class ModelForm { Binary, Text };

/// A fault in a model file. `line` and `column` count from 1 and are 0 where
/// the file is binary.
class ModelFileError : public llvm::ErrorInfo<ModelFileError> {
public:
  static char ID;

  ModelFileError(llvm::StringRef file, std::string message, unsigned line = 0,
                 unsigned column = 0)
      : file(file), message(std::move(message)), line(line), column(column) {}

  /// Writes "FILE:LINE:COLUMN: MESSAGE", without what is not known.
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;

  const std::string &getFile() const { return file; }
  const std::string &getMessage() const { return message; }
  unsigned getLine() const { return line; }
  unsigned getColumn() const { return column; }

private:
  std::string file;
  std::string message;
  unsigned line;
  unsigned column;
};

/// Tells whether `bytes` would be read as text. No valid binary model looks
/// like text: the tag of each field of a model, or the byte after it, is a
/// control character or no UTF-8.
bool looksLikeText(llvm::StringRef bytes);

/// Reads a model in either form. A model has a kind: a file in which no kind of
/// model is set is an error too.
llvm::Expected<std::unique_ptr<CoreML::Specification::Model>>
readModel(llvm::MemoryBufferRef buffer);

/// Reads the model file at `path`.
llvm::Expected<std::unique_ptr<CoreML::Specification::Model>>
readModelFile(llvm::StringRef path);

/// Writes a model. Equal models give equal bytes.
llvm::Error writeModel(const CoreML::Specification::Model &model,
                       ModelForm form, llvm::raw_ostream &os);

/// The name of the model's kind as in the specification, such as
/// "neuralNetworkClassifier".
llvm::StringRef getModelKind(const CoreML::Specification::Model &model);

} // namespace mlc
