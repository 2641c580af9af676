// From a function over tensors to a function over memory: where values live,
// and the dispatches in order.
#include "Lowering.h"

#include "EncodedWeights.h"
#include "PackedWeights.h"
#include "mlc/Conversion/Passes.h"
#include "mlc/Dialect/NN/Precision.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/Provenance.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc;

namespace mlc {
#define GEN_PASS_DEF_CONVERTNNTOMETAL
#include "mlc/Conversion/Passes.h.inc"
} // namespace mlc

Grid mlc::makeGrid(int64_t x, int64_t y, int64_t z) {
  constexpr int64_t kThreads = 256;
  Grid grid{{x, y, z}, {1, 1, 1}};
  int64_t left = kThreads;
  for (unsigned i = 0; i < 3 && left > 1; ++i) {
    // The first dimension runs along memory, so it gets a full simdgroup.
    int64_t want = i == 0 ? 32 : left;
    grid.group[i] = std::min<int64_t>(
        {int64_t(llvm::PowerOf2Ceil(grid.threads[i])), want, left});
    left /= grid.group[i];
  }
  return grid;
}

Lowering::Lowering(ModuleOp module, func::FuncOp source, Type storage,
                   bool allowWinograd, bool packsWeights, GpuFamily family)
    : root(module), source(source), storage(storage),
      allowWinograd(allowWinograd), packs(packsWeights), family(family),
      b(module.getContext()), constantMemory(module) {}

// The memref of a value that fills its storage densely.
static MemRefType denseType(RankedTensorType type, Type element) {
  return MemRefType::get(type.getShape(), element);
}

// What an image output is stored as, which is no concern of the runtime's then.
static Type pixelType(NamedAttrList &attributes, RankedTensorType type) {
  auto pixels = dyn_cast_or_null<StringAttr>(attributes.erase("nn.pixels"));
  if (!pixels)
    return type.getElementType();
  Builder b(type.getContext());
  return pixels.getValue() == "uint8" ? Type(b.getI8Type())
                                      : Type(b.getF16Type());
}

// The function over memory: inputs, then outputs, as memref arguments.
void Lowering::createFunction(Frame &main) {
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  auto add = [&](Type type, DictionaryAttr old, StringRef role,
                 Value output = {}) {
    auto tensor = cast<RankedTensorType>(type);
    NamedAttrList list(old);
    Type element = pixelType(list, tensor);
    if (list.erase(nn::kStoredAttr))
      element = storedElement(output);
    types.push_back(denseType(tensor, element));
    list.set("metal.role", b.getStringAttr(role));
    attributes.push_back(list.getDictionary(b.getContext()));
  };
  for (unsigned i = 0; i < source.getNumArguments(); ++i)
    add(source.getArgumentTypes()[i], source.getArgAttrDict(i), "input");
  Operation *ret = source.getBody().front().getTerminator();
  for (unsigned i = 0; i < source.getNumResults(); ++i)
    add(source.getResultTypes()[i], source.getResultAttrDict(i), "output",
        ret->getOperand(i));

  b.setInsertionPoint(source);
  target = func::FuncOp::create(b, source.getLoc(), source.getName(),
                                b.getFunctionType(types, {}));
  target.setAllArgAttrs(attributes);
  for (NamedAttribute attr : source->getDiscardableAttrs())
    target->setAttr(attr.getName(), attr.getValue());
  b.setInsertionPointToStart(target.addEntryBlock());
  for (BlockArgument memory : target.getArguments())
    (memory.getArgNumber() < source.getNumArguments() ? main.arguments
                                                      : main.results)
        .push_back(memory);
}

// What the passes over nn must have settled: without it, memory that nobody
// writes would be read.
LogicalResult Lowering::checkPlacements() {
  for (auto concat : frame->function.getOps<nn::ConcatOp>())
    if (!concat.getInPlace())
      return concat.emitError("is not in place: run eliminate-concat first");
  for (const nn::PlacementConflict &conflict : frame->placements.conflicts())
    return conflict.operand->getOwner()->emitError("needs a copy, since ")
           << conflict.reason << ": run eliminate-views first";
  return success();
}

