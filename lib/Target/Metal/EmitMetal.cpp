// All kernels of a module as one Metal file.
#include "KernelPrinter.h"
#include "Prelude.h"
#include "mlc/Target/Metal/Metal.h"

using namespace mlir;

LogicalResult mlc::emitMetal(ModuleOp module, raw_ostream &os) {
  // The prelude holds what the kernels use, so they are printed first.
  std::string kernels;
  llvm::raw_string_ostream out(kernels);
  for (auto kernel : module.getOps<metal::KernelOp>())
    if (failed(KernelPrinter(kernel, out).print()))
      return failure();
  printPrelude(kernels, os);
  os << kernels;
  return success();
}
