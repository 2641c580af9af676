// mlc inspect MODEL|BUNDLE
#include "Inspect.h"

#include "mlc/MLModel/Check.h"
#include "mlc/MLModel/Description.h"
#include "mlc/Runtime/Bundle.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Findings.h"
#include "mlc/Tool/Tool.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::SubCommand command("inspect", "show what is in a model or bundle");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL|BUNDLE"),
                                  cl::Required, cl::sub(command));
static cl::opt<bool> layers("layers", cl::desc("list the layers"),
                            cl::sub(command));
static cl::opt<bool> check("check",
                           cl::desc("would Core ML load this model? One line "
                                    "for each rule that it breaks"),
                           cl::sub(command));
static cl::opt<bool> cost("cost",
                          cl::desc("what each dispatch costs at best on a GPU"),
                          cl::sub(command));
static cl::opt<std::string> gpuName("gpu", cl::desc("the GPU of --cost"),
                                    cl::value_desc("NAME"), cl::init("M1"),
                                    cl::sub(command));
static mlc::PrecisionOption precision(command);
static mlc::InputShapeOption inputShapes(command);
static cl::opt<bool> json("json",
                          cl::desc("print JSON (docs/inspect.schema.json; of a "
                                   "bundle its manifest)"),
                          cl::sub(command));

// What could be read comes first, then what is wrong with it.
static int inspectModel() {
  mlc::ToolContext context;
  SmallVector<std::pair<Location, std::string>> errors;
  ScopedDiagnosticHandler handler(*context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return failure();
    errors.emplace_back(diagnostic.getLocation(), diagnostic.str());
    return success();
  });
  auto described =
      mlc::loadDescription(model, *context, inputShapes.get(), layers);
  if (!described)
    return mlc::reportError(described.takeError());
  llvm::json::Object &description = described->description;
  std::vector<mlc::Finding> findings;
  if (described->module)
    findings = mlc::findIn(*described->module);
  description["remarks"] = mlc::findingsAsJson(findings);
  if (json)
    llvm::outs() << llvm::formatv("{0:2}",
                                  llvm::json::Value(std::move(description)))
                 << "\n";
  else
    mlc::printDescription(description, layers, llvm::outs());
  if (!json)
    for (const mlc::Finding &finding : findings)
      llvm::outs() << (finding.isWarning ? "warning: " : "remark: ")
                   << finding.text << "\n";
  llvm::outs().flush();
  for (auto &[location, text] : errors)
    return mlc::reportError(mlc::placeOf(location) +
                            StringRef(text).split('\n').first);
  return 0;
}

// Whether Core ML would load it; the exit status says so, too.
static int checkFile() {
  auto broken = mlc::checkModelFile(model);
  if (!broken)
    return mlc::reportError(broken.takeError());
  if (json) {
    llvm::json::Array list;
    for (const mlc::BrokenRule &rule : *broken)
      list.push_back(
          llvm::json::Object{{"rule", rule.rule},
                             {"where", llvm::json::fixUTF8(rule.where)},
                             {"message", llvm::json::fixUTF8(rule.message)}});
    llvm::json::Object object{{"brokenRules", std::move(list)}};
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(object)))
                 << "\n";
  } else {
    for (const mlc::BrokenRule &rule : *broken)
      llvm::outs() << rule.text() << " [" << rule.rule << "]\n";
    if (broken->empty())
      llvm::outs() << "no rule of the specification is broken\n";
  }
  return broken->empty() ? 0 : 1;
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
  if (check)
    if (llvm::Error error = mlc::requireModel("inspect --check", model))
      return error;
  if (check)
    if (llvm::Error error =
            mlc::rejectOptions({&layers}, "has no effect with --check"))
      return error;
  return mlc::rejectOptions({&gpuName}, "is for --cost");
}

static int run() {
  if (llvm::Error error = checkOptions())
    return mlc::reportError(std::move(error));
  if (check)
    return checkFile();
  if (cost)
    return mlc::inspectCost(model, precision.get(), inputShapes.get(), gpuName,
                            json);
  if (mlc::isBundle(model))
    return mlc::inspectBundle(model, inputShapes.get(), json);
  return inspectModel();
}

mlc::Command mlc::inspectCommand() { return {&command, run}; }
