// mlc inspect MODEL|BUNDLE
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Runtime/Bundle.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Cost.h"
#include "mlc/Tool/Findings.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/Tool.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
namespace cl = llvm::cl;
using llvm::json::Array;
using llvm::json::Object;

static cl::SubCommand command("inspect", "show what is in a model or bundle");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL|BUNDLE"),
                                  cl::Required, cl::sub(command));
static cl::opt<bool> layers("layers", cl::desc("list the layers"),
                            cl::sub(command));
static cl::opt<bool> cost("cost",
                          cl::desc("what each dispatch costs at best on a GPU"),
                          cl::sub(command));
static cl::opt<std::string> gpuName("gpu", cl::desc("the GPU of --cost"),
                                    cl::value_desc("NAME"), cl::init("M1"),
                                    cl::sub(command));
static mlc::PrecisionOption precision(command);
static mlc::InputShapeOption inputShapes(command);
static cl::opt<bool> json("json", cl::desc("print JSON"), cl::sub(command));

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

static std::string shapeText(Type type) {
  std::string text;
  for (int64_t extent : cast<ShapedType>(type).getShape())
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

// How many numbers the weights of a layer are.
static int64_t numParameters(Operation &op) {
  int64_t count = 0;
  for (NamedAttribute attr : op.getAttrDictionary())
    if (auto elements = dyn_cast<ElementsAttr>(attr.getValue());
        elements && !isa<DenseArrayAttr>(attr.getValue()))
      count += elements.getNumElements();
  return count;
}

// "100...1920", from a SizeRange.
static std::string rangeText(DictionaryAttr range) {
  auto number = [&](StringRef name) {
    auto attr = range ? range.getAs<IntegerAttr>(name) : IntegerAttr();
    return attr ? attr.getInt() : 0;
  };
  int64_t low = number("lowerBound"), high = number("upperBound");
  if (low == high)
    return std::to_string(low);
  return std::to_string(low) +
         (high < 0 ? " or more" : "..." + std::to_string(high));
}

// What else the file allows for a flexible feature, as the feature has it.
static std::string flexibilityText(DictionaryAttr feature) {
  std::vector<std::string> parts;
  if (auto range = feature.getAs<DictionaryAttr>("imageSizeRange"))
    return rangeText(range.getAs<DictionaryAttr>("heightRange")) + " x " +
           rangeText(range.getAs<DictionaryAttr>("widthRange"));
  if (auto range = feature.getAs<DictionaryAttr>("shapeRange")) {
    if (auto sizes = range.getAs<ArrayAttr>("sizeRanges"))
      for (Attribute size : sizes)
        parts.push_back(rangeText(cast<DictionaryAttr>(size)));
    return llvm::join(parts, " x ");
  }
  auto list = [&](StringRef outer, StringRef inner) {
    auto holder = feature.getAs<DictionaryAttr>(outer);
    return holder ? holder.getAs<ArrayAttr>(inner) : ArrayAttr();
  };
  auto join = [](ArrayRef<int64_t> shape) {
    return llvm::join(
        llvm::map_range(shape, [](int64_t i) { return std::to_string(i); }),
        "x");
  };
  if (ArrayAttr sizes = list("enumeratedSizes", "sizes"))
    for (auto size : sizes.getAsRange<DictionaryAttr>())
      parts.push_back(join({size.getAs<IntegerAttr>("height").getInt(),
                            size.getAs<IntegerAttr>("width").getInt()}));
  if (ArrayAttr shapes = list("enumeratedShapes", "shapes"))
    for (auto shape : shapes.getAsRange<DictionaryAttr>())
      parts.push_back(join(shape.getAs<DenseI64ArrayAttr>("shape")));
  return llvm::join(parts, ", ");
}

static Object describeFeature(DictionaryAttr feature, Type type) {
  Object object{{"shape", shapeText(type)}};
  if (std::string others = feature ? flexibilityText(feature) : "";
      !others.empty())
    object["flexible"] = others;
  if (feature)
    for (NamedAttribute entry : feature)
      if (auto text = dyn_cast<StringAttr>(entry.getValue()))
        object[entry.getName().getValue()] =
            llvm::json::fixUTF8(text.getValue());
  return object;
}

static Object describeModel(ModuleOp module) {
  func::FuncOp main = *module.getOps<func::FuncOp>().begin();
  Object object;
  for (NamedAttribute attr : module->getDiscardableAttrs())
    if (auto text = dyn_cast<StringAttr>(attr.getValue()))
      object[attr.getName().getValue().drop_front(strlen("coreml."))] =
          llvm::json::fixUTF8(text.getValue());
  if (auto metadata = module->getAttrOfType<DictionaryAttr>("coreml.metadata"))
    for (NamedAttribute entry : metadata)
      if (auto text = dyn_cast<StringAttr>(entry.getValue()))
        object[entry.getName().getValue()] =
            llvm::json::fixUTF8(text.getValue());
  Array inputs, outputs, list;
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    inputs.push_back(describeFeature(
        main.getArgAttrOfType<DictionaryAttr>(i, "coreml.feature"),
        main.getArgumentTypes()[i]));
  for (unsigned i = 0; i < main.getNumResults(); ++i)
    outputs.push_back(describeFeature(
        main.getResultAttrOfType<DictionaryAttr>(i, "coreml.feature"),
        main.getResultTypes()[i]));
  int64_t parameters = 0;
  llvm::MapVector<StringRef, int64_t> counts;
  for (Operation &op : main.getBody().front().without_terminator()) {
    parameters += numParameters(op);
    ++counts[op.getName().stripDialect()];
    if (layers) {
      Array shapes;
      for (Type type : op.getResultTypes())
        shapes.push_back(shapeText(type));
      list.push_back(Object{{"name", mlc::layerList(op.getLoc())},
                            {"type", op.getName().stripDialect()},
                            {"shapes", std::move(shapes)},
                            {"parameters", numParameters(op)}});
    }
  }
  Object types;
  for (auto [type, count] : counts)
    types[type] = count;
  object["inputs"] = std::move(inputs);
  object["outputs"] = std::move(outputs);
  object["layerTypes"] = std::move(types);
  object["parameters"] = parameters;
  if (layers)
    object["layers"] = std::move(list);
  return object;
}

static void printFeatures(StringRef title, const Array &features) {
  for (const llvm::json::Value &value : features) {
    const Object &feature = *value.getAsObject();
    llvm::outs() << title << " '" << feature.getString("name").value_or("")
                 << "': " << feature.getString("type").value_or("tensor") << " "
                 << feature.getString("shape").value_or("");
    if (auto space = feature.getString("colorSpace"))
      llvm::outs() << " " << *space;
    if (auto others = feature.getString("flexible"))
      llvm::outs() << ", flexible: " << *others;
    if (auto text = feature.getString("shortDescription");
        text && !text->empty())
      llvm::outs() << " (" << *text << ")";
    llvm::outs() << "\n";
  }
}

static void printModel(const Object &object) {
  for (const char *key :
       {"kind", "shortDescription", "author", "license", "versionString"})
    if (auto text = object.getString(key); text && !text->empty())
      llvm::outs() << key << ": " << *text << "\n";
  printFeatures("input", *object.getArray("inputs"));
  printFeatures("output", *object.getArray("outputs"));
  llvm::outs() << "layers:";
  for (const auto &[type, count] : *object.getObject("layerTypes"))
    llvm::outs() << " " << type << " " << count.getAsInteger().value_or(0)
                 << ";";
  llvm::outs() << "\nparameters: "
               << object.getInteger("parameters").value_or(0) << "\n";
  const Array *list = object.getArray("layers");
  if (!list)
    return;
  for (const auto &[index, value] : llvm::enumerate(*list)) {
    const Object &layer = *value.getAsObject();
    std::string shapes;
    for (const llvm::json::Value &shape : *layer.getArray("shapes"))
      shapes += (shapes.empty() ? "" : ", ") + shape.getAsString()->str();
    llvm::outs() << llvm::formatv("{0,4}  {1,-16} {2,-20} {3,10}  {4}\n", index,
                                  *layer.getString("type"), shapes,
                                  layer.getInteger("parameters").value_or(0),
                                  *layer.getString("name"));
  }
}

//===----------------------------------------------------------------------===//
// Bundles
//===----------------------------------------------------------------------===//

static int inspectBundle() {
  auto bundle = mlc::readBundle(model, {}, inputShapes.get());
  if (!bundle)
    return mlc::reportError(bundle.takeError());
  if (json) {
    llvm::outs() << llvm::formatv("{0:2}", bundle->manifest) << "\n";
    return 0;
  }
  if (bundle->numVariants > 1)
    llvm::outs() << "variant " << bundle->variant + 1 << " of "
                 << bundle->numVariants << " (--input-shape chooses)\n";
  auto print = [](StringRef title, const mlc::BundleFeature &feature) {
    llvm::outs() << title << " '" << feature.name << "': " << feature.type
                 << " "
                 << llvm::join(llvm::map_range(
                                   feature.shape,
                                   [](int64_t i) { return std::to_string(i); }),
                               "x")
                 << "\n";
  };
  for (const mlc::BundleFeature &feature : bundle->inputs)
    print("input", feature);
  for (const mlc::BundleFeature &feature : bundle->outputs)
    print("output", feature);
  const Object *memory = bundle->manifest.getAsObject()->getObject("memory");
  if (memory)
    llvm::outs() << "arena: " << memory->getInteger("arenaBytes").value_or(0)
                 << " bytes (lower bound "
                 << memory->getInteger("lowerBoundBytes").value_or(0)
                 << "), weights: "
                 << memory->getInteger("weightBytes").value_or(0)
                 << " bytes, precision " << bundle->precision << "\n";
  if (memory && !bundle->decode.empty())
    llvm::outs() << "decoded when loaded: " << bundle->decode.size()
                 << " weights, "
                 << memory->getInteger("decodedBytes").value_or(0)
                 << " bytes\n";
  for (auto [index, dispatch] : llvm::enumerate(bundle->dispatches))
    llvm::outs() << llvm::formatv("{0,4}  {1,-14} {2,-36} {3}\n", index,
                                  dispatch.kind,
                                  bundle->kernels[dispatch.kernel].name,
                                  llvm::join(dispatch.origin, ", "));
  return 0;
}

// Of a bundle, or of a model as it would be compiled.
static int inspectCost() {
  const mlc::GpuFigures *gpu = mlc::findGpu(gpuName);
  if (!gpu)
    return mlc::reportError(
        "no figures for the GPU '" + gpuName + "'; known are " +
        llvm::join(llvm::map_range(
                       mlc::knownGpus(),
                       [](const mlc::GpuFigures &g) { return g.name.str(); }),
                   ", "));
  auto disk =
      mlc::BundleOnDisk::open(model, precision.get(), inputShapes.get());
  if (!disk)
    return mlc::reportError(disk.takeError());
  auto bundle = mlc::readBundle(disk->path(), {}, inputShapes.get());
  if (!bundle)
    return mlc::reportError(bundle.takeError());
  mlc::printCosts(*bundle, *gpu, llvm::outs());
  return 0;
}

// The options that have an effect only with others.
static llvm::Error checkOptions() {
  if (cost)
    return precision.check(model);
  if (llvm::Error error = precision.reject("is for --cost"))
    return error;
  if (mlc::isBundle(model))
    if (llvm::Error error = mlc::rejectCustomLayers("is for models"))
      return error;
  return mlc::rejectOptions({&gpuName}, "is for --cost");
}

static int run() {
  if (llvm::Error error = checkOptions())
    return mlc::reportError(std::move(error));
  if (cost)
    return inspectCost();
  if (mlc::isBundle(model))
    return inspectBundle();
  mlc::ToolContext context;
  OwningOpRef<ModuleOp> module =
      mlc::loadModel(model, *context, inputShapes.get());
  if (!module)
    return 1;
  Object object = describeModel(*module);
  std::vector<mlc::Finding> findings = mlc::findIn(*module);
  object["remarks"] = mlc::findingsAsJson(findings);
  if (json)
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(object)))
                 << "\n";
  else
    printModel(object);
  if (!json)
    for (const mlc::Finding &finding : findings)
      llvm::outs() << (finding.isWarning ? "warning: " : "remark: ")
                   << finding.text << "\n";
  return 0;
}

mlc::Command mlc::inspectCommand() { return {&command, run}; }