LogicalResult Lowering::lowerBody(Frame &inner) {
  Frame *outer = std::exchange(frame, &inner);
  LogicalResult result = checkPlacements();
  for (Operation &op : inner.function.getBody().front())
    if (nn::hasFloatResults(&op) && !nn::isView(&op))
      for (Value value : op.getResults())
        if (Value root = inner.placements.get(value).root)
          inner.floats.insert(root);
  for (Operation &op : inner.function.getBody().front())
    if (succeeded(result))
      result = lower(&op);
  frame = outer;
  return result;
}

LogicalResult Lowering::inlineCall(StringRef name, ArrayRef<Value> arguments,
                                   ArrayRef<Value> results) {
  Frame callee(root.lookupSymbol<func::FuncOp>(name));
  callee.arguments.assign(arguments.begin(), arguments.end());
  callee.results.assign(results.begin(), results.end());
  // A function that calls itself has no end.
  for (func::FuncOp caller : callers)
    if (caller == callee.function)
      return callee.function.emitError("calls itself");
  callers.push_back(callee.function);
  LogicalResult result = lowerBody(callee);
  callers.pop_back();
  return result;
}

LogicalResult Lowering::run() {
  Frame main(source);
  createFunction(main);
  if (failed(lowerBody(main)))
    return failure();
  for (auto &[kernel, locations] : kernelLocations)
    kernel->setLoc(fuseLocations(locations));
  b.setInsertionPointToEnd(&target.getBody().front());
  func::ReturnOp::create(b, source.getLoc());
  source.erase();
  return success();
}

LogicalResult Lowering::lower(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](nn::Conv2DOp o) { return lowerConv2D(*this, o); })
      .Case([&](nn::ConvTranspose2DOp o) {
        return lowerConvTranspose2D(*this, o);
      })
      .Case([&](nn::MatMulOp o) { return lowerMatMul(*this, o); })
      .Case([&](nn::Pool2DOp o) { return lowerPool2D(*this, o); })
      .Case([&](nn::ReduceOp o) { return lowerReduce(*this, o); })
      .Case([&](nn::NormalizeOp o) { return lowerNormalize(*this, o); })
      .Case([&](nn::SoftmaxOp o) { return lowerSoftmax(*this, o); })
      .Case([&](nn::LRNOp o) { return lowerLRN(*this, o); })
      .Case([&](nn::ResizeOp o) { return lowerResize(*this, o); })
      .Case([&](nn::PadOp o) { return lowerPad(*this, o); })
      .Case([&](nn::GatherOp o) { return lowerGather(*this, o); })
      .Case([&](nn::TakeOp o) { return lowerTake(*this, o); })
      .Case([&](nn::ScatterOp o) { return lowerScatter(*this, o); })
      .Case([&](nn::ArgSortOp o) { return lowerArgSort(*this, o); })
      .Case([&](nn::CumSumOp o) { return lowerCumSum(*this, o); })
      .Case([&](nn::CropResizeOp o) { return lowerCropResize(*this, o); })
      .Case([&](nn::RecurrentOp o) { return lowerRecurrent(*this, o); })
      .Case([&](nn::NMSOp o) { return lowerNMS(*this, o); })
      .Case([&](nn::CustomOp o) { return lowerCustom(*this, o); })
      .Case([&](nn::MapOp o) { return lowerMap(*this, o); })
      .Case([&](nn::CopyOp o) { return lowerCopy(*this, o); })
      .Case([&](nn::IfOp o) { return lowerIf(*this, o); })
      .Case([&](nn::LoopOp o) { return lowerLoop(*this, o); })
      // Views and constants are addressing; see view().
      .Case<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::ConcatOp,
            arith::ConstantOp, func::ReturnOp>(
          [](Operation *) { return success(); })
      .Default([](Operation *other) {
        return other->emitError("has no kernel: '")
               << other->getName() << "' is not an op of the nn dialect";
      });
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

