// Two programs of the same network, in float and in half, have the same
// dispatches (with Winograd's algorithm off, which is for float only). The one
// in half says what is stored in two bytes, the one in float is run.
#include "mlc/Tool/HalfSimulation.h"

#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlc/Tool/Compare.h"
#include "mlc/Tool/InputDomains.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/Tool.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlc;

// The nearest number that half precision has, ties to even.
static float roundToHalf(float value) {
  constexpr float kSmallestNormal = 6.103515625e-05f, kBeyond = 65520.0f;
  float magnitude = std::fabs(value);
  if (magnitude >= kBeyond)
    return std::copysign(std::numeric_limits<float>::infinity(), value);
  // Where subnormal halves are, floats in [0.5, 1) have the same spacing.
  if (magnitude < kSmallestNormal)
    return std::copysign((magnitude + 0.5f) - 0.5f, value);
  if (std::isnan(value))
    return value;
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  bits += 0xfff + ((bits >> 13) & 1);
  return llvm::bit_cast<float>(bits & ~uint32_t(0x1fff));
}

HalfSimulation::~HalfSimulation() = default;

ArrayRef<std::string> HalfSimulation::layers(size_t step) const {
  return bundle->dispatches[step].origin;
}

// Calls `body` with each run of neighbouring elements.
template <typename Visit>
void HalfSimulation::visit(const Place &place, Visit body) {
  char *base = model->buffer(place.buffer).data() + place.offset;
  SmallVector<int64_t> index(place.shape.size(), 0);
  bool joined = !place.shape.empty() && place.strides.back() == 1;
  unsigned outer = place.shape.size() - joined;
  int64_t run = joined ? place.shape.back() : 1;
  while (true) {
    int64_t offset = 0;
    for (unsigned i = 0; i < outer; ++i)
      offset += index[i] * place.strides[i];
    body(MutableArrayRef<float>(reinterpret_cast<float *>(base) + offset,
                                size_t(run)));
    unsigned i = outer;
    while (i > 0 && ++index[i - 1] == place.shape[i - 1])
      index[--i] = 0;
    if (i == 0)
      return;
  }
}

//===----------------------------------------------------------------------===//
// Setting up
//===----------------------------------------------------------------------===//

static SmallVector<metal::DispatchOp> dispatchesOf(ModuleOp module) {
  SmallVector<metal::DispatchOp> dispatches;
  module.walk<WalkOrder::PreOrder>(
      [&](metal::DispatchOp dispatch) { dispatches.push_back(dispatch); });
  return dispatches;
}

llvm::Error HalfSimulation::findPlaces(ModuleOp inFloat, ModuleOp inHalf) {
  auto floats = dispatchesOf(inFloat), halves = dispatchesOf(inHalf);
  if (floats.size() != halves.size() ||
      floats.size() != bundle->dispatches.size())
    return llvm::createStringError(
        "the programs in half and in float have different steps");
  for (auto [index, inFloat, inHalf] : llvm::enumerate(floats, halves)) {
    Step &step = steps.emplace_back();
    ArrayRef<bool> written = inFloat.getKernelOp().getWritten();
    if (inFloat.getBuffers().size() != inHalf.getBuffers().size())
      return llvm::createStringError(
          "a step has other buffers in half than in float");
    for (auto [number, view] : llvm::enumerate(inFloat.getBuffers())) {
      auto type = cast<MemRefType>(view.getType());
      auto half = cast<MemRefType>(inHalf.getBuffers()[number].getType());
      if (!type.getElementType().isF32() || !half.getElementType().isF16())
        continue;
      auto [strides, offset] = type.getStridesAndOffset();
      BundleBinding binding = bundle->dispatches[index].bindings[number];
      // What binding cannot say of an offset is part of the kernel.
      int64_t rest = offset * int64_t(sizeof(float)) % metal::kBoundAlignment;
      Place place{binding.buffer, binding.offset + rest,
                  SmallVector<int64_t>(type.getShape()),
                  SmallVector<int64_t>(strides)};
      for (auto [extent, stride] : llvm::zip(place.shape, place.strides))
        if (stride == 0)
          extent = 1;
      if (written[number])
        step.written.push_back(std::move(place));
      else if (bundle->buffers[binding.buffer].kind == BufferKind::Weights)
        step.weights.push_back(std::move(place));
    }
  }
  return llvm::Error::success();
}

llvm::Expected<Bundle> mlc::bundleOf(ModuleOp compiled) {
  FailureOr<TemporaryFolder> folder = writeTemporaryBundle(compiled);
  if (failed(folder))
    return llvm::make_error<ReportedError>();
  llvm::Expected<Bundle> bundle = Bundle::read(folder->path());
  if (bundle)
    bundle->isForeign = false;
  return bundle;
}

