// Custom layers: the developer's function itself, for nobody else knows what it
// means. It runs element by element on floats in the order of the file, so what
// is checked is all around it: layouts, fused layers, precision.
#include "NNOps.h"

#include "mlc/Dialect/CoreML/Custom.h"
#include "mlc/Runtime/Device.h"
#include "mlc/Target/Metal/CustomCode.h"

using namespace mlir;
using namespace mlc;

// Row-major strides.
static CustomDimensions denseStrides(const CustomDimensions &extents) {
  CustomDimensions strides;
  int64_t stride = 1;
  for (unsigned i = 5; i-- > 0; stride *= extents[i])
    strides[i] = stride;
  return strides;
}

static CustomCode makeCode(coreml::CustomOp op, unsigned output) {
  DictionaryAttr definition = op.getDefinition();
  auto text = [](DictionaryAttr from, StringRef name) {
    return from.getAs<StringAttr>(name).getValue();
  };
  auto outputs = definition.getAs<ArrayAttr>("outputs");
  CustomCode code;
  code.space = "reference_code";
  code.function = text(cast<DictionaryAttr>(outputs[output]), "function");
  code.file = text(definition, "file");
  code.source = text(definition, "source");
  code.constants = definition.getAs<DictionaryAttr>("constants");
  auto add = [&](StringRef name, CustomDimensions extents, bool isWeight) {
    code.buffers.push_back(
        {name, "float", isWeight, extents, denseStrides(extents)});
  };
  auto shapeOf = [](Type type) {
    return coreml::getCustomShape(cast<ShapedType>(type).getShape());
  };
  for (auto [name, input] :
       llvm::zip(coreml::getCustomNames(definition, "inputs"), op.getInputs()))
    add(name, shapeOf(input.getType()), false);
  for (auto [index, name] :
       llvm::enumerate(coreml::getCustomNames(definition, "weights")))
    add(name,
        {1, 1, 1, 1,
         cast<ElementsAttr>(op.getWeightsAttr()[index]).getNumElements()},
        true);
  code.extents = shapeOf(op.getResult(output).getType());
  return code;
}

// A kernel that computes the whole result with it.
static std::string makeProgram(const CustomCode &code) {
  std::string text;
  llvm::raw_string_ostream os(text);
  code.print(os);
  os << "\nkernel void reference(";
  SmallVector<std::string> pointers;
  for (unsigned i = 0; i < code.buffers.size(); ++i) {
    pointers.push_back("b" + std::to_string(i));
    os << "device const float *" << pointers.back() << " [[buffer(" << i
       << ")]], ";
  }
  auto [s, n, c, h, w] = code.extents;
  os << "device float *result [[buffer(" << code.buffers.size()
     << ")]], uint3 at [[thread_position_in_grid]]) {\n"
     << "  int w = int(at.x), h = int(at.y), plane = int(at.z);\n"
     << "  result[(plane * " << h << " + h) * " << w << " + w] = "
     << code.call(pointers,
                  {"plane / " + std::to_string(c * n),
                   "plane / " + std::to_string(c) + " % " + std::to_string(n),
                   "plane % " + std::to_string(c), "h", "w"})
     << ";\n}\n";
  return withPrelude(text);
}

// What the host's device needs to know to run that kernel.
static Bundle makeBundle(const CustomCode &code, ArrayRef<int64_t> sizes) {
  Bundle bundle;
  BundleDispatch dispatch;
  for (auto [index, size] : llvm::enumerate(sizes)) {
    bundle.buffers.push_back({"b" + std::to_string(index), BufferKind::Input,
                              size * int64_t(sizeof(float))});
    dispatch.bindings.push_back({unsigned(index), 0});
  }
  BundleKernel kernel;
  kernel.name = "reference";
  kernel.numBuffers = sizes.size();
  kernel.positions = {"thread_position_in_grid"};
  bundle.kernels.push_back(kernel);
  auto [s, n, c, h, w] = code.extents;
  dispatch.threads = {w, h, c * n * s};
  dispatch.threadgroups = dispatch.threads;
  dispatch.threadsPerThreadgroup = {1, 1, 1};
  bundle.dispatches.push_back(dispatch);
  BundleStep step;
  step.count = 1;
  bundle.steps.push_back(step);
  bundle.source = llvm::MemoryBuffer::getMemBufferCopy(makeProgram(code));
  return bundle;
}

