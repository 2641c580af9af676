// mlc-translate --export-mlmodel.

#include "Model.pb.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/MLModel/Export.h"
#include "mlc/MLModel/MLModel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-translate/Translation.h"

using namespace mlir;

static LogicalResult write(ModuleOp module, mlc::ModelForm form,
                           raw_ostream &os) {
  auto model = mlc::exportModel(module);
  if (!model)
    return failure();
  if (llvm::Error error = mlc::writeModel(*model, form, os))
    return module.emitError() << llvm::toString(std::move(error));
  return success();
}

static void registerDialects(DialectRegistry &registry) {
  registry.insert<coreml::CoreMLDialect, func::FuncDialect>();
}

void mlc::registerExportMLModel() {
  static TranslateFromMLIRRegistration binary(
      "export-mlmodel",
      "the coreml dialect as a Core ML model; layer names are locations",
      [](ModuleOp module, raw_ostream &os) {
        return write(module, ModelForm::Binary, os);
      },
      registerDialects);
  static TranslateFromMLIRRegistration text(
      "export-mlmodel-text", "the same in protobuf's text form",
      [](ModuleOp module, raw_ostream &os) {
        return write(module, ModelForm::Text, os);
      },
      registerDialects);
}
