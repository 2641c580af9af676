// The one fusion mechanism: regions of nn.map move into the ops around them.
//
// A map computes each element of its result from the elements at that place.
//
//   up:       map(op(x), e...) is op with the map behind its epilogue. Valid if
//             the map alone reads the op's result, once, and does not repeat
//             it, and the epilogue is the last that happens to an element: not
//             in a convolution with a pool, nor where a kernel is shared.
//   down:     op(map(x, e...)) is op with the map in front of its prologue, if
//             x has the shape of the map's result and every reader reads that
//             as its main input and nothing else. Padding is added after the
//             prologue, as it was after the map.
//   sideways: map(map(x, e...), f...) is one map, if the outer one alone reads
//             the inner one, once, and does not repeat it.
//   views:    map(view(x)) is view(map(x)) for a map of one tensor, since views
//             move elements and change none. Nobody else may read the view.
//   concat:   map(concat(a, b), e...) is concat(map(a, e'...), map(b, e"...)),
//             where e' is e if it repeats along the axis, else the part of the
//             constant e that belongs to a. Nobody else may read the concat,
//             which holds nothing twice.
//
// Elements of e are read as floats: images, which are bytes or halves, are only
// ever the main input of the convolution that converts them.
#include "mlc/Support/Constants.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"
#include <functional>

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "fuse-elementwise";
// Metal allows 31 buffers; leave room for packed weights and the result.
static constexpr size_t kMaxFusedInputs = 24;
// A prologue is computed for each load; more readers mean more repetition.
static constexpr int64_t kMaxPrologueReaders = 8;
// Ops that splitting maps by branch may make, whatever the network's size.
static constexpr int64_t kMaxSplitOps = 1 << 16;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

// Clones the ops of `from` and returns what they yield. Pixels that are floats
// already need no conversion.
static Value inlineInto(OpBuilder &b, Block &from, ValueRange arguments,
                        Location loc) {
  IRMapping map;
  map.map(from.getArguments(), arguments);
  for (Operation &op : from.without_terminator()) {
    Value real = op.getNumOperands() == 1
                     ? map.lookupOrDefault(op.getOperand(0))
                     : Value();
    if (isa<arith::UIToFPOp, arith::ExtFOp>(op) &&
        real.getType() == op.getResult(0).getType())
      map.map(op.getResult(0), real);
    else
      b.clone(op, map);
  }
  return map.lookupOrDefault(cast<YieldOp>(from.getTerminator()).getValue());
}

// A block in `region` that takes the element and `inputs`; if the region is
// empty it yields the element.
static Block &ensureBlock(Region &region, ValueRange inputs, Location loc) {
  if (region.empty()) {
    OpBuilder b(region.getContext());
    Block *block = b.createBlock(&region);
    Value element = block->addArgument(b.getF32Type(), loc);
    YieldOp::create(b, loc, element);
  }
  Block &block = region.front();
  for (Value input : inputs)
    block.addArgument(typeOf(input).getElementType(), loc);
  return block;
}

//===----------------------------------------------------------------------===//
// Up: into the epilogue of a producer
//===----------------------------------------------------------------------===//

static size_t numFusedInputs(FusableOpInterface op) {
  return op->getNumOperands() + 1;
}

static bool isFloat(Value value) {
  return typeOf(value).getElementType().isF32();
}

// Whether what the epilogue makes of an element is what the op stores.
static bool endsWithEpilogue(FusableOpInterface op) {
  auto conv = dyn_cast<Conv2DOp>(op.getOperation());
  return !conv || (!conv.getMaxPool() && !conv.getSharedKernel());
}

// The last op in the block that produces an input of `map` for it alone.
static FusableOpInterface findProducer(MapOp map) {
  FusableOpInterface best;
  for (Value input : map.getInputs()) {
    auto producer = input.getDefiningOp<FusableOpInterface>();
    if (!producer || !input.hasOneUse() || input.getType() != map.getType())
      continue;
    if (!endsWithEpilogue(producer) || !llvm::all_of(map.getInputs(), isFloat))
      continue;
    if (!best || best->isBeforeInBlock(producer))
      best = producer;
  }
  return best;
}