// Whether elements of `value` may be indices, which halves hold up to 2048
// only: it comes from an op that gives some or goes to one that reads some.
static bool holdsIndices(Value value) {
  Operation *op = value.getDefiningOp();
  if (isa_and_nonnull<nn::ArgSortOp, nn::NMSOp>(op))
    return true;
  if (auto reduce = dyn_cast_if_present<nn::ReduceOp>(op);
      reduce && (reduce.getKind() == nn::ReduceKind::ArgMax ||
                 reduce.getKind() == nn::ReduceKind::ArgMin))
    return true;
  // Through views, and through what is computed of indices.
  SmallVector<Value> views = {value};
  llvm::SmallPtrSet<Operation *, 8> seen;
  while (!views.empty()) {
    Value view = views.pop_back_val();
    for (OpOperand &use : view.getUses()) {
      Operation *user = use.getOwner();
      unsigned number = use.getOperandNumber();
      if ((isa<nn::TakeOp, nn::ScatterOp>(user) && number == 1) ||
          (isa<nn::GatherOp>(user) && number == 0))
        return true;
      if (isa<nn::ReshapeOp, nn::TransposeOp, nn::SliceOp, nn::ConcatOp,
              nn::MapOp, nn::ReduceOp>(user) &&
          seen.insert(user).second)
        views.push_back(user->getResult(0));
    }
  }
  return false;
}

// Whether `value` enters or leaves control flow and is small.
static bool isSmallControlValue(Value value) {
  auto isControl = [](Operation *op) {
    return isa_and_nonnull<nn::IfOp, nn::LoopOp>(op);
  };
  return cast<RankedTensorType>(value.getType()).getNumElements() <=
             kSmallControlValue &&
         (isControl(value.getDefiningOp()) ||
          llvm::any_of(value.getUsers(), isControl));
}

Type Lowering::storageType(Operation *op) const {
  return nn::isKeptInFloat(op) ? Float32Type::get(op->getContext()) : storage;
}

Type Lowering::elementOf(Value root) {
  return holdsIndices(root) || isSmallControlValue(root) ? b.getF32Type()
                                                         : storage;
}

Type Lowering::storedElement(Value output) {
  Value root = output;
  Operation *op = root.getDefiningOp();
  for (; op && (nn::isView(op) || isa<nn::CopyOp>(op));
       op = root.getDefiningOp())
    root = op->getOperand(0);
  if (!op || isa<arith::ConstantOp>(op) || nn::isKeptInFloat(op))
    return b.getF32Type();
  return elementOf(root);
}

Value Lowering::storageOf(const nn::Placement &placement) {
  if (placement.returnIndex >= 0)
    return frame->results[placement.returnIndex];
  Value root = placement.root;
  if (auto argument = dyn_cast<BlockArgument>(root))
    return frame->arguments[argument.getArgNumber()];
  Value &memory = frame->storages[root];
  if (memory)
    return memory;
  auto type = cast<RankedTensorType>(root.getType());
  if (isConstant(root)) {
    FailureOr<std::vector<float>> data = readConstant(root);
    assert(succeeded(data) && "verified constants are readable");
    memory = weights(root.getLoc(), type.getShape(), b.getF32Type(),
                     std::move(*data), "constant");
  } else {
    Type element =
        frame->floats.contains(root) ? Type(b.getF32Type()) : elementOf(root);
    memory =
        memref::AllocOp::create(b, root.getLoc(), denseType(type, element));
  }
  return memory;
}

Value Lowering::view(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return view(value, type.getShape());
}

