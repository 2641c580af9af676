// The manifest: everything that a runtime needs to know, as JSON.
#include "KernelPrinter.h"
#include "Program.h"
#include "mlc/Dialect/NN/Precision.h"
#include "mlc/Support/ContentHash.h"
#include "mlc/Support/CostModel.h"
#include "mlc/Support/GpuFamily.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Target/Metal/Metal.h"
#include <cmath>
#include <functional>
#include <map>

using namespace mlir;
using namespace mlc;
using llvm::json::Array;
using llvm::json::Object;

static constexpr int64_t kManifestVersion = 1;

namespace {

/// An object on its way into a file: what it has many of is made one by one as
/// it is written, for as values in memory they take kilobytes each.
class Document {
public:
  using Writer = std::function<void(llvm::json::OStream &)>;
  using Add = llvm::function_ref<void(llvm::json::Value)>;

  void set(StringRef key, llvm::json::Value value) {
    setWriter(key, [value = std::move(value)](llvm::json::OStream &out) {
      out.value(value);
    });
  }
  void setList(StringRef key, std::function<void(Add)> list) {
    setWriter(key, [list = std::move(list)](llvm::json::OStream &out) {
      out.array(
          [&] { list([&](llvm::json::Value value) { out.value(value); }); });
    });
  }
  void setWriter(StringRef key, Writer writer) {
    parts[key.str()] = std::move(writer);
  }

  void write(llvm::json::OStream &out) const {
    out.object([&] {
      for (const auto &[key, writer] : parts) {
        out.attributeBegin(key);
        writer(out);
        out.attributeEnd();
      }
    });
  }

private:
  /// Keys in the order in which JSON values are written.
  std::map<std::string, Writer> parts;
};

} // namespace

// JSON has no numbers that are not finite: they are text, as in JavaScript.
static llvm::json::Value toJSON(double value) {
  if (std::isnan(value))
    return "NaN";
  if (std::isinf(value))
    return value < 0 ? "-Infinity" : "Infinity";
  return value;
}

// Any attribute as JSON, for the metadata that is passed through.
static llvm::json::Value toJSON(Attribute attr) {
  if (auto text = dyn_cast<StringAttr>(attr))
    return llvm::json::fixUTF8(text.getValue());
  if (auto flag = dyn_cast<BoolAttr>(attr))
    return flag.getValue();
  if (auto number = dyn_cast<IntegerAttr>(attr))
    return number.getInt();
  if (auto number = dyn_cast<FloatAttr>(attr))
    return toJSON(number.getValueAsDouble());
  if (isa<UnitAttr>(attr))
    return true;
  if (auto list = dyn_cast<DenseI64ArrayAttr>(attr)) {
    Array array;
    for (int64_t value : list.asArrayRef())
      array.push_back(value);
    return array;
  }
  if (auto list = dyn_cast<ArrayAttr>(attr)) {
    Array array;
    for (Attribute value : list)
      array.push_back(toJSON(value));
    return array;
  }
  if (auto dictionary = dyn_cast<DictionaryAttr>(attr)) {
    Object object;
    for (NamedAttribute entry : dictionary)
      object[llvm::json::fixUTF8(entry.getName())] = toJSON(entry.getValue());
    return object;
  }
  std::string text;
  llvm::raw_string_ostream(text) << attr;
  return llvm::json::fixUTF8(text);
}

template <typename Range> static Array toArray(const Range &values) {
  Array array;
  for (int64_t value : values)
    array.push_back(value);
  return array;
}

static StringRef dataType(Type type) {
  if (type.isF16())
    return "float16";
  if (type.isF32())
    return "float32";
  return "uint8";
}

static Array origin(Location loc) {
  Array array;
  for (StringRef name : layerNames(loc))
    array.push_back(llvm::json::fixUTF8(name));
  return array;
}

