// Several shapes in one bundle: the programs of all share kernels and weights.
#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

// The text of a kernel under a name that all have.
static std::string textOf(metal::KernelOp kernel) {
  metal::KernelOp anonymous = kernel.clone();
  anonymous.setSymName("kernel");
  std::string text;
  llvm::raw_string_ostream out(text);
  anonymous->print(out, OpPrintingFlags()
                            .enableDebugInfo(false)
                            .useLocalScope()
                            .assumeVerified());
  anonymous.erase();
  return text;
}

void mlc::addVariant(ModuleOp module, ModuleOp other) {
  SymbolTable symbols(module);
  llvm::StringMap<metal::KernelOp> known;
  for (auto kernel : module.getOps<metal::KernelOp>())
    known[textOf(kernel)] = kernel;
  auto functions = llvm::to_vector(other.getOps<func::FuncOp>());
  // The kernels that are there already, or move over under a free name.
  llvm::StringMap<FlatSymbolRefAttr> names;
  for (auto kernel :
       llvm::make_early_inc_range(other.getOps<metal::KernelOp>())) {
    StringRef name = kernel.getSymName();
    metal::KernelOp &same = known[textOf(kernel)];
    if (!same) {
      std::string old = name.str();
      kernel->remove();
      symbols.insert(kernel); // gives it a free name
      same = kernel;
      names[old] = FlatSymbolRefAttr::get(kernel);
    } else {
      names[name] = FlatSymbolRefAttr::get(same);
    }
  }
  Operation *last = nullptr;
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    last = function;
  for (func::FuncOp function : functions) {
    function.walk([&](metal::DispatchOp dispatch) {
      dispatch.setKernelAttr(names.lookup(dispatch.getKernel()));
    });
    function->remove();
    symbols.insert(function, std::next(Block::iterator(last)));
    last = function;
  }
}
