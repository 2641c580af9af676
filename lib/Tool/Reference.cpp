// The reference evaluator behind the interface of a device.
#include "mlc/Reference/Evaluator.h"
#include "mlc/Runtime/Device.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/Progress.h"
#include "mlc/Tool/Tool.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <cmath>
#include <cstring>
#include <map>

using namespace mlir;
using namespace mlc;

namespace {

class ReferenceModel : public LoadedModel {
public:
  ReferenceModel(ModuleOp module, const Bundle &bundle, Observer observer)
      : module(module), bundle(bundle), observer(std::move(observer)) {
    for (const BundleBuffer &buffer : bundle.buffers)
      memory.emplace_back(buffer.kind == BufferKind::Input ||
                                  buffer.kind == BufferKind::Output
                              ? buffer.bytes
                              : 0);
  }

  MutableArrayRef<char> buffer(unsigned index) override {
    return memory[index];
  }

  std::vector<float> exactPixels(unsigned index) override {
    return exact[index];
  }

  void run(MutableArrayRef<double>) override {
    func::FuncOp main = *module.getOps<func::FuncOp>().begin();
    std::vector<Tensor> inputs;
    for (auto [argument, feature] :
         llvm::zip(main.getArguments(), bundle.inputs))
      inputs.push_back(
          readBuffer(feature, cast<ShapedType>(argument.getType()).getShape()));
    Progress progress("running the reference evaluator", countLayers());
    auto observed = [&](Operation *op, unsigned index, const Tensor &value) {
      if (index == 0)
        progress.advance();
      if (observer)
        observer(op, index, value);
    };
    llvm::Expected<std::vector<Tensor>> outputs =
        evaluate(module, inputs, observed);
    if (!outputs) {
      reportError(outputs.takeError());
      std::exit(1);
    }
    for (auto [feature, value] : llvm::zip(bundle.outputs, *outputs))
      writeBuffer(feature, value);
  }

private:
  // Of the network itself; what loops repeat nobody knows.
  size_t countLayers() {
    func::FuncOp main = *module.getOps<func::FuncOp>().begin();
    return llvm::range_size(main.getBody().front().without_terminator());
  }

  // Images are rows of pixels in buffers and planes in the network.
  Tensor readBuffer(const BundleFeature &feature, ArrayRef<int64_t> shape) {
    Tensor value(shape);
    ArrayRef<char> bytes = memory[feature.buffer];
    if (feature.dataType == "float32") {
      std::memcpy(value.data.data(), bytes.data(), bytes.size());
      return value;
    }
    if (feature.dataType == "float16") {
      // One channel, so rows of pixels are a plane.
      for (auto [i, element] : llvm::enumerate(value.data)) {
        uint16_t half;
        std::memcpy(&half, bytes.data() + i * sizeof half, sizeof half);
        element = fromHalf(half);
      }
      return value;
    }
    int64_t channels = feature.shape.back();
    int64_t pixels = value.size() / channels;
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < pixels; ++i)
        value.data[c * pixels + i] = float(uint8_t(bytes[i * channels + c]));
    return value;
  }

  void writeBuffer(const BundleFeature &feature, const Tensor &value) {
    std::vector<float> to(value.size());
    int64_t channels = feature.isImage() ? feature.shape.back() : 1;
    int64_t pixels = value.size() / channels;
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < pixels; ++i)
        to[i * channels + c] = value.data[c * pixels + i];
    char *memoryOf = memory[feature.buffer].data();
    if (feature.dataType == "uint8") {
      for (auto [i, element] : llvm::enumerate(to))
        memoryOf[i] = char(std::lrint(std::fmin(std::fmax(element, 0), 255)));
      exact[feature.buffer] = std::move(to);
    } else if (feature.dataType == "float16") {
      for (auto [i, element] : llvm::enumerate(to)) {
        uint16_t half = toHalf(element);
        std::memcpy(memoryOf + i * sizeof(half), &half, sizeof(half));
      }
      exact[feature.buffer] = std::move(to);
    } else {
      std::memcpy(memoryOf, to.data(), to.size() * sizeof(float));
    }
  }

  ModuleOp module;
  const Bundle &bundle;
  Observer observer;
  std::vector<std::vector<char>> memory;
  std::map<unsigned, std::vector<float>> exact;
};

} // namespace

std::unique_ptr<LoadedModel>
mlc::loadReference(ModuleOp module, const Bundle &bundle, Observer observer) {
  return std::make_unique<ReferenceModel>(module, bundle, std::move(observer));
}
