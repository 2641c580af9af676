#include "mlc/Tool/Profile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace mlc;

void mlc::printProfile(const Bundle &bundle, llvm::ArrayRef<double> seconds,
                       llvm::raw_ostream &os) {
  llvm::SmallVector<unsigned> order;
  double total = 0;
  for (unsigned i = 0; i < seconds.size(); ++i) {
    order.push_back(i);
    total += seconds[i];
  }
  llvm::sort(order,
             [&](unsigned a, unsigned b) { return seconds[a] > seconds[b]; });
  os << "      ms     %   GFLOP/s    GB/s  kernel (layers)\n";
  for (unsigned i : order) {
    const BundleDispatch &dispatch = bundle.dispatches[i];
    os << llvm::format("%8.3f %5.1f %9.1f %7.1f  ", seconds[i] * 1e3,
                       100 * seconds[i] / total,
                       dispatch.flops / seconds[i] * 1e-9,
                       dispatch.bytes / seconds[i] * 1e-9)
       << bundle.kernels[dispatch.kernel].name << " ("
       << llvm::join(dispatch.origin, ", ") << ")\n";
  }
  os << llvm::format("%8.3f ms in all\n", total * 1e3);
}

llvm::json::Array mlc::profileAsJson(const Bundle &bundle,
                                     llvm::ArrayRef<double> seconds) {
  llvm::json::Array result;
  for (auto [dispatch, time] : llvm::zip(bundle.dispatches, seconds))
    result.push_back(
        llvm::json::Object{{"kernel", bundle.kernels[dispatch.kernel].name},
                           {"kind", dispatch.kind},
                           {"ms", time * 1e3},
                           {"flops", dispatch.flops},
                           {"bytes", dispatch.bytes},
                           {"layers", llvm::json::Array(dispatch.origin)}});
  return result;
}
