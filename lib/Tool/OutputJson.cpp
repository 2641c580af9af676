// JSON has neither NaN nor infinities; what has no number is null.
#include "mlc/Tool/OutputJson.h"

#include "mlc/Runtime/Features.h"
#include <cmath>

using namespace mlc;
using llvm::json::Array;
using llvm::json::Object;
using llvm::json::Value;

static Value numberOrNull(float value) {
  return std::isfinite(value) ? Value(double(value)) : Value(nullptr);
}

static Value labelValue(const Bundle &bundle, llvm::StringRef label) {
  int64_t number;
  if (bundle.labelsAreIntegers && !label.getAsInteger(10, number))
    return number;
  return llvm::json::fixUTF8(label);
}

Object mlc::outputsAsJson(const Bundle &bundle, LoadedModel &model,
                          size_t mostLabels) {
  Array outputs;
  Object result;
  for (auto [index, output] : llvm::enumerate(bundle.outputs)) {
    std::vector<float> values = shownValues(output, model);
    Array numbers;
    for (float value : values)
      numbers.push_back(numberOrNull(value));
    Object object{{"name", llvm::json::fixUTF8(output.name)},
                  {"type", output.type},
                  {"shape", Array(output.shape)},
                  {"values", std::move(numbers)}};
    if (int(index) == bundle.probabilities) {
      Array labels;
      auto ranked = rankedLabels(bundle, values);
      for (auto &[label, probability] :
           llvm::ArrayRef(ranked).take_front(mostLabels))
        labels.push_back(Object{{"label", labelValue(bundle, label)},
                                {"probability", numberOrNull(probability)}});
      if (!bundle.predictedFeature.empty() && !ranked.empty())
        result["prediction"] =
            Object{{"name", llvm::json::fixUTF8(bundle.predictedFeature)},
                   {"label", labelValue(bundle, ranked.front().first)}};
      object["labels"] = std::move(labels);
    }
    outputs.push_back(std::move(object));
  }
  result["outputs"] = std::move(outputs);
  return result;
}