llvm::Error HalfSimulation::load(ModuleOp compiled) {
  llvm::Expected<Bundle> read = bundleOf(compiled);
  if (!read)
    return read.takeError();
  bundle = std::make_unique<Bundle>(std::move(*read));
  // Weights that can be changed, with the originals beside them.
  StringRef bytes = bundle->weights->getBuffer();
  originalWeights.assign(bytes.begin(), bytes.end());
  auto copy = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      bytes.size(), "weights", llvm::Align(256));
  if (!copy)
    return llvm::createStringError("no memory for the weights");
  llvm::copy(bytes, copy->getBufferStart());
  weights = copy->getBufferStart();
  bundle->weights = std::move(copy);
  for (auto [feature, domain] : llvm::zip(bundle->inputs, domains))
    feature.domain = domain;
  numSamples = countSamples(*bundle, samples);
  auto values = readInputs(*bundle, samples, /*drawMissing=*/true, numSamples);
  if (!values)
    return values.takeError();
  auto loaded = loadOnHost(*bundle);
  if (!loaded)
    return loaded.takeError();
  model = std::move(*loaded);
  inputs = std::move(*values);
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<HalfSimulation>>
HalfSimulation::create(ModuleOp module, ArrayRef<std::string> samples) {
  OwningOpRef<ModuleOp> inFloat = module.clone(), inHalf = module.clone();
  // Pixels would hide small errors.
  Precision precision("f32"), half("f16");
  precision.winograd = false;
  precision.floatImages = half.floatImages = true;
  // Weights are rounded where they lie.
  precision.expandWeights = half.expandWeights = true;
  if (failed(compileModule(*inFloat, precision)) ||
      failed(compileModule(*inHalf, half)))
    return llvm::make_error<ReportedError>();
  std::unique_ptr<HalfSimulation> result(new HalfSimulation());
  result->samples.assign(samples.begin(), samples.end());
  result->domains = findInputDomains(module);
  if (llvm::Error error = result->load(*inFloat))
    return std::move(error);
  if (llvm::Error error = result->findPlaces(*inFloat, *inHalf))
    return std::move(error);
  LoadedModel &model = *result->model;
  model.observe([&](unsigned step, bool isDone) {
    if (isDone)
      result->measureRange(result->steps[step]);
  });
  for (unsigned sample = 0; sample < result->numSamples; ++sample) {
    setInputs(*result->bundle, result->inputs, model, sample);
    model.run();
    for (const BundleFeature &output : result->bundle->outputs)
      result->wanted.push_back(outputValues(output, model));
  }
  return std::move(result);
}

void HalfSimulation::measureRange(Step &step) {
  constexpr float kLargest = 65504.0f, kSmallestNormal = 6.103515625e-05f;
  StoredRange &range = step.range;
  for (const Place &place : step.written)
    visit(place, [&](ArrayRef<float> values) {
      range.stored += values.size();
      for (float value : values) {
        float magnitude = std::fabs(value);
        range.largest = std::max(range.largest, double(magnitude));
        range.overflow += magnitude > kLargest;
        range.nans += std::isnan(value);
        range.subnormal += magnitude > 0 && magnitude < kSmallestNormal;
      }
    });
}

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

std::vector<std::string> HalfSimulation::getNonFiniteOutputs() const {
  std::vector<std::string> names;
  for (auto [index, output] : llvm::enumerate(bundle->outputs))
    for (size_t i = index; i < wanted.size(); i += bundle->outputs.size())
      if (countNonFinite(wanted[i]).sum()) {
        names.push_back(output.name);
        break;
      }
  return names;
}

double HalfSimulation::runAll(const Bundle &other, LoadedModel &loaded) const {
  double worst = 0;
  auto expected = wanted.begin();
  for (unsigned sample = 0; sample < numSamples; ++sample) {
    setInputs(other, inputs, loaded, sample);
    loaded.run();
    for (const BundleFeature &output : other.outputs)
      worst = std::max(
          worst,
          compareValues(outputValues(output, loaded), *expected++).ofRange);
  }
  return worst;
}

double HalfSimulation::run(const llvm::BitVector &roundResults,
                           const llvm::BitVector &roundWeights) {
  auto round = [](MutableArrayRef<float> values) {
    for (float &value : values)
      value = roundToHalf(value);
  };
  model->observe([&](unsigned index, bool isDone) {
    Step &step = steps[index];
    if (isDone) {
      if (roundResults[index])
        for (const Place &place : step.written)
          visit(place, round);
      return;
    }
    for (const Place &place : step.weights) {
      // Equal constants of several steps are stored once, hence from the
      // originals each time.
      visit(place, [&](MutableArrayRef<float> values) {
        char *at = reinterpret_cast<char *>(values.data());
        std::memcpy(at, originalWeights.data() + (at - weights),
                    values.size() * sizeof(float));
        if (roundWeights[index])
          round(values);
      });
    }
  });
  return runAll(*bundle, *model);
}

llvm::Expected<double> HalfSimulation::measure(ModuleOp compiled) {
  llvm::Expected<Bundle> other = bundleOf(compiled);
  if (!other)
    return other.takeError();
  auto loaded = loadOnHost(*other);
  if (!loaded)
    return loaded.takeError();
  return runAll(*other, **loaded);
}
