// The walk: values of names in the order of the file. The sides of a branch
// both begin with what is there before; a loop begins with what its last
// iteration may have left.

#include "BlobFlow.h"

using namespace mlir;
using namespace mlc;

StringRef BlobNaming::makeUnique(StringRef wanted) {
  return saver.save(taken.make(wanted));
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

void BlobFlow::set(StringRef name, Slot slot) {
  Slot &now = current[name];
  log.emplace_back(name, now);
  now = slot;
}

/// Goes back to what was; returns who has written what since.
BlobFlow::Writes BlobFlow::rollBack(size_t mark) {
  Writes writes;
  for (auto &[name, slot] : llvm::drop_begin(log, mark))
    writes[name] = current[name].writer;
  while (log.size() > mark) {
    auto [name, slot] = log.pop_back_val();
    current[name] = slot;
  }
  return writes;
}

void BlobFlow::fail(Operation *op, const Twine &why) {
  if (fault)
    return;
  fault = op;
  reason = why.str();
}

void BlobFlow::separate(Value first, Value second, Operation *op,
                        const Twine &why) {
  for (Value value : {first, second}) {
    Value named = value ? subnetworks.getNamed(value) : Value();
    if (named && !naming.fixed.contains(named)) {
      conflicts.insert(named);
      return;
    }
  }
  fail(op, why);
}

void BlobFlow::read(Value value, Operation *reader) {
  StringRef name = getName(value);
  Slot slot = current.lookup(name);
  if (slot.value != subnetworks.resolve(value))
    separate(slot.writer, value, reader,
             "reads '" + name + "' after another value has that name");
}

void BlobFlow::define(Operation *op, Value result) {
  StringRef name = getName(result);
  Slot slot = current.lookup(name);
  if (slot.isPresent && !isa<coreml::CopyOp>(op)) {
    if (allowsOverwriting)
      naming.overwriters.insert(op);
    if (!naming.overwriters.contains(op))
      separate(result, slot.writer, op,
               "two values have the name '" + name + "'");
  }
  set(name, {result, result, true});
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// Places copies, all of which read before any of them writes.
void BlobFlow::place(ArrayRef<Edge> edges, Operation *where,
                     Operation *reader) {
  struct Move {
    StringRef from;
    Edge edge;
  };
  SmallVector<Move> moves;
  llvm::StringMap<unsigned> readers;
  for (const Edge &edge : edges) {
    Value value = subnetworks.resolve(edge.from);
    if (subnetworks.isUnset(value) || subnetworks.isFlag(edge.to) ||
        current.lookup(getName(edge.to)).value == value)
      continue;
    read(value, reader);
    moves.push_back({getName(value), edge});
    ++readers[moves.back().from];
  }
  SmallVector<BlobCopy> &placed = copies[where];
  while (!moves.empty()) {
    size_t left = moves.size();
    llvm::erase_if(moves, [&](const Move &move) {
      StringRef to = getName(move.edge.to);
      if (to != move.from && readers.lookup(to) > 0)
        return false;
      --readers[move.from];
      placed.push_back({move.from, to, ""});
      set(to, {subnetworks.resolve(move.edge.from), move.edge.to, true});
      return true;
    });
    if (moves.size() < left)
      continue;
    // Each waits for another: one value is put aside.
    StringRef from = moves.front().from;
    StringRef aside = naming.makeUnique((from + "_before").str());
    placed.push_back({from, aside, ""});
    for (Move &move : moves)
      if (move.from == from)
        move.from = aside;
    readers[aside] = readers.lookup(from);
    readers[from] = 0;
  }
}

void BlobFlow::endList(ArrayRef<Edge> edges, func::FuncOp function) {
  place(edges, function, function.getBody().front().getTerminator());
  if (!copies[function].empty() && subnetworks.mayStopInside(function))
    fail(function.getBody().front().getTerminator(),
         "needs copies where an iteration may have ended before");
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

void BlobFlow::run() {
  func::FuncOp main = subnetworks.getFunctions().front();
  for (Value argument : main.getArguments())
    set(getName(argument), {argument, argument, true});
  walk(main);
  Operation *terminator = main.getBody().front().getTerminator();
  for (Value value : terminator->getOperands())
    read(value, terminator);
}

void BlobFlow::walk(func::FuncOp function) {
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (subnetworks.isImplied(&op))
      continue;
    if (auto branch = dyn_cast<coreml::BranchOp>(op))
      walkBranch(branch);
    else if (auto loop = dyn_cast<coreml::LoopOp>(op))
      walkLoop(loop);
    else
      walkLayer(&op);
  }
}

void BlobFlow::walkLayer(Operation *op) {
  for (Value operand : op->getOperands())
    read(operand, op);
  // Preprocessing keeps the name of its image.
  if (isa<coreml::ScalerOp, coreml::MeanImageOp>(op)) {
    Value result = op->getResult(0);
    set(getName(result), {result, result, true});
    return;
  }
  Value input = isa<coreml::CopyOp>(op) ? op->getOperand(0) : Value();
  if (input && getName(input) == getName(op->getResult(0)))
    separate(op->getResult(0), input, op, "is a copy to the same name");
  for (unsigned i = 0, e = getNumOutputs(op); i < e; ++i)
    define(op, op->getResult(i));
}

void BlobFlow::walkBranch(coreml::BranchOp op) {
  bool isRest = subnetworks.isRest(op);
  if (!isRest)
    read(op.getCondition(), op);
  Writes written;
  for (FlatSymbolRefAttr name : getCallees(op)) {
    func::FuncOp side = subnetworks.lookup(op, name);
    size_t mark = log.size();
    walk(side);
    SmallVector<Edge> edges;
    Operation *terminator = side.getBody().front().getTerminator();
    for (auto [result, value] :
         llvm::zip(op.getResults(), terminator->getOperands()))
      edges.push_back({result, value});
    endList(edges, side);
    if (isRest && name == op.getElseBranchAttr() && !copies[side].empty())
      fail(op, "needs copies where the iteration has ended");
    for (auto &[blob, writer] : rollBack(mark))
      written[blob] = writer;
  }
  for (auto &[blob, writer] : written)
    set(blob, {Value(), writer, true});
  llvm::SmallDenseSet<StringRef> names;
  for (Value result : op.getResults()) {
    if (subnetworks.isFlag(result))
      continue;
    if (!names.insert(getName(result)).second)
      separate(result, Value(), op, "has two results of one name");
    set(getName(result), {result, result, true});
  }
}

/// All names that the layers of a function may write.
void BlobFlow::addWrites(func::FuncOp function, Writes &writes) {
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (subnetworks.isImplied(&op))
      continue;
    for (Value result : op.getResults())
      if (!subnetworks.isFlag(result))
        writes[getName(result)] = result;
    for (FlatSymbolRefAttr callee : getCallees(&op))
      addWrites(subnetworks.lookup(&op, callee), writes);
  }
}

/// One of the networks of a loop, and the states that it returns.
void BlobFlow::walkNetwork(coreml::LoopOp op, func::FuncOp function,
                           ArrayRef<int64_t> states, unsigned firstState) {
  SmallVector<Edge> edges;
  for (auto [index, state] : llvm::enumerate(op.getResults())) {
    BlockArgument argument = function.getArgument(index);
    set(getName(state), {argument, state, current[getName(state)].isPresent});
    edges.push_back({state, argument});
  }
  walk(function);
  Operation *terminator = function.getBody().front().getTerminator();
  for (auto [index, state] : llvm::enumerate(states))
    edges[state].from = terminator->getOperand(firstState + index);
  endList(edges, function);
  if (firstState == 1 && !subnetworks.isFlag(terminator->getOperand(0)))
    read(terminator->getOperand(0), terminator);
}

void BlobFlow::walkLoop(coreml::LoopOp op) {
  if (op.getCount())
    read(op.getCount(), op);
  SmallVector<Edge> edges;
  llvm::SmallDenseSet<StringRef> names;
  for (auto [state, init] : llvm::zip(op.getStates(), op.getInits())) {
    edges.push_back({state, init});
    if (!names.insert(getName(state)).second)
      separate(state, Value(), op, "has two states of one name");
  }
  place(edges, op, op);
  Writes writes;
  for (FlatSymbolRefAttr callee : getCallees(op))
    addWrites(subnetworks.lookup(op, callee), writes);
  for (auto &[name, writer] : writes)
    set(name, {Value(), writer, current[name].isPresent});
  if (FlatSymbolRefAttr condition = op.getConditionNetworkAttr())
    walkNetwork(op, subnetworks.lookup(op, condition), op.getConditionStates(),
                1);
  walkNetwork(op, subnetworks.lookup(op, op.getBodyNetworkAttr()),
              op.getBodyStates(), op.getBodyMayBreak() ? 1 : 0);
  // Which of them were written last is not known.
  for (auto &[name, writer] : writes)
    set(name, {Value(), writer, true});
  for (Value state : op.getStates())
    set(getName(state), {state, state, true});
}
