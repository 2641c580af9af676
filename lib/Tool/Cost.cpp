#include "mlc/Tool/Cost.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace mlc;

void mlc::printCosts(const Bundle &bundle, const GpuFigures &gpu,
                     llvm::raw_ostream &os) {
  os << "at best on " << gpu.name
     << llvm::format(" (%.1f TFLOP/s, %.0f GB/s)\n\n", gpu.teraflops,
                     gpu.gigabytesPerSecond)
     << "   Mflop      KiB        us  bound by  kernel (layers)\n";
  double seconds = 0, flops = 0, bytes = 0;
  for (const BundleDispatch &dispatch : bundle.dispatches) {
    Roofline time = roofline(dispatch.flops, dispatch.bytes, gpu);
    seconds += time.seconds();
    flops += double(dispatch.flops);
    bytes += double(dispatch.bytes);
    os << llvm::format("%8.2f %8.1f %9.2f  %-8s  ", dispatch.flops * 1e-6,
                       dispatch.bytes / 1024.0, time.seconds() * 1e6,
                       time.isMemoryBound() ? "memory" : "compute")
       << bundle.kernels[dispatch.kernel].name << " ("
       << llvm::join(dispatch.origin, ", ") << ")\n";
  }
  os << llvm::format("%8.2f %8.1f %9.2f  in all\n", flops * 1e-6,
                     bytes / 1024.0, seconds * 1e6);
}

llvm::json::Object mlc::describeCosts(const Bundle &bundle,
                                      const GpuFigures &gpu) {
  using llvm::json::Array;
  using llvm::json::Object;
  Array dispatches;
  double seconds = 0;
  int64_t flops = 0, bytes = 0;
  for (const BundleDispatch &dispatch : bundle.dispatches) {
    Roofline time = roofline(dispatch.flops, dispatch.bytes, gpu);
    seconds += time.seconds();
    flops += dispatch.flops;
    bytes += dispatch.bytes;
    Array layers;
    for (const std::string &layer : dispatch.origin)
      layers.push_back(llvm::json::fixUTF8(layer));
    dispatches.push_back(
        Object{{"kernel", bundle.kernels[dispatch.kernel].name},
               {"kind", dispatch.kind},
               {"layers", std::move(layers)},
               {"flops", dispatch.flops},
               {"bytes", dispatch.bytes},
               {"microseconds", time.seconds() * 1e6},
               {"boundBy", time.isMemoryBound() ? "memory" : "compute"}});
  }
  return Object{{"gpu", Object{{"name", gpu.name},
                               {"teraflops", gpu.teraflops},
                               {"gigabytesPerSecond", gpu.gigabytesPerSecond}}},
                {"dispatches", std::move(dispatches)},
                {"total", Object{{"flops", flops},
                                 {"bytes", bytes},
                                 {"microseconds", seconds * 1e6}}}};
}