// Why no producer takes `map` in, for people.
static std::string whyNotUp(MapOp map) {
  std::string reason = "no input comes from an op that computes";
  for (Value input : map.getInputs()) {
    auto producer = input.getDefiningOp<FusableOpInterface>();
    if (producer && !input.hasOneUse())
      reason =
          "layer '" + mlc::layerList(producer.getLoc()) + "' has other readers";
    else if (producer && input.getType() != map.getType())
      reason = "layer '" + mlc::layerList(producer.getLoc()) + "' is broadcast";
    else if (producer && !endsWithEpilogue(producer))
      reason = "layer '" + mlc::layerList(producer.getLoc()) +
               "' pools its results or shares a kernel";
    else if (producer)
      reason = "it reads the pixels of an image";
  }
  return reason;
}

// Makes `map` the end of `producer`'s epilogue.
static void fuseUp(MapOp map, FusableOpInterface producer,
                   mlc::LocationFuser &locations) {
  Value result = producer->getResult(0);
  SmallVector<Value> extras;
  for (Value input : map.getInputs())
    if (input != result)
      extras.push_back(input);

  // The producer's only reader is the map, so it may move down to it, where
  // all other inputs of the map exist.
  auto existsBefore = [&](Value extra) {
    Operation *op = extra.getDefiningOp();
    return !op || op->isBeforeInBlock(producer);
  };
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(map.getBody(), captured);
  if (!llvm::all_of(extras, existsBefore) ||
      !llvm::all_of(captured, existsBefore)) {
    // As moveBefore, which forgets the order of the whole block.
    producer->remove();
    map->getBlock()->getOperations().insert(map->getIterator(), producer);
  }

  Block &epilogue = ensureBlock(producer.getEpilogue(), extras, map.getLoc());
  Operation *terminator = epilogue.getTerminator();
  Value element = cast<YieldOp>(terminator).getValue();
  auto newArguments = epilogue.getArguments().take_back(extras.size());
  SmallVector<Value> arguments;
  unsigned next = 0;
  for (Value input : map.getInputs())
    arguments.push_back(input == result ? element : newArguments[next++]);
  OpBuilder b(terminator);
  Value value = inlineInto(b, map.getBody().front(), arguments, map.getLoc());
  terminator->setOperand(0, value);
  producer.getEpilogueInputsMutable().append(extras);
  locations.fuse(producer, {producer, map});
  map.getResult().replaceAllUsesWith(result);
  map.erase();
}

//===----------------------------------------------------------------------===//
// Sideways: maps of maps
//===----------------------------------------------------------------------===//

// A body that converts pixels reads floats now: nothing to convert.
static void dropConversions(Value real) {
  for (Operation *user : llvm::make_early_inc_range(real.getUsers()))
    if (isa<arith::UIToFPOp, arith::ExtFOp>(user) &&
        user->getResult(0).getType() == real.getType()) {
      user->getResult(0).replaceAllUsesWith(real);
      user->erase();
    }
}

// Moves the body of `map` behind that of `inner`, whose result `input` is, in
// `joined`, which has the inputs of both.
static void joinBodies(MapOp joined, MapOp inner, MapOp map, Value input) {
  unsigned first = inner.getInputs().size();
  joined.getBody().takeBody(inner.getBody());
  Block &body = joined.getBody().front(), &rest = map.getBody().front();
  Operation *end = body.getTerminator();
  Value element = cast<YieldOp>(end).getValue();
  for (auto [index, other] : llvm::enumerate(map.getInputs())) {
    Value argument = element;
    if (other != input)
      argument =
          body.addArgument(typeOf(joined.getInputs()[first++]).getElementType(),
                           joined.getLoc());
    Value old = rest.getArgument(index);
    bool isConverted = old.getType() != argument.getType();
    old.replaceAllUsesWith(argument);
    if (isConverted)
      dropConversions(argument);
  }
  body.getOperations().splice(body.end(), rest.getOperations());
  end->erase();
}