// What the file says about the model: attributes `coreml.*` of the module.
static Object describeModel(ModuleOp module) {
  Object model;
  for (NamedAttribute attr : module->getDiscardableAttrs()) {
    StringRef name = attr.getName();
    if (name.consume_front("coreml.") && name != "classLabels")
      model[name] = toJSON(attr.getValue());
  }
  return model;
}

// An input or output: the feature of the file, and the buffer that holds it.
static Object describeFeature(const Program &program, unsigned index) {
  func::FuncOp function = program.function;
  Object object;
  if (auto feature =
          function.getArgAttrOfType<DictionaryAttr>(index, "coreml.feature"))
    object = *toJSON(feature).getAsObject();
  auto type = cast<MemRefType>(function.getArgumentTypes()[index]);
  object["name"] =
      object.getString("name").value_or(program.argumentName(index)).str();
  if (auto declared = object.get("dataType"))
    object["declaredDataType"] = llvm::json::Value(*declared);
  if (auto declared = object.get("shape"))
    object["declaredShape"] = llvm::json::Value(*declared);
  object["dataType"] = dataType(type.getElementType()).str();
  object["shape"] = toArray(type.getShape());
  object["buffer"] = program.argumentName(index).str();
  return object;
}

static Object describeBuffer(StringRef name, StringRef kind, int64_t bytes) {
  return Object{{"name", name.str()}, {"kind", kind}, {"bytes", bytes}};
}

static Array describeWeights(const Program &program) {
  Array array;
  for (const WeightBlob &blob : program.weights->getBlobs()) {
    auto type = cast<MemRefType>(WeightBlob(blob).op.getType());
    array.push_back(Object{{"offset", blob.offset},
                           {"bytes", blob.bytes},
                           {"dataType", dataType(type.getElementType())},
                           {"shape", toArray(type.getShape())},
                           {"origin", origin(WeightBlob(blob).op.getLoc())}});
  }
  return array;
}

static Object describeKernel(metal::KernelOp kernel) {
  Array arguments;
  for (auto [index, parameter] : llvm::enumerate(kernel.getParameters())) {
    auto type = cast<MemRefType>(parameter.getType());
    auto name = cast<StringAttr>(kernel.getParameterNames()[index]);
    Object argument{{"index", int64_t(index)},
                    {"name", name.getValue()},
                    {"access", kernel.getWritten()[index] ? "write" : "read"},
                    {"dataType", dataType(type.getElementType())}};
    // What is run on load takes constants of any length.
    if (type.hasStaticShape())
      argument["bytes"] = memoryRange(parameter).end;
    arguments.push_back(std::move(argument));
  }
  Object object{{"name", kernel.getSymName()},
                {"kind", kernel.getKind()},
                {"arguments", std::move(arguments)},
                {"threadgroupMemoryBytes", kernel.getThreadgroupBytes()}};
  // The attributes of the parameters that follow the buffers, in order.
  Array positions;
  for (StringRef attribute : kernelPositions(kernel))
    positions.push_back(attribute);
  object["positions"] = std::move(positions);
  if (kernel.isCooperative())
    object["cooperative"] = true;
  return object;
}

static Array describeBindings(const Program &program, metal::KernelOp kernel,
                              ValueRange buffers) {
  Array bindings;
  for (auto [index, view] : llvm::enumerate(buffers)) {
    Binding binding = program.binding(view);
    bindings.push_back(
        Object{{"index", int64_t(index)},
               {"buffer", binding.buffer},
               {"offset", binding.offset},
               {"bytes", binding.bytes},
               {"access", kernel.getWritten()[index] ? "write" : "read"}});
  }
  return bindings;
}

