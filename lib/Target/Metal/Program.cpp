// Reading a planned program: where its weights go in the file, and what its
// dispatches bind.
#include "Program.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mlc;

// Each constant begins at a multiple of what a constant buffer needs on macOS.
static constexpr int64_t kWeightAlignment = 256;

ArrayRef<char> mlc::rawBytes(ElementsAttr value, std::vector<char> &scratch) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? blob->getData() : ArrayRef<char>();
  }
  auto dense = cast<DenseElementsAttr>(value);
  if (!dense.isSplat())
    return dense.getRawData();
  ArrayRef<char> one = dense.getRawData();
  scratch.clear();
  for (int64_t i = 0; i < dense.getNumElements(); ++i)
    scratch.insert(scratch.end(), one.begin(), one.end());
  return scratch;
}

FailureOr<Program> Program::read(ModuleOp module) {
  Program program;
  auto functions = module.getOps<func::FuncOp>();
  if (!llvm::hasSingleElement(functions))
    return module.emitError("needs one function to describe");
  program.function = *functions.begin();
  WalkResult allocations = program.function.walk(
      [](memref::AllocOp) { return WalkResult::interrupt(); });
  if (allocations.wasInterrupted())
    return program.function.emitError(
        "has intermediates without a place: run metal-plan-memory first");
  auto arenas = program.function.getOps<metal::ArenaOp>();
  if (!arenas.empty())
    program.arena = *arenas.begin();
  program.nameArguments();
  program.collectWeights();
  return program;
}

void Program::nameArguments() {
  llvm::StringSet<> used;
  for (const char *taken : {"arena", "weights"})
    used.insert(taken);
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    std::string name = "buffer" + std::to_string(i);
    if (auto feature =
            function.getArgAttrOfType<DictionaryAttr>(i, "coreml.feature"))
      if (auto given = feature.getAs<StringAttr>("name"))
        name = given.str();
    std::string unique = name;
    for (unsigned n = 2; !used.insert(unique).second; ++n)
      unique = name + "_" + std::to_string(n);
    argumentNames.push_back(unique);
  }
}

void Program::collectWeights() {
  // Equal bytes are stored once: hash first, compare where hashes agree.
  llvm::DenseMap<uint64_t, SmallVector<unsigned, 1>> byHash;
  std::vector<char> scratch, otherScratch;
  function.walk([&](metal::WeightsOp op) {
    ArrayRef<char> bytes = rawBytes(op.getValue(), scratch);
    uint64_t hash = llvm::xxh3_64bits(ArrayRef<uint8_t>(
        reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()));
    auto &candidates = byHash[hash];
    auto *same = llvm::find_if(candidates, [&](unsigned index) {
      return rawBytes(weights[index].op.getValue(), otherScratch) == bytes;
    });
    if (same != candidates.end()) {
      weightOffsets[op] = weights[*same].offset;
      return;
    }
    candidates.push_back(weights.size());
    int64_t offset = llvm::alignTo(weightBytes, kWeightAlignment);
    weights.push_back({op, offset, int64_t(bytes.size())});
    weightOffsets[op] = offset;
    weightBytes = offset + bytes.size();
  });
}

Binding Program::binding(Value view) const {
  MemoryRange range = memoryRange(view);
  Binding binding;
  // The kernel's own part of an offset counts from the view's first element.
  auto type = cast<MemRefType>(view.getType());
  auto [strides, elementOffset] = type.getStridesAndOffset();
  int64_t rest = (elementOffset * elementBytes(type)) % metal::kBoundAlignment;
  binding.offset = range.begin - rest;
  binding.bytes = range.end - binding.offset;
  if (auto argument = dyn_cast<BlockArgument>(range.memory)) {
    binding.buffer = argumentNames[argument.getArgNumber()];
  } else if (range.memory.getDefiningOp<metal::WeightsOp>()) {
    binding.buffer = "weights";
    binding.offset += weightOffsets.lookup(range.memory);
  } else {
    binding.buffer = "arena";
  }
  return binding;
}
