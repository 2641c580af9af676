// Which of Apple's GPUs a bundle may be made for, and what they can do.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace mlc {

/// Apple's GPU families, as Metal names them. `Any` asks for nothing that some
/// GPU lacks: such bundles run everywhere.
enum class GpuFamily { Any = 0, Apple6 = 6, Apple7, Apple8, Apple9 };

/// The family called `name` (`any`, `apple6`, ...).
std::optional<GpuFamily> findGpuFamily(llvm::StringRef name);
/// Its name.
std::string gpuFamilyName(GpuFamily family);
/// All their names, for messages.
llvm::StringRef gpuFamilyNames();

/// The first family with matrices that a simdgroup shares (A14, M1).
constexpr GpuFamily kFirstWithSimdgroupMatrices = GpuFamily::Apple7;
inline bool hasSimdgroupMatrices(GpuFamily family) {
  return family >= kFirstWithSimdgroupMatrices;
}

} // namespace mlc
