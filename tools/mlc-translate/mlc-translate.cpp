// Steps in from a file and out to a file: model, kernels, manifest.
#include "mlc/InitAll.h"
#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  return failed(
      mlir::mlirTranslateMain(argc, argv, "mlc translation driver"));
}