// What is run once, when the bundle is loaded.
static Array describeDecoding(const Program &program) {
  Array array;
  for (DecodedWeights decoded : program.weights->getDecoded()) {
    metal::DecodeOp op = decoded.op;
    metal::KernelOp kernel = program.kernel(op.getKernelAttr());
    SmallVector<Value> buffers(op.getConstants());
    buffers.push_back(op.getResult());
    int64_t threads = op.getThreads(), group = op.getGroup(), bytes = 0;
    for (Value buffer : buffers) {
      auto type = cast<MemRefType>(buffer.getType());
      bytes += type.getNumElements() * elementBytes(type);
    }
    array.push_back(
        Object{{"kernel", kernel.getSymName()},
               {"kind", kernel.getKind()},
               {"threads", Array{threads, 1, 1}},
               {"threadgroups",
                Array{int64_t(llvm::divideCeil(threads, group)), 1, 1}},
               {"threadsPerThreadgroup", Array{group, 1, 1}},
               {"bindings", describeBindings(program, kernel, buffers)},
               {"origin", origin(op.getLoc())},
               {"bytes", bytes}});
  }
  return array;
}

// Other sizes of threadgroups that give the same result, for whoever measures
// on a GPU: flatter, squarer, smaller and larger ones. The threads of a
// cooperative group share arrays as long as the group is, so fewer will do;
// simdgroups are counted on.
static Array alternativeGroups(metal::DispatchOp dispatch,
                               metal::KernelOp kernel) {
  ArrayRef<int64_t> grid = dispatch.getThreads(), chosen = dispatch.getGroup();
  SmallVector<SmallVector<int64_t, 3>> sizes;
  auto add = [&](ArrayRef<int64_t> size) {
    if (size != chosen && !llvm::is_contained(sizes, size))
      sizes.emplace_back(size);
  };
  constexpr int64_t kSimdgroup = 32;
  if (kernel.usesSimdgroups())
    return {};
  if (kernel.isCooperative()) {
    for (int64_t part : {2, 4})
      if (chosen[0] / part >= kSimdgroup)
        add({chosen[0] / part, chosen[1], chosen[2]});
  } else {
    // The extent along x and the number of threads.
    constexpr std::pair<int64_t, int64_t> kWanted[] = {
        {32, 64}, {64, 64}, {16, 128}, {8, 64}, {256, 256}, {32, 512}};
    for (auto [x, threads] : kWanted) {
      SmallVector<int64_t, 3> size;
      int64_t most = x, left = threads;
      for (int64_t extent : grid) {
        int64_t whole = llvm::PowerOf2Ceil(extent);
        size.push_back(std::min({whole, most, left}));
        most = left /= size.back();
      }
      add(size);
    }
  }
  Array array;
  for (ArrayRef<int64_t> size : sizes)
    array.push_back(toArray(size));
  return array;
}

static Object describeDispatch(const Program &program,
                               metal::DispatchOp dispatch) {
  metal::KernelOp kernel = program.kernel(dispatch.getKernelAttr());
  Object object{
      {"kernel", kernel.getSymName()},
      {"kind", kernel.getKind()},
      {"threads", toArray(dispatch.getThreads())},
      {"threadgroups", toArray(dispatch.getThreadgroups())},
      {"threadsPerThreadgroup", toArray(dispatch.getGroup())},
      {"bindings", describeBindings(program, kernel, dispatch.getBuffers())},
      {"origin", origin(dispatch.getLoc())},
      {"flops", int64_t(dispatch.getFlops())},
      {"bytes", int64_t(dispatch.getBytes())},
      {"barrierBefore", dispatch.getBarrier()}};
  Object atBest;
  for (const GpuFigures &gpu : knownGpus()) {
    double seconds =
        roofline(dispatch.getFlops(), dispatch.getBytes(), gpu).seconds();
    // Hundredths of a microsecond say enough.
    atBest[gpu.name] = std::round(seconds * 1e8) / 100;
  }
  object["rooflineMicroseconds"] = std::move(atBest);
  if (Array sizes = alternativeGroups(dispatch, kernel); !sizes.empty())
    object["alternativeThreadsPerThreadgroup"] = std::move(sizes);
  if (auto dependencies = dispatch.getDependencies())
    object["dependencies"] = toArray(*dependencies);
  return object;
}

