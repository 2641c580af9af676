// Editor support for the text of mlc's dialects.
#include "mlc/InitAll.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlc::registerDialects(registry);
  return failed(mlir::MlirLspServerMain(argc, argv, registry));
}