Value Lowering::view(Value value, ArrayRef<int64_t> shape) {
  nn::Placement placement = frame->placements.get(value);
  Value memory = storageOf(placement);
  nn::StridedLayout layout = placement.layout;
  // Dimensions that broadcast are read with stride 0.
  SmallVector<int64_t> strides(shape.size() - layout.shape.size(), 0);
  for (unsigned i = 0; i < layout.shape.size(); ++i) {
    bool repeats = layout.shape[i] == 1 && shape[strides.size()] != 1;
    strides.push_back(repeats ? 0 : layout.strides[i]);
  }
  auto memoryType = cast<MemRefType>(memory.getType());
  auto type = MemRefType::get(
      shape, memoryType.getElementType(),
      StridedLayoutAttr::get(b.getContext(), layout.offset, strides));
  auto [denseStrides, denseOffset] =
      MemRefType::get(shape, memoryType.getElementType()).getStridesAndOffset();
  if (memoryType.getShape() == shape && layout.offset == 0 &&
      ArrayRef<int64_t>(strides) == ArrayRef<int64_t>(denseStrides))
    return memory;
  return memref::ReinterpretCastOp::create(b, value.getLoc(), type, memory,
                                           layout.offset, shape, strides);
}

Value Lowering::weights(Location loc, ArrayRef<int64_t> shape, Type element,
                        std::vector<float> data, StringRef name,
                        unsigned channelDims) {
  auto type = MemRefType::get(shape, element);
  if (packs && shape.size() > channelDims) {
    int64_t lanes = 1;
    for (int64_t extent : shape.take_back(channelDims))
      lanes *= extent;
    unsigned bits = element.getIntOrFloatBitWidth();
    if (auto encoded = encodeWeights(data, shape.front(), lanes, bits))
      return decodeWhenLoaded(*this, loc, type, *encoded);
  }
  auto tensor = RankedTensorType::get(shape, element);
  return metal::WeightsOp::create(
      b, loc, type,
      cast<ElementsAttr>(makeFloats(tensor, std::move(data), name)));
}

Value Lowering::codes(Location loc, ArrayRef<int64_t> shape,
                      std::vector<uint8_t> data) {
  auto tensor = RankedTensorType::get(shape, b.getI8Type());
  ArrayRef<char> bytes(reinterpret_cast<const char *>(data.data()),
                       data.size());
  return metal::WeightsOp::create(
      b, loc, MemRefType::get(shape, b.getI8Type()),
      DenseResourceElementsAttr::get(
          tensor, "codes",
          HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, /*align=*/16)));
}

Value Lowering::joinedCodes(Location loc, ArrayRef<int64_t> shape,
                            ArrayRef<uint8_t> data) {
  SmallVector<int64_t> bytes(shape);
  unsigned bits = bitsFor(data, shape.back());
  bytes.back() = shape.back() * bits / 8;
  return codes(loc, bytes, joinCodes(data, shape.back(), bits));
}

Value Lowering::temporary(Location loc, ArrayRef<int64_t> shape) {
  return memref::AllocOp::create(b, loc,
                                 MemRefType::get(shape, b.getF32Type()));
}

Value mlc::collapse(OpBuilder &builder, Value memref, unsigned first,
                    unsigned last) {
  auto type = cast<MemRefType>(memref.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  SmallVector<int64_t> shape(type.getShape());
  // Dimensions of extent 1 have no stride worth looking at.
  int64_t extent = 1, stride = strides[last];
  bool any = false;
  for (unsigned i = last + 1; i-- > first;) {
    if (shape[i] == 1)
      continue;
    if (any && strides[i] != stride * extent)
      return {};
    if (!any)
      stride = strides[i];
    any = true;
    extent *= shape[i];
  }
  SmallVector<int64_t> newShape(shape.begin(), shape.begin() + first);
  SmallVector<int64_t> newStrides(strides.begin(), strides.begin() + first);
  newShape.push_back(extent);
  newStrides.push_back(stride);
  newShape.append(shape.begin() + last + 1, shape.end());
  newStrides.append(strides.begin() + last + 1, strides.end());
  auto layout =
      StridedLayoutAttr::get(builder.getContext(), offset, newStrides);
  auto newType = MemRefType::get(newShape, type.getElementType(), layout);
  // Look through a view, so that a chain of them stays one.
  Value base = memref;
  if (auto cast = memref.getDefiningOp<memref::ReinterpretCastOp>())
    base = cast.getSource();
  return memref::ReinterpretCastOp::create(builder, memref.getLoc(), newType,
                                           base, offset, newShape, newStrides);
}

//===----------------------------------------------------------------------===//
// Dispatches
//===----------------------------------------------------------------------===//

// Of all that a kernel is but its name and where it comes from.
static llvm::hash_code hashKernel(metal::KernelOp kernel) {
  llvm::hash_code hash(0);
  kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    hash =
        llvm::hash_combine(hash, OperationEquivalence::computeHash(
                                     op, OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::IgnoreLocations));
  });
  return hash;
}

