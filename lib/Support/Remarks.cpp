#include "mlc/Support/Remarks.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

// Passes over functions run side by side, so a remark says which function it
// is about: the order of remarks of one function alone is certain.
static remark::RemarkOpts describe(Operation *op, StringRef pass) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  return remark::RemarkOpts::name(pass).category(pass).function(
      function ? function.getName() : StringRef());
}

// Layers of a chain that became one kernel are all named, so the text is made
// only for a listener.
static void write(remark::detail::InFlightRemark remark, Operation *op,
                  mlc::RemarkText text) {
  if (!remark)
    return;
  std::string words = text();
  remark << "layer '" + mlc::layerList(op->getLoc()) + "': " + words;
}

void mlc::emitPassed(Operation *op, StringRef pass, RemarkText what) {
  write(remark::passed(op->getLoc(), describe(op, pass)), op, what);
}

void mlc::emitMissed(Operation *op, StringRef pass, RemarkText reason) {
  write(remark::missed(op->getLoc(), describe(op, pass)), op, reason);
}

void mlc::emitPassed(Operation *op, StringRef pass, const llvm::Twine &what) {
  emitPassed(op, pass, [&] { return what.str(); });
}

void mlc::emitMissed(Operation *op, StringRef pass, const llvm::Twine &reason) {
  emitMissed(op, pass, [&] { return reason.str(); });
}
