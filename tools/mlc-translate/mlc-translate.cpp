// Steps in from a file and out to a file: model, kernels, manifest.
#include "mlc/InitAll.h"
#include "mlc/MLModel/Export.h"
#include "mlc/MLModel/Import.h"
#include "mlc/Support/ToolMain.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  return mlc::runTool(argc, argv, [](int argc, char **argv) -> int {
    mlc::registerImportMLModel();
    mlc::registerExportMLModel();
    mlc::registerToMetalTranslations();
    return failed(
        mlir::mlirTranslateMain(argc, argv, "mlc translation driver"));
  });
}
