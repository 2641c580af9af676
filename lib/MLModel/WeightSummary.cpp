#include "WeightSummary.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlc;
namespace spec = CoreML::Specification;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// What a quantized weight has besides its codes.
static int64_t countTableBytes(const spec::QuantizationParams &params) {
  return 4 * (int64_t(params.linearquantization().scale_size()) +
              params.linearquantization().bias_size() +
              params.lookuptablequantization().floatvalue_size());
}

WeightSummary mlc::summarizeWeights(const spec::WeightParams &weights) {
  WeightSummary summary;
  summary.isUpdatable = weights.isupdatable();
  unsigned kinds =
      (weights.floatvalue_size() > 0) + !weights.float16value().empty() +
      !weights.rawvalue().empty() + !weights.int8rawvalue().empty();
  int64_t floats = weights.floatvalue_size(),
          halves = weights.float16value().size() / 2,
          codes = weights.rawvalue().size(),
          int8s = weights.int8rawvalue().size();
  const spec::QuantizationParams &params = weights.quantization();
  if (floats > 0) {
    summary = {"", "float32", 32, floats, 4 * floats, summary.isUpdatable};
  } else if (halves > 0) {
    summary = {"", "float16", 16, halves, 2 * halves, summary.isUpdatable};
  } else if (int8s > 0) {
    summary = {"",
               "int8",
               8,
               int8s,
               int8s + countTableBytes(params),
               summary.isUpdatable};
  } else if (codes > 0) {
    int64_t bits = std::clamp<int64_t>(params.numberofbits(), 1, 8);
    summary = {"",
               params.has_lookuptablequantization() ? "lookupTable" : "linear",
               bits,
               codes * 8 / bits,
               codes + countTableBytes(params),
               summary.isUpdatable};
  } else {
    summary.encoding = "none";
  }
  if (kinds > 1)
    summary.encoding = "mixed";
  return summary;
}

static void visitWeights(
    const Message &message, const std::string &path,
    llvm::function_ref<void(const std::string &, const spec::WeightParams &)>
        visit) {
  const Reflection &get = *message.GetReflection();
  std::vector<const FieldDescriptor *> fields;
  get.ListFields(message, &fields);
  for (const FieldDescriptor *field : fields) {
    const auto *type = field->message_type();
    if (!type || type == spec::NeuralNetwork::descriptor())
      continue;
    int count = field->is_repeated() ? get.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      std::string name =
          (path.empty() ? "" : path + ".") + std::string(field->name());
      if (field->is_repeated())
        name += "[" + std::to_string(i) + "]";
      const Message &inner = field->is_repeated()
                                 ? get.GetRepeatedMessage(message, field, i)
                                 : get.GetMessage(message, field);
      if (type == spec::WeightParams::descriptor())
        visit(name, static_cast<const spec::WeightParams &>(inner));
      else
        visitWeights(inner, name, visit);
    }
  }
}

void mlc::forEachWeights(
    const Message &message,
    llvm::function_ref<void(const std::string &, const spec::WeightParams &)>
        visit) {
  visitWeights(message, "", visit);
}