// A number that whoever runs the program reads: where it is.
static Object describeNumber(const Program &program, Value view) {
  auto type = cast<MemRefType>(view.getType());
  Binding binding = program.binding(view);
  // A buffer is bound at an aligned offset, but read where the number is.
  int64_t offset = binding.offset + binding.bytes - elementBytes(type);
  return Object{{"buffer", binding.buffer},
                {"offset", offset},
                {"dataType", dataType(type.getElementType())}};
}

// The order of the dispatches, which are numbered in the order of the text;
// `count` is how many there were so far.
static Array describeSteps(const Program &program, Region &region,
                           int64_t &count, bool &hasControlFlow) {
  Array steps;
  int64_t first = count;
  auto endRun = [&] {
    int64_t last = count;
    if (last > first)
      steps.push_back(Object{{"run", Array{first, last - first}}});
  };
  auto add = [&](Object step) {
    steps.push_back(std::move(step));
    first = count;
    hasControlFlow = true;
  };
  auto describe = [&](Region &inner) {
    return describeSteps(program, inner, count, hasControlFlow);
  };
  for (Operation &op : region.getOps()) {
    if (isa<metal::DispatchOp>(op)) {
      ++count;
    } else if (auto branch = dyn_cast<metal::IfOp>(op)) {
      endRun();
      Object step{{"if", describeNumber(program, branch.getFlag())}};
      step["then"] = describe(branch.getThenRegion());
      step["else"] = describe(branch.getElseRegion());
      add(std::move(step));
    } else if (auto loop = dyn_cast<metal::LoopOp>(op)) {
      endRun();
      Object step;
      Array condition = describe(loop.getCondition());
      if (!condition.empty())
        step["while"] = std::move(condition);
      step["loop"] = describe(loop.getBody());
      if (loop.getCount())
        step["count"] = describeNumber(program, loop.getCount());
      if (loop.getLimit())
        step["limit"] = int64_t(*loop.getLimit());
      add(std::move(step));
    } else if (auto exit = dyn_cast<metal::ExitUnlessOp>(op)) {
      endRun();
      add(Object{{"exitUnless", describeNumber(program, exit.getFlag())}});
    }
  }
  endRun();
  return steps;
}

// The labels of a classifier and the output that holds their probabilities.
static void describeClassifier(ModuleOp module, const Program &program,
                               Document &manifest) {
  Attribute labels = module->getAttr("coreml.classLabels");
  if (!labels)
    return;
  Object classifier{{"labels", toJSON(labels)}};
  for (StringRef name : {"predictedFeatureName", "predictedProbabilitiesName"})
    if (auto text = module->getAttrOfType<StringAttr>(("coreml." + name).str()))
      classifier[name] = llvm::json::fixUTF8(text.getValue());
  func::FuncOp function = program.function;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto feature =
        function.getArgAttrOfType<DictionaryAttr>(i, "coreml.feature");
    auto type = feature ? feature.getAs<StringAttr>("type") : StringAttr();
    auto role = function.getArgAttrOfType<StringAttr>(i, "metal.role");
    // Without a dictionary the label itself holds them.
    if (type && role && role.getValue() == "output" &&
        (type.getValue() == "dictionary" ||
         (!classifier.get("probabilities") &&
          (type.getValue() == "string" || type.getValue() == "int64"))))
      if (auto name = feature.getAs<StringAttr>("name"))
        classifier["probabilities"] = llvm::json::fixUTF8(name.getValue());
  }
  manifest.set("classifier", std::move(classifier));
}