static bool isSameKernel(metal::KernelOp a, metal::KernelOp b) {
  return a.getKind() == b.getKind() &&
         a.getParameterNames() == b.getParameterNames() &&
         a.getWritten() == b.getWritten() &&
         OperationEquivalence::isRegionEquivalentTo(
             &a.getBody(), &b.getBody(), OperationEquivalence::IgnoreLocations);
}

metal::KernelOp Lowering::share(KernelBuilder &kernel) {
  metal::KernelOp op = kernel.kernel();
  metal::ReturnOp::create(kernel.builder(), kernel.loc());
  Location loc = op.getLoc();
  std::string wanted = op.getSymName().str();
  auto &candidates =
      kernelsByHash[llvm::hash_combine(StringRef(wanted), hashKernel(op))];
  for (auto [name, known] : candidates)
    if (name == wanted && isSameKernel(known, op)) {
      op.erase();
      kernelLocations[known].push_back(loc);
      return known;
    }
  unsigned same = kernelsByName[wanted]++;
  if (same)
    op.setSymName(wanted + "_" + llvm::utostr(same + 1));
  candidates.push_back({wanted, op});
  kernelLocations[op].push_back(loc);
  return op;
}

void Lowering::dispatch(KernelBuilder &kernel, ArrayRef<KernelOperand> operands,
                        const Grid &grid, int64_t flops) {
  metal::KernelOp known = share(kernel);
  SmallVector<Value> memrefs;
  int64_t bytes = 0;
  for (const KernelOperand &operand : operands) {
    memrefs.push_back(operand.memref);
    auto type = cast<MemRefType>(operand.memref.getType());
    auto [strides, offset] = type.getStridesAndOffset();
    int64_t elements = 1;
    for (auto [extent, stride] : llvm::zip(type.getShape(), strides))
      elements *= stride == 0 ? 1 : extent;
    bytes += elements * type.getElementType().getIntOrFloatBitWidth() / 8;
  }
  metal::DispatchOp::create(b, kernel.loc(), known.getSymName(), grid.threads,
                            grid.group, memrefs, flops, bytes);
}

namespace {

struct ConvertNNToMetal : mlc::impl::ConvertNNToMetalBase<ConvertNNToMetal> {
  using ConvertNNToMetalBase::ConvertNNToMetalBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(checkConstants(module)))
      return signalPassFailure();
    Builder builder(module);
    Type storage;
    if (precision == "f16")
      storage = builder.getF16Type();
    else if (precision == "f32")
      storage = builder.getF32Type();
    else {
      module.emitError("precision must be f16 or f32, is '")
          << precision << "'";
      return signalPassFailure();
    }
    std::optional<GpuFamily> family = findGpuFamily(gpuFamily);
    if (!family) {
      module.emitError("gpu-family must be ")
          << gpuFamilyNames() << ", is '" << gpuFamily << "'";
      return signalPassFailure();
    }
    // Sub-networks become part of what calls them.
    SmallVector<func::FuncOp> inlined;
    for (auto func : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (func.isPrivate())
        inlined.push_back(func);
      else if (failed(Lowering(module, func, storage, winograd, !expandWeights,
                               *family)
                          .run()))
        return signalPassFailure();
    for (func::FuncOp func : inlined)
      func.erase();
    module->setAttr("metal.precision", builder.getStringAttr(precision));
  }
};

} // namespace
