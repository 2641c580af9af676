// mlc-translate --import-mlmodel.

#include "Model.pb.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/MLModel/CustomLayers.h"
#include "mlc/MLModel/Import.h"
#include "mlc/MLModel/MLModel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

/// Reports a fault of the file, at its line if it is text.
static void report(llvm::Error error, MLIRContext *context) {
  llvm::handleAllErrors(
      std::move(error),
      [&](mlc::ModelFileError &fault) {
        if (fault.getLine() == 0) {
          emitError(UnknownLoc::get(context))
              << fault.getFile() << ": " << fault.getMessage();
          return;
        }
        emitError(FileLineColLoc::get(context, fault.getFile(), fault.getLine(),
                                      fault.getColumn()))
            << fault.getMessage();
      },
      [&](const llvm::ErrorInfoBase &other) {
        emitError(UnknownLoc::get(context)) << other.message();
      });
}

void mlc::registerImportMLModel() {
  static llvm::cl::opt<bool> keepFileForm(
      "keep-file-form",
      llvm::cl::desc("keep what only the export needs, so that it gives an "
                     "equal file"));
  static llvm::cl::list<std::string> shapeTexts(
      "input-shape", llvm::cl::desc("the shape of a flexible input"),
      llvm::cl::value_desc("NAME=SIZExSIZE..."));
  static llvm::cl::opt<std::string> customLayers(
      "custom-layers",
      llvm::cl::desc("the folder that describes a model's custom layers"),
      llvm::cl::value_desc("DIR"));
  static TranslateToMLIRRegistration registration(
      "import-mlmodel", "import a Core ML model, binary or text",
      [](llvm::SourceMgr &sources,
         MLIRContext *context) -> OwningOpRef<Operation *> {
        const llvm::MemoryBuffer *buffer =
            sources.getMemoryBuffer(sources.getMainFileID());
        auto model = readModel(buffer->getMemBufferRef());
        if (!model) {
          report(model.takeError(), context);
          return nullptr;
        }
        auto shapes = parseInputShapes(shapeTexts);
        llvm::Error error =
            shapes
                ? shapes->size() == 1
                      ? setInputShapes(**model, shapes->front())
                      : llvm::createStringError("--input-shape is there twice "
                                                "for one input")
                : shapes.takeError();
        if (error) {
          report(std::move(error), context);
          return nullptr;
        }
        if (!customLayers.empty())
          error = useCustomLayers(customLayers, context);
        if (error) {
          report(std::move(error), context);
          return nullptr;
        }
        ImportOptions options;
        options.keepFileForm = keepFileForm;
        return importModel(std::move(*model), context, options);
      },
      [](DialectRegistry &registry) {
        registry.insert<coreml::CoreMLDialect, func::FuncDialect>();
      });
}