// Joins a map that only `map` reads into it; null if there is none. Bodies are
// moved, for in a chain of maps the first one grows with each that joins it.
static MapOp joinMaps(MapOp map, mlc::LocationFuser &locations) {
  for (Value input : map.getInputs()) {
    auto inner = input.getDefiningOp<MapOp>();
    if (!inner || !input.hasOneUse() || input.getType() != map.getType() ||
        inner.getInputs().size() + map.getInputs().size() > kMaxFusedInputs)
      continue;
    SmallVector<Value> inputs(inner.getInputs());
    for (Value other : map.getInputs())
      if (other != input)
        inputs.push_back(other);
    OpBuilder b(map);
    OperationState state(map.getLoc(), MapOp::getOperationName(), inputs,
                         TypeRange(map.getType()));
    state.addRegion();
    auto joined = cast<MapOp>(b.create(state));
    joinBodies(joined, inner, map, input);
    locations.fuse(joined, {inner, map});
    map.getResult().replaceAllUsesWith(joined.getResult());
    map.erase();
    inner.erase();
    return joined;
  }
  return {};
}

//===----------------------------------------------------------------------===//
// Through views
//===----------------------------------------------------------------------===//

// map(view(x)) becomes view(map(x)) for a map of one tensor.
static bool moveBeforeView(MapOp map) {
  if (map.getInputs().size() != 1)
    return false;
  Value input = map.getInputs().front();
  Operation *view = input.getDefiningOp();
  if (!isa_and_nonnull<ReshapeOp, TransposeOp>(view) || !input.hasOneUse() ||
      input.getType() != map.getType() ||
      !typeOf(view->getOperand(0)).getElementType().isF32())
    return false;
  Value source = view->getOperand(0);
  if (!source.getDefiningOp<FusableOpInterface>() &&
      !source.getDefiningOp<MapOp>() &&
      !isa_and_nonnull<ReshapeOp, TransposeOp, ConcatOp>(
          source.getDefiningOp()))
    return false;
  // The map stays: what its body reads from outside is in front of it.
  view->moveAfter(map);
  map.getInputsMutable().assign(source);
  map.getResult().replaceAllUsesWith(input);
  map.getResult().setType(typeOf(source));
  view->setOperand(0, map.getResult());
  return true;
}

// The part of a map's extra input that belongs to one branch of a concat; null
// if it cannot be told.
static Value partOf(OpBuilder &b, Value extra, int64_t rank, int64_t axis,
                    int64_t offset, int64_t size) {
  RankedTensorType type = typeOf(extra);
  int64_t position = axis - (rank - type.getRank());
  if (position < 0 || type.getDimSize(position) == 1)
    return extra;
  if (!mlc::isConstant(extra))
    return {};
  SmallVector<int64_t> offsets(type.getRank(), 0), steps(type.getRank(), 1),
      shape(type.getShape());
  offsets[position] = offset;
  shape[position] = size;
  return SliceOp::create(b, extra.getLoc(),
                         RankedTensorType::get(shape, type.getElementType()),
                         extra, offsets, steps);
}

// map(concat(a, b)) becomes concat(map(a), map(b)), if nobody else reads it.
// `budget` is how many ops that may make, so that many maps behind a concat of
// many branches do not make the product of both. Gives the first of the maps.
static MapOp splitByBranch(MapOp map, mlc::LocationFuser &locations,
                           int64_t &budget) {
  ConcatOp concat;
  for (Value input : map.getInputs())
    if (auto op = input.getDefiningOp<ConcatOp>();
        op && input.hasOneUse() && input.getType() == map.getType())
      concat = op;
  if (!concat)
    return {};
  int64_t axis = concat.getAxis(), rank = map.getType().getRank();
  // Worth it only if every branch can take its part in.
  auto takesMap = [](Value branch) {
    Operation *op = branch.getDefiningOp();
    return branch.hasOneUse() && isa_and_nonnull<FusableOpInterface, MapOp>(op);
  };
  if (!llvm::all_of(concat.getInputs(), takesMap))
    return {};
  auto canSplit = [&](Value extra) {
    RankedTensorType type = typeOf(extra);
    int64_t position = axis - (rank - type.getRank());
    return extra == concat.getResult() || position < 0 ||
           type.getDimSize(position) == 1 || mlc::isConstant(extra);
  };
  if (!llvm::all_of(map.getInputs(), canSplit))
    return {};
  int64_t made = int64_t(concat.getInputs().size()) *
                 int64_t(map.getBody().front().getOperations().size());
  if (made > budget)
    return {};
  budget -= made;
  OpBuilder b(map);
  SmallVector<Value> parts;
  int64_t offset = 0;
  for (Value branch : concat.getInputs()) {
    int64_t size = typeOf(branch).getDimSize(axis);
    SmallVector<Value> inputs;
    for (Value input : map.getInputs())
      inputs.push_back(input == concat.getResult()
                           ? branch
                           : partOf(b, input, rank, axis, offset, size));
    IRMapping mapping;
    auto part = cast<MapOp>(b.clone(*map.getOperation(), mapping));
    part.getInputsMutable().assign(inputs);
    part.getResult().setType(typeOf(branch));
    locations.fuse(part, {map}, /*partsGo=*/false);
    parts.push_back(part.getResult());
    offset += size;
  }
  auto joined = ConcatOp::create(b, concat.getLoc(), map.getType(), parts, axis,
                                 /*in_place=*/false);
  map.getResult().replaceAllUsesWith(joined.getResult());
  locations.forget(map);
  map.erase();
  concat.erase();
  return parts.front().getDefiningOp<MapOp>();
}

