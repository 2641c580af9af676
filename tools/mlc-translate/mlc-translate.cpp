// Steps in from a file and out to a file: model, kernels, manifest.
#include "mlc/InitAll.h"
#include "mlc/MLModel/Export.h"
#include "mlc/MLModel/Import.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  mlc::registerImportMLModel();
  mlc::registerExportMLModel();
  mlc::registerToMetalTranslations();
  return failed(mlir::mlirTranslateMain(argc, argv, "mlc translation driver"));
}
