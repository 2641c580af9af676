// Reading: tells the two forms apart, parses within limits, and turns every
// failure into one line.

#include "Model.pb.h"
#include "ProtobufLog.h"
#include "WireFault.h"
#include "mlc/MLModel/MLModel.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <limits>
#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#endif

using CoreML::Specification::Model;
using namespace mlc;

char ModelFileError::ID = 0;

void ModelFileError::log(llvm::raw_ostream &os) const {
  os << file << ':';
  if (line)
    os << line << ':' << column << ':';
  os << ' ' << message;
}

std::error_code ModelFileError::convertToErrorCode() const {
  return llvm::inconvertibleErrorCode();
}

namespace {

/// Keeps the first error of the text parser.
class FirstError : public google::protobuf::io::ErrorCollector {
public:
  void AddError(int errorLine, int errorColumn,
                const std::string &text) override {
    if (!message.empty())
      return;
    message = text;
    line = errorLine + 1;
    column = errorColumn + 1;
  }

  std::string message;
  unsigned line = 0;
  unsigned column = 0;
};

} // namespace

/// Models nest a few messages; loops and pipelines some more.
static constexpr int textRecursionLimit = 100;

/// How much of a file is looked at to tell its form.
static constexpr size_t sniffedBytes = 4096;

bool mlc::looksLikeText(llvm::StringRef bytes) {
  bool cut = bytes.size() > sniffedBytes;
  llvm::StringRef head = bytes.take_front(sniffedBytes);
  for (char c : head)
    if ((static_cast<uint8_t>(c) < 0x20 && c != '\n' && c != '\r' &&
         c != '\t') ||
        c == 0x7f)
      return false;
  // The cut may go through a character of up to four bytes.
  for (size_t dropped = 0; dropped < (cut ? 4u : 1u); ++dropped) {
    auto *begin = reinterpret_cast<const llvm::UTF8 *>(head.data());
    if (llvm::isLegalUTF8String(&begin, begin + head.size() - dropped))
      return true;
  }
  return false;
}

static llvm::Error fileError(llvm::StringRef file, const llvm::Twine &message,
                             unsigned line = 0, unsigned column = 0) {
  return llvm::make_error<ModelFileError>(file, message.str(), line, column);
}

/// Parsers quote the file, which may be one endless word.
static std::string shorten(llvm::StringRef message) {
  constexpr size_t limit = 160;
  llvm::StringRef line = message.split('\n').first;
  return line.size() <= limit ? line.str()
                              : line.take_front(limit).str() + "...";
}

/// Protobuf's complaint about a string, in our words, or "".
static std::string explainLog(llvm::StringRef message) {
  if (!message.contains("invalid UTF-8"))
    return "";
  llvm::StringRef field = message.split('\'').second.split('\'').first;
  field.consume_front("CoreML.Specification.");
  return ("the string " + field + " is not UTF-8").str();
}

static llvm::Error parseText(llvm::MemoryBufferRef buffer, Model &model) {
  llvm::StringRef text = buffer.getBuffer();
  text.consume_front("\xef\xbb\xbf");
  google::protobuf::io::ArrayInputStream stream(text.data(),
                                                static_cast<int>(text.size()));
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.SetRecursionLimit(textRecursionLimit);
  if (parser.Parse(&stream, &model))
    return llvm::Error::success();
  return fileError(buffer.getBufferIdentifier(),
                   "not a model in protobuf's text form: " +
                       shorten(error.message),
                   error.line, error.column);
}

namespace {

/// Hands a mapped file to the parser block by block and lets go of the blocks
/// that it has read: the model and its file need not be in memory together.
class ReleasingStream : public google::protobuf::io::ZeroCopyInputStream {
public:
  ReleasingStream(llvm::StringRef bytes, bool isMapped)
      : array(bytes.data(), static_cast<int>(bytes.size()), kBlock),
        isMapped(isMapped) {}

