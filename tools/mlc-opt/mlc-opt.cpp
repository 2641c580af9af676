// Runs passes on the text of any of mlc's dialects.
#include "mlc/InitAll.h"
#include "mlc/Support/ToolMain.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  return mlc::runTool(argc, argv, [](int argc, char **argv) {
    mlir::DialectRegistry registry;
    mlc::registerDialects(registry);
    mlc::registerPasses();
    return mlir::asMainReturnCode(
        mlir::MlirOptMain(argc, argv, "mlc optimizer driver\n", registry));
  });
}
