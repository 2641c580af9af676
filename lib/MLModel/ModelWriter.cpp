// Writing a model in either form to an LLVM stream.

#include "Model.pb.h"
#include "ProtobufLog.h"
#include "mlc/MLModel/MLModel.h"
#include "llvm/Support/raw_ostream.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <limits>

using namespace google::protobuf;

namespace {

/// Lets protobuf write to a raw_ostream.
class RawStream : public io::CopyingOutputStream {
public:
  explicit RawStream(llvm::raw_ostream &os) : os(os) {}

  bool Write(const void *data, int size) override {
    os.write(static_cast<const char *>(data), size);
    return true;
  }

private:
  llvm::raw_ostream &os;
};

} // namespace

llvm::Error mlc::writeModel(const CoreML::Specification::Model &model,
                            ModelForm form, llvm::raw_ostream &os) {
  if (model.ByteSizeLong() > std::numeric_limits<int>::max())
    return llvm::createStringError(
        "the model is larger than 2 GiB, the limit of protobuf messages");
  ProtobufLogScope log;
  RawStream raw(os);
  io::CopyingOutputStreamAdaptor stream(&raw);
  if (form == ModelForm::Text) {
    TextFormat::Printer printer;
    printer.SetUseUtf8StringEscaping(true);
    if (!printer.Print(model, &stream))
      return llvm::createStringError("cannot write the model as text");
    return llvm::Error::success();
  }
  io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  if (!model.SerializeToCodedStream(&coded))
    return llvm::createStringError("cannot write the model");
  return llvm::Error::success();
}