  bool Next(const void **data, int *size) override {
    release();
    if (!array.Next(data, size))
      return false;
    last = const_cast<void *>(*data);
    lastSize = *size;
    return true;
  }
  void BackUp(int count) override {
    // What is backed up to will be read again.
    last = nullptr;
    array.BackUp(count);
  }
  bool Skip(int count) override { return array.Skip(count); }
  int64_t ByteCount() const override { return array.ByteCount(); }

private:
  static constexpr int kBlock = 4 << 20;

  void release() {
#if defined(__unix__) || defined(__APPLE__)
    // Files are mapped at a page's beginning, and so are blocks.
    if (isMapped && last && lastSize == kBlock)
      madvise(last, lastSize, MADV_DONTNEED);
#endif
    last = nullptr;
  }

  google::protobuf::io::ArrayInputStream array;
  bool isMapped;
  void *last = nullptr;
  int lastSize = 0;
};

} // namespace

static llvm::Error parseBinary(llvm::MemoryBufferRef buffer, bool isMapped,
                               Model &model) {
  llvm::StringRef bytes = buffer.getBuffer();
  llvm::StringRef file = buffer.getBufferIdentifier();
  std::string fault = findWireFault(bytes);
  if (!fault.empty())
    return fileError(file, "cannot read: " + fault);
  ReleasingStream stream(bytes, isMapped);
  ProtobufLogScope log;
  if (model.ParseFromZeroCopyStream(&stream))
    return llvm::Error::success();
  std::string reason = explainLog(log.firstMessage());
  return fileError(file, "cannot read: " + (reason.empty()
                                                ? "this is not a Core ML model"
                                                : reason));
}

static llvm::Expected<std::unique_ptr<Model>>
readModelFrom(llvm::MemoryBufferRef buffer, bool isMapped) {
  llvm::StringRef bytes = buffer.getBuffer();
  llvm::StringRef file = buffer.getBufferIdentifier();
  if (bytes.empty())
    return fileError(file, "the file is empty");
  if (bytes.size() > std::numeric_limits<int>::max())
    return fileError(file, "the file is larger than 2 GiB, the limit of "
                           "protobuf messages");
  llvm::StringRef other = recognizeOtherFile(bytes);
  if (!other.empty())
    return fileError(file, "this is " + other + ", not a Core ML model" +
                               (other == "a zip archive"
                                    ? " (a zipped .mlpackage must be unpacked)"
                                    : ""));

  auto model = std::make_unique<Model>();
  bool isText = looksLikeText(bytes);
  if (llvm::Error error = isText ? parseText(buffer, *model)
                                 : parseBinary(buffer, isMapped, *model))
    return std::move(error);
  if (model->Type_case() == Model::TYPE_NOT_SET) {
    bool unknown = !model->GetReflection()->GetUnknownFields(*model).empty();
    return fileError(file, unknown && model->specificationversion() == 0
                               ? "cannot read: this is not a Core ML model"
                           : unknown
                               ? "the model is of a kind that is not known"
                               : "the model has no kind: none of "
                                 "neuralNetwork, pipeline, ... is set");
  }
  return std::move(model);
}

llvm::Expected<std::unique_ptr<Model>>
mlc::readModel(llvm::MemoryBufferRef buffer) {
  return readModelFrom(buffer, /*isMapped=*/false);
}

llvm::Expected<std::unique_ptr<Model>>
mlc::readModelFile(llvm::StringRef path) {
  if (llvm::sys::fs::is_directory(path))
    return fileError(path, llvm::sys::fs::exists(path + "/Manifest.json")
                               ? "this is an .mlpackage; mlc reads .mlmodel "
                                 "files of neural networks"
                               : "this is a directory, not a model file");
  // A device or pipe may never end.
  if (llvm::sys::fs::exists(path) && !llvm::sys::fs::is_regular_file(path))
    return fileError(path, "this is not a regular file");
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fileError(path, "cannot read: " + buffer.getError().message());
  return readModelFrom(**buffer, (*buffer)->getBufferKind() ==
                                     llvm::MemoryBuffer::MemoryBuffer_MMap);
}

llvm::StringRef mlc::getModelKind(const Model &model) {
  const auto *field = Model::descriptor()->FindFieldByNumber(model.Type_case());
  return field ? llvm::StringRef(field->name()) : "";
}