//===----------------------------------------------------------------------===//
// Down: into the prologues of the readers
//===----------------------------------------------------------------------===//

// Whether computing the map once for each load is worth saving its kernel.
static bool isCheap(MapOp map) {
  constexpr int64_t kCheapOps = 12;
  int64_t count = 0;
  for (Operation &op : map.getBody().front().without_terminator()) {
    if (isa<math::MathDialect>(op.getDialect()) && !isa<math::AbsFOp>(op))
      return false;
    count += !isa<arith::ConstantOp>(op);
  }
  return count <= kCheapOps;
}

// Why no reader converts the pixels of an image itself; empty if one does.
static StringRef whyNotPixels(MapOp map) {
  constexpr int64_t kMaxChannels = 4;
  if (!map.getResult().hasOneUse())
    return "it reads the pixels of an image for several layers";
  auto conv = dyn_cast<Conv2DOp>(*map.getResult().user_begin());
  if (!conv || conv.getGroups() != 1)
    return "it reads the pixels of an image, for no convolution";
  if (typeOf(map.getResult()).getShape().back() > kMaxChannels)
    return "it reads the pixels of an image of many channels";
  return "";
}

// Why something is not done, in words that are made when they are wanted; null
// if it is done.
using Reason = std::function<std::string()>;

static Reason plainReason(StringRef text) {
  return [text] { return text.str(); };
}

// Why `map` cannot be the prologue of a reader.
static Reason whyNotInto(MapOp map, OpOperand &use) {
  Operation *owner = use.getOwner();
  auto reader = dyn_cast<FusableOpInterface>(owner);
  auto named = [owner](StringRef before, StringRef after) -> Reason {
    return [=] {
      return (before + "'" + mlc::layerList(owner->getLoc()) + "'" + after)
          .str();
    };
  };
  if (!reader || use.getOperandNumber() != 0)
    return isa<func::ReturnOp>(owner)
               ? plainReason("it is an output of the model")
               : named("a reader needs it in memory: layer ", "");
  if (isa<CustomOp>(owner))
    return named("custom layer ", " reads it with code of its own");
  if (auto conv = dyn_cast<Conv2DOp>(owner); conv && conv.getSharedKernel())
    return named("layer ", " shares a kernel");
  if (isa<Conv2DOp, ConvTranspose2DOp, MatMulOp, LRNOp>(owner) && !isCheap(map))
    return named("it is too expensive to be computed for every load of layer ",
                 "");
  if (numFusedInputs(reader) + map.getInputs().size() > kMaxFusedInputs)
    return plainReason("the kernel would have too many buffers");
  return {};
}

// Why `map` cannot be the prologue of all its readers.
static Reason whyNotDown(MapOp map, unsigned &mainInput) {
  Value result = map.getResult();
  if (result.use_empty())
    return plainReason("nothing reads it");
  auto isMain = [&](Value input) {
    return typeOf(input).getShape() == typeOf(result).getShape();
  };
  mainInput = map.getInputs().size();
  for (auto [index, input] : llvm::enumerate(map.getInputs())) {
    if (isMain(input) && mainInput == map.getInputs().size())
      mainInput = index;
    // A prologue converts the op's main input; all else that it reads is float.
    if (isFloat(input))
      continue;
    if (mainInput != index)
      return plainReason(
          "it reads the pixels of an image beside another tensor");
    if (StringRef why = whyNotPixels(map); !why.empty())
      return plainReason(why);
  }
  if (mainInput == map.getInputs().size())
    return plainReason("it has no input of its own shape");
  int64_t readers = 0;
  for (OpOperand &use : result.getUses()) {
    if (Reason why = whyNotInto(map, use))
      return why;
    ++readers;
  }
  if (readers > kMaxPrologueReaders)
    return plainReason("too many layers read it");
  return {};
}