// The result of `code`, with `values` in its buffers, in the order of the file.
static llvm::Expected<std::vector<float>>
runCode(const CustomCode &code, ArrayRef<ArrayRef<float>> in, int64_t count) {
  SmallVector<int64_t> sizes;
  for (ArrayRef<float> value : in)
    sizes.push_back(value.size());
  sizes.push_back(count);
  Bundle bundle = makeBundle(code, sizes);
  auto model = loadOnHost(bundle);
  if (!model)
    return model.takeError();
  for (auto [index, value] : llvm::enumerate(in))
    std::memcpy((*model)->buffer(index).data(), value.data(),
                value.size() * sizeof(float));
  (*model)->run();
  std::vector<float> result(count);
  std::memcpy(result.data(), (*model)->buffer(in.size()).data(),
              count * sizeof(float));
  return result;
}

llvm::Expected<std::vector<Tensor>> mlc::evaluateCustom(coreml::CustomOp op,
                                                        Operands in) {
  std::vector<std::vector<float>> weights;
  SmallVector<ArrayRef<float>> values;
  for (const Tensor *input : in)
    values.push_back(input->data);
  if (ArrayAttr list = op.getWeightsAttr())
    for (Attribute weight : list)
      weights.push_back(weightsOf(weight));
  values.append(weights.begin(), weights.end());

  std::vector<Tensor> results;
  for (unsigned i = 0; i < op.getNumResults(); ++i) {
    Tensor &result = results.emplace_back(resultTensor(op, i));
    auto data = runCode(makeCode(op, i), values, result.size());
    if (!data)
      return data.takeError();
    result.data = std::move(*data);
  }
  return std::move(results);
}

// Elements of [..., H, W, C] as [..., C, H, W], or back. What has no image in
// it stays as it is.
static std::vector<float> swapOrder(ArrayRef<float> values,
                                    ArrayRef<int64_t> fileShape,
                                    bool toChannelLast) {
  if (fileShape.size() < 3)
    return std::vector<float>(values);
  ImageShape image(fileShape);
  std::vector<float> result(values.size());
  int64_t last = 0;
  for (int64_t n = 0; n < image.n; ++n)
    for (int64_t y = 0; y < image.h; ++y)
      for (int64_t x = 0; x < image.w; ++x)
        for (int64_t c = 0; c < image.c; ++c, ++last) {
          int64_t first = image.at(n, c, y, x);
          result[toChannelLast ? last : first] =
              values[toChannelLast ? first : last];
        }
  return result;
}

llvm::Expected<Tensor> mlc::evaluateNNCustom(nn::CustomOp op, Operands in) {
  size_t inputs = in.size() - op.getNumWeights();
  auto shapeOf = [&](size_t index) {
    return cast<DenseI64ArrayAttr>(op.getShapes()[index]).asArrayRef();
  };
  CustomCode code;
  code.space = "reference_code";
  code.function = op.getFunction();
  code.file = op.getFile();
  code.source = op.getSource();
  code.constants = op.getConstants();
  std::vector<std::vector<float>> values;
  for (auto [index, value] : llvm::enumerate(in)) {
    bool isWeight = index >= inputs;
    CustomDimensions extents = {1, 1, 1, 1, value->size()};
    if (!isWeight)
      extents = coreml::getCustomShape(shapeOf(index));
    code.buffers.push_back({cast<StringAttr>(op.getNames()[index]).getValue(),
                            "float", isWeight, extents, denseStrides(extents)});
    values.push_back(isWeight ? value->data
                              : swapOrder(value->data, shapeOf(index), false));
  }
  code.extents = coreml::getCustomShape(shapeOf(inputs));
  Tensor result = nnResult(op);
  SmallVector<ArrayRef<float>> buffers(values.begin(), values.end());
  auto data = runCode(code, buffers, result.size());
  if (!data)
    return data.takeError();
  result.data = swapOrder(*data, shapeOf(inputs), true);
  return result;
}
