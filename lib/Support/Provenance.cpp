#include "mlc/Support/Provenance.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

// Appends the leaves of `loc` that carry a name.
static void collect(Location loc, llvm::SetVector<Location> &leaves) {
  if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      collect(part, leaves);
    return;
  }
  if (!isa<UnknownLoc>(loc))
    leaves.insert(loc);
}

SmallVector<StringRef> mlc::layerNames(Location loc) {
  llvm::SetVector<Location> leaves;
  collect(loc, leaves);
  llvm::SetVector<StringRef> names;
  for (Location leaf : leaves)
    if (auto name = dyn_cast<NameLoc>(leaf))
      names.insert(name.getName().getValue());
  return SmallVector<StringRef>(names.begin(), names.end());
}

std::string mlc::layerList(Location loc) {
  SmallVector<StringRef> names = layerNames(loc);
  return names.empty() ? "<unnamed>" : llvm::join(names, ", ");
}

Location mlc::fuseLocations(ArrayRef<Location> locs) {
  llvm::SetVector<Location> leaves;
  for (Location loc : locs)
    collect(loc, leaves);
  if (leaves.empty())
    return locs.front();
  if (leaves.size() == 1)
    return leaves.front();
  return FusedLoc::get(locs.front().getContext(), leaves.getArrayRef());
}

void mlc::LocationFuser::fuse(Operation *op, ArrayRef<Operation *> parts,
                              bool partsGo) {
  SmallVector<Location> locations;
  for (Operation *part : parts) {
    auto known = pending.find(part);
    if (known == pending.end())
      locations.push_back(part->getLoc());
    else if (locations.empty() && (partsGo || part == op))
      locations = std::move(known->second);
    else
      llvm::append_range(locations, known->second);
    if (known != pending.end() && (partsGo || part == op))
      pending.erase(known);
  }
  pending[op] = std::move(locations);
}

void mlc::LocationFuser::settle(ArrayRef<Operation *> ops) {
  for (Operation *op : ops)
    if (auto known = pending.find(op); known != pending.end()) {
      op->setLoc(fuseLocations(known->second));
      pending.erase(known);
    }
}

void mlc::LocationFuser::settleAll() {
  for (auto &[op, locations] : pending)
    op->setLoc(fuseLocations(locations));
  pending.clear();
}
