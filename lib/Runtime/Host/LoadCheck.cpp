// What a shared library runs when it is loaded, from its ELF file.
#include "Sandbox.h"

#include "llvm/Object/ELFObjectFile.h"

using namespace llvm;
using namespace mlc;

#ifdef __linux__

// Initialisers, and functions that choose among functions.
static Expected<bool> runsOnLoad(const object::ELF64LEObjectFile &file) {
  auto entries = file.getELFFile().dynamicEntries();
  if (!entries)
    return entries.takeError();
  for (const auto &entry : *entries)
    switch (entry.getTag()) {
    case ELF::DT_INIT:
    case ELF::DT_INIT_ARRAY:
    case ELF::DT_PREINIT_ARRAY:
      return true;
    }
  for (const object::SectionRef &section : file.sections())
    for (const object::RelocationRef &relocation : section.relocations())
      if (is_contained({uint64_t(ELF::R_X86_64_IRELATIVE),
                        uint64_t(ELF::R_AARCH64_IRELATIVE)},
                       relocation.getType()))
        return true;
  for (const object::ELFSymbolRef symbol : file.getDynamicSymbolIterators())
    if (symbol.getELFType() == ELF::STT_GNU_IFUNC)
      return true;
  return false;
}

Error mlc::checkNothingRunsOnLoad(StringRef path) {
  auto file = object::ObjectFile::createObjectFile(path);
  if (!file)
    return file.takeError();
  auto *elf = dyn_cast<object::ELF64LEObjectFile>(file->getBinary());
  Expected<bool> runs = elf ? runsOnLoad(*elf) : Expected<bool>(true);
  if (!runs)
    return runs.takeError();
  if (*runs)
    return createStringError(
        "kernels.metal: has code that would run when it is "
        "loaded");
  return Error::success();
}

#else

Error mlc::checkNothingRunsOnLoad(StringRef) { return Error::success(); }

#endif
