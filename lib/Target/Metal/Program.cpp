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

LogicalResult Program::read() {
  WalkResult allocations =
      function.walk([](memref::AllocOp) { return WalkResult::interrupt(); });
  if (allocations.wasInterrupted())
    return function.emitError(
        "has intermediates without a place: run metal-plan-memory first");
  auto arenas = function.getOps<metal::ArenaOp>();
  if (!arenas.empty())
    arena = *arenas.begin();
  nameArguments();
  weights->add(function);
  return success();
}

LogicalResult mlc::readPrograms(ModuleOp module,
                                std::vector<Program> &programs) {
  auto weights = std::make_shared<Weights>();
  auto kernels = std::make_shared<SymbolTable>(module);
  for (auto function : module.getOps<func::FuncOp>()) {
    Program program;
    program.function = function;
    program.weights = weights;
    program.kernels = kernels;
    if (failed(program.read()))
      return failure();
    if (!programs.empty() &&
        program.argumentNames != programs.front().argumentNames)
      return function.emitError("has other features than '")
             << programs.front().function.getSymName()
             << "': the functions of a module are one model";
    programs.push_back(std::move(program));
  }
  if (programs.empty())
    return module.emitError("needs a function to describe");
  return success();
}

void Program::nameArguments() {
  llvm::StringSet<> used;
  for (const char *taken : {"arena", "weights", "decoded"})
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

void Weights::add(func::FuncOp function) {
  function.walk([&](Operation *op) {
    if (auto constant = dyn_cast<metal::WeightsOp>(op))
      add(constant);
    else if (auto constant = dyn_cast<metal::DecodeOp>(op))
      add(constant);
  });
}

void Weights::add(metal::WeightsOp op) {
  // Equal bytes are stored once: hash first, compare where hashes agree.
  std::vector<char> scratch, otherScratch;
  ArrayRef<char> data = rawBytes(op.getValue(), scratch);
  uint64_t hash = llvm::xxh3_64bits(ArrayRef<uint8_t>(
      reinterpret_cast<const uint8_t *>(data.data()), data.size()));
  auto &candidates = byHash[hash];
  auto *same = llvm::find_if(candidates, [&](unsigned index) {
    return rawBytes(blobs[index].op.getValue(), otherScratch) == data;
  });
  if (same != candidates.end()) {
    offsets[op] = blobs[*same].offset;
    return;
  }
  candidates.push_back(blobs.size());
  int64_t offset = llvm::alignTo(bytes, kWeightAlignment);
  blobs.push_back({op, offset, int64_t(data.size())});
  offsets[op] = offset;
  bytes = offset + data.size();
}

void Weights::add(metal::DecodeOp op) {
  // The same kernel makes the same of the same bytes.
  auto isSame = [&](const DecodedWeights &other) {
    metal::DecodeOp known = other.op;
    return known.getKernel() == op.getKernel() &&
           known.getType() == op.getType() &&
           llvm::equal(known.getConstants(), op.getConstants(),
                       [&](Value a, Value b) {
                         return a.getDefiningOp()->getName() ==
                                    b.getDefiningOp()->getName() &&
                                getOffset(a) == getOffset(b);
                       });
  };
  // Codes that are there once are decoded once.
  auto [same, isNew] =
      byCodes.try_emplace(getOffset(op.getConstants().front()), decoded.size());
  if (!isNew && isSame(decoded[same->second])) {
    offsets[op] = decoded[same->second].offset;
    return;
  }
  auto type = cast<MemRefType>(op.getType());
  int64_t offset = llvm::alignTo(decodedBytes, kWeightAlignment);
  decoded.push_back({op, offset});
  offsets[op] = offset;
  decodedBytes = offset + type.getNumElements() * elementBytes(type);
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
    binding.offset += weights->getOffset(range.memory);
  } else if (range.memory.getDefiningOp<metal::DecodeOp>()) {
    binding.buffer = "decoded";
    binding.offset += weights->getOffset(range.memory);
  } else {
    binding.buffer = "arena";
  }
  return binding;
}