static void fuseDown(MapOp map, unsigned mainInput) {
  Value main = map.getInputs()[mainInput];
  SmallVector<Value> extras;
  for (auto [index, input] : llvm::enumerate(map.getInputs()))
    if (index != mainInput)
      extras.push_back(input);
  // Adding operands moves the others in memory, so keep ops and not uses.
  SmallVector<Operation *> readers(map.getResult().getUsers());
  for (Operation *user : readers) {
    auto reader = cast<FusableOpInterface>(user);
    Block &prologue = ensureBlock(reader.getPrologue(), extras, map.getLoc());
    auto newArguments = prologue.getArguments().take_back(extras.size());
    // The map comes first: what used the loaded element uses the map's value.
    Value element = prologue.getArgument(0);
    SmallVector<Value> arguments;
    unsigned next = 0;
    for (unsigned i = 0; i < map.getInputs().size(); ++i)
      arguments.push_back(i == mainInput ? element : newArguments[next++]);
    OpBuilder b = OpBuilder::atBlockBegin(&prologue);
    SmallVector<OpOperand *> oldUses;
    for (OpOperand &old : element.getUses())
      oldUses.push_back(&old);
    Value value = inlineInto(b, map.getBody().front(), arguments, map.getLoc());
    for (OpOperand *old : oldUses)
      old->set(value);
    reader.getPrologueInputsMutable().append(extras);
    reader->setOperand(0, main);
    reader->setLoc(mlc::fuseLocations({map.getLoc(), reader.getLoc()}));
  }
  map.erase();
}

namespace {

struct FuseElementwise : mlc::impl::FuseElementwiseBase<FuseElementwise> {
  using FuseElementwiseBase::FuseElementwiseBase;

  void runOnOperation() override {
    Block &block = getOperation().getBody().front();
    goUp(block);
    for (MapOp map : llvm::to_vector(block.getOps<MapOp>()))
      goDown(map);
  }

private:
  // Splitting and moving makes maps that can go further up. They are what is
  // visited next: whatever happens to a map changes nothing for those in front
  // of it, which stay where they are, so one walk over the block is enough.
  void goUp(Block &block) {
    mlc::LocationFuser locations;
    int64_t splits = kMaxSplitOps + 8 * int64_t(block.getOperations().size());
    for (Operation *next = &block.front(); next;) {
      auto map = dyn_cast<MapOp>(next);
      MapOp again = map ? moveUp(map, next, locations, splits) : MapOp();
      next = again ? again.getOperation() : next->getNextNode();
    }
  }

  // What happens to `map` on its way to its producers: gives the map to visit
  // next, or none and leaves `last` at the last op that needs no visit.
  MapOp moveUp(MapOp map, Operation *&last, mlc::LocationFuser &locations,
               int64_t &splits) {
    FusableOpInterface producer = findProducer(map);
    if (producer &&
        numFusedInputs(producer) + map.getInputs().size() <= kMaxFusedInputs) {
      mlc::emitPassed(map, kPass, [&] {
        locations.settle({map, producer});
        return "fused into layer '" + mlc::layerList(producer.getLoc()) + "'";
      });
      // The producer may come to precede the map, which goes away.
      last = last->getNextNode();
      fuseUp(map, producer, locations);
      last = last->getPrevNode();
      ++numEpilogues;
      return {};
    }
    if (MapOp joined = joinMaps(map, locations)) {
      ++numMaps;
      return joined;
    }
    if (moveBeforeView(map))
      return map;
    return splitByBranch(map, locations, splits);
  }

  void goDown(MapOp map) {
    unsigned mainInput;
    Reason why = whyNotDown(map, mainInput);
    if (!why) {
      mlc::emitPassed(map, kPass, "computed where its readers load it");
      fuseDown(map, mainInput);
      ++numPrologues;
      return;
    }
    mlc::emitMissed(map, kPass, [&] {
      return "keeps a kernel: " + whyNotUp(map) + ", and " + why();
    });
  }
};

} // namespace