// What differs from one set of input shapes to another.
static Document describeProgram(const Program &program) {
  func::FuncOp function = program.function;
  Array inputs, outputs, buffers;
  metal::ArenaOp arena = program.arena;
  int64_t arenaBytes = arena ? arena.getBytes() : 0;
  int64_t lowerBound = arena ? arena.getLowerBound() : 0;
  int64_t weightBytes = program.weights->getBytes();
  buffers.push_back(describeBuffer("arena", "arena", arenaBytes));
  buffers.push_back(describeBuffer("weights", "weights", weightBytes));
  int64_t decodedBytes = program.weights->getDecodedBytes();
  if (decodedBytes)
    buffers.push_back(describeBuffer("decoded", "decoded", decodedBytes));
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto role = function.getArgAttrOfType<StringAttr>(i, "metal.role");
    bool isOutput = role && role.getValue() == "output";
    auto type = cast<MemRefType>(function.getArgumentTypes()[i]);
    buffers.push_back(
        describeBuffer(program.argumentName(i), isOutput ? "output" : "input",
                       type.getNumElements() * elementBytes(type)));
    (isOutput ? outputs : inputs).push_back(describeFeature(program, i));
  }
  bool hasControlFlow = false;
  int64_t count = 0;
  Array steps =
      describeSteps(program, function.getBody(), count, hasControlFlow);
  Object memory{{"arenaBytes", arenaBytes},
                {"lowerBoundBytes", lowerBound},
                {"weightBytes", weightBytes}};
  if (decodedBytes)
    memory["decodedBytes"] = decodedBytes;
  Document object;
  object.set("inputs", std::move(inputs));
  object.set("outputs", std::move(outputs));
  object.set("buffers", std::move(buffers));
  object.set("memory", std::move(memory));
  if (hasControlFlow)
    object.set("steps", std::move(steps));
  object.setList("dispatches", [program](auto add) {
    func::FuncOp function = program.function;
    function.walk<WalkOrder::PreOrder>([&](metal::DispatchOp dispatch) {
      add(describeDispatch(program, dispatch));
    });
  });
  return object;
}

Object mlc::describeFile(StringRef contents) {
  return Object{{"bytes", int64_t(contents.size())},
                {"xxh3", contentHash(contents)}};
}

LogicalResult mlc::emitManifest(ModuleOp module, raw_ostream &os,
                                Object files) {
  std::vector<Program> programs;
  if (failed(readPrograms(module, programs)))
    return failure();
  const Program &first = programs.front();
  auto precision = module->getAttrOfType<StringAttr>("metal.precision");
  Document manifest = describeProgram(first);
  manifest.set("version", kManifestVersion);
  manifest.set("generator", "mlc");
  manifest.set("model", describeModel(module));
  manifest.set("precision", precision ? precision.getValue() : "f16");
  manifest.set("floatingPoint", Object{{"fastMath", false}});
  for (auto kernel : module.getOps<metal::KernelOp>())
    if (kernel.usesSimdgroups())
      manifest.set("gpuFamily", gpuFamilyName(kFirstWithSimdgroupMatrices));
  manifest.set("weights", describeWeights(first));
  manifest.setList("kernels", [module](auto add) {
    for (auto kernel : ModuleOp(module).getOps<metal::KernelOp>())
      add(describeKernel(kernel));
  });
  if (Array decoding = describeDecoding(first); !decoding.empty())
    manifest.set("decode", std::move(decoding));
  if (auto layers = module->getAttrOfType<ArrayAttr>(nn::kFloatLayersAttr))
    manifest.set("floatLayers", toJSON(layers));
  std::vector<Document> variants;
  for (const Program &other : llvm::drop_begin(programs))
    variants.push_back(describeProgram(other));
  if (!variants.empty())
    manifest.setWriter("variants", [&](llvm::json::OStream &out) {
      out.array([&] {
        for (const Document &variant : variants)
          variant.write(out);
      });
    });
  describeClassifier(module, first, manifest);
  if (!files.empty())
    manifest.set("files", std::move(files));
  llvm::json::OStream out(os, /*IndentSize=*/2);
  manifest.write(out);
  os << "\n";
  return success();
}
