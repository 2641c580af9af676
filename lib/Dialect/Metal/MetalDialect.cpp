// Registration, text form and rules of the metal dialect.
#include "mlc/Dialect/Metal/Metal.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace mlir::metal;

#include "mlc/Dialect/Metal/MetalDialect.cpp.inc"
#include "mlc/Dialect/Metal/MetalEnums.cpp.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/Metal/MetalOps.cpp.inc"

void MetalDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "mlc/Dialect/Metal/MetalOps.cpp.inc"
      >();
}

bool metal::isLanes(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector || vector.getRank() != 1 || vector.isScalable() ||
      !vector.getElementType().isF32())
    return false;
  int64_t lanes = vector.getDimSize(0);
  return lanes == 4 || lanes == 8 || lanes == 16;
}

bool metal::isMatrix(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getElementType().isF32() && !vector.isScalable() &&
         vector.getShape() == ArrayRef<int64_t>{kMatrixSize, kMatrixSize};
}

bool metal::isMatrixArray(Type type) {
  auto array = dyn_cast<MemRefType>(type);
  return array && isMatrix(array.getElementType()) && array.hasStaticShape() &&
         !array.getMemorySpace() && array.getLayout().isIdentity();
}

Attribute metal::threadgroupSpace(MLIRContext *context) {
  return StringAttr::get(context, "threadgroup");
}

//===----------------------------------------------------------------------===//
// metal.kernel
//===----------------------------------------------------------------------===//

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name,
                     StringRef kind, TypeRange parameters,
                     ArrayRef<StringRef> parameterNames,
                     ArrayRef<bool> written) {
  state.addAttribute(getSymNameAttrName(state.name),
                     builder.getStringAttr(name));
  state.addAttribute(getKindAttrName(state.name), builder.getStringAttr(kind));
  state.addAttribute(getParameterNamesAttrName(state.name),
                     builder.getStrArrayAttr(parameterNames));
  state.addAttribute(getWrittenAttrName(state.name),
                     builder.getDenseBoolArrayAttr(written));
  Block &block = state.addRegion()->emplaceBlock();
  for (Type type : parameters)
    block.addArgument(type, state.location);
}

// metal.kernel @name "kind" (%input: memref<...>, write %output: memref<...>)
ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &state) {
  Builder &builder = parser.getBuilder();
  StringAttr name, kind;
  if (parser.parseSymbolName(name, getSymNameAttrName(state.name),
                             state.attributes) ||
      parser.parseAttribute(kind, getKindAttrName(state.name),
                            state.attributes))
    return failure();
  SmallVector<OpAsmParser::Argument> parameters;
  SmallVector<bool> written;
  SmallVector<StringRef> names;
  auto parseParameter = [&]() -> ParseResult {
    written.push_back(succeeded(parser.parseOptionalKeyword("write")));
    OpAsmParser::Argument &parameter = parameters.emplace_back();
    if (parser.parseArgument(parameter, /*allowType=*/true))
      return failure();
    names.push_back(parameter.ssaName.name.drop_front());
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren,
                                     parseParameter) ||
      parser.parseOptionalAttrDictWithKeyword(state.attributes))
    return failure();
  if (!state.attributes.get(getParameterNamesAttrName(state.name)))
    state.addAttribute(getParameterNamesAttrName(state.name),
                       builder.getStrArrayAttr(names));
  state.addAttribute(getWrittenAttrName(state.name),
                     builder.getDenseBoolArrayAttr(written));
  return parser.parseRegion(*state.addRegion(), parameters);
}

void KernelOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << ' ' << getKindAttr() << '(';
  llvm::interleaveComma(llvm::zip(getParameters(), getWritten()), printer,
                        [&](auto pair) {
                          auto [parameter, written] = pair;
                          if (written)
                            printer << "write ";
                          printer << parameter << ": " << parameter.getType();
                        });
  printer << ')';
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(),
      {getSymNameAttrName(), getKindAttrName(), getWrittenAttrName()});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

int64_t KernelOp::getThreadgroupBytes() {
  int64_t bytes = 0;
  getBody().walk([&](ThreadgroupAllocOp op) {
    auto type = cast<MemRefType>(op.getType());
    int64_t element = 4;
    if (auto lanes = dyn_cast<VectorType>(type.getElementType()))
      element *= lanes.getNumElements();
    bytes += element * type.getNumElements();
  });
  return bytes;
}

bool KernelOp::isCooperative() {
  return getBody()
      .walk([](BarrierOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

bool KernelOp::usesSimdgroups() {
  return getBody()
      .walk([](SimdgroupIndexOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

LogicalResult KernelOp::verify() {
  Block &block = getBody().front();
  unsigned count = block.getNumArguments();
  if (count > kMaxBuffers)
    return emitOpError() << "has " << count << " buffers, Metal allows "
                         << kMaxBuffers;
  if (getParameterNames().size() != count || getWritten().size() != count)
    return emitOpError("needs a name and an access for each parameter");
  for (BlockArgument parameter : block.getArguments()) {
    auto type = dyn_cast<MemRefType>(parameter.getType());
    SmallVector<int64_t> strides;
    int64_t offset;
    // Of any extent, but dense.
    if (type && type.getRank() == 1 && type.isDynamicDim(0) &&
        type.getLayout().isIdentity() && !type.getMemorySpace())
      continue;
    if (!type || !type.hasStaticShape() || type.getMemorySpace() ||
        failed(type.getStridesAndOffset(strides, offset)) ||
        ShapedType::isDynamic(offset) ||
        llvm::any_of(strides, ShapedType::isDynamic))
      return emitOpError() << "parameter #" << parameter.getArgNumber()
                           << " must be a memref with static shape, strides "
                              "and offset";
  }
  if (!isa_and_nonnull<ReturnOp>(block.empty() ? nullptr : &block.back()))
    return emitOpError("must end with metal.return");
  return success();
}

// Ops that a kernel may hold, all of which the printer of Metal text knows.
static bool isKernelOp(Operation *op) {
  if (isa<arith::ArithDialect, math::MathDialect, MetalDialect>(
          op->getDialect()))
    return !isa<KernelOp, DispatchOp, WeightsOp, DecodeOp, ArenaOp, SliceOp>(
        op);
  return isa<scf::ForOp, scf::IfOp, scf::YieldOp, memref::LoadOp,
             memref::StoreOp, memref::AllocaOp, vector::BroadcastOp>(op);
}

LogicalResult KernelOp::verifyRegions() {
  WalkResult result = getBody().walk([&](Operation *op) {
    if (!isKernelOp(op)) {
      op->emitOpError("cannot be in a kernel");
      return WalkResult::interrupt();
    }
    auto isDouble = [](Type type) {
      return getElementTypeOrSelf(type).isF64();
    };
    if (llvm::any_of(op->getOperandTypes(), isDouble) ||
        llvm::any_of(op->getResultTypes(), isDouble)) {
      op->emitOpError("uses f64, which Metal does not have");
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  if (getThreadgroupBytes() > kMaxThreadgroupBytes)
    return emitOpError() << "allocates " << getThreadgroupBytes()
                         << " bytes of threadgroup memory, Metal allows "
                         << kMaxThreadgroupBytes;
  return success();
}

LogicalResult ThreadgroupAllocOp::verify() {
  auto type = cast<MemRefType>(getType());
  if (type.getMemorySpace() != threadgroupSpace(getContext()))
    return emitOpError("must be in the memory space \"threadgroup\"");
  if (!type.getElementType().isF32() && !isLanes(type.getElementType()))
    return emitOpError("holds f32 or lanes");
  return success();
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

static LogicalResult verifyAccess(Operation *op, Value buffer,
                                  ValueRange indices) {
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getRank() != int64_t(indices.size()))
    return op->emitOpError() << "has " << indices.size() << " indices for "
                             << type.getRank() << " dimensions";
  if (type.getRank() == 0)
    return op->emitOpError("needs a dimension to go along");
  return success();
}

void LoadLanesOp::build(OpBuilder &builder, OperationState &state,
                        VectorType type, Value buffer, ValueRange indices,
                        Value count) {
  state.addTypes(type);
  state.addOperands(buffer);
  state.addOperands(indices);
  if (count)
    state.addOperands(count);
  llvm::copy(
      ArrayRef<int32_t>{1, int32_t(indices.size()), count ? 1 : 0},
      state.getOrAddProperties<Properties>().operandSegmentSizes.begin());
}

LogicalResult LoadLanesOp::verify() {
  return verifyAccess(*this, getBuffer(), getIndices());
}

LogicalResult LoadCodesOp::verify() {
  auto type = cast<MemRefType>(getBuffer().getType());
  if (failed(verifyAccess(*this, getBuffer(), getIndices())))
    return failure();
  int64_t codes = getType().getDimSize(0), bytes = type.getShape().back();
  if (!type.getElementType().isInteger(8) ||
      type.getStridesAndOffset().first.back() != 1)
    return emitOpError("needs bytes that follow each other");
  if (!llvm::is_contained({codes / 8, codes / 4, codes / 2, codes}, bytes) ||
      bytes == 0)
    return emitOpError() << "has " << bytes << " bytes for " << codes
                         << " codes";
  return success();
}

void StoreLanesOp::build(OpBuilder &builder, OperationState &state, Value value,
                         Value buffer, ValueRange indices, Value count) {
  state.addOperands({value, buffer});
  state.addOperands(indices);
  if (count)
    state.addOperands(count);
  llvm::copy(
      ArrayRef<int32_t>{1, 1, int32_t(indices.size()), count ? 1 : 0},
      state.getOrAddProperties<Properties>().operandSegmentSizes.begin());
}

LogicalResult StoreLanesOp::verify() {
  return verifyAccess(*this, getBuffer(), getIndices());
}

//===----------------------------------------------------------------------===//
// Simdgroup matrices
//===----------------------------------------------------------------------===//

static LogicalResult verifyMove(Operation *op, Value memory, int64_t rowLength,
                                Value array, ValueRange indices) {
  auto type = cast<MemRefType>(memory.getType());
  if (!memory.getDefiningOp<ThreadgroupAllocOp>() || type.getRank() != 1 ||
      !type.getElementType().isF32())
    return op->emitOpError("needs threadgroup memory of f32 in one dimension");
  if (rowLength < kMatrixSize)
    return op->emitOpError("has rows that overlap");
  return verifyAccess(op, array, indices);
}

LogicalResult LoadMatrixOp::verify() {
  return verifyMove(*this, getMemory(), getRowLength(), getArray(),
                    getIndices());
}

LogicalResult StoreMatrixOp::verify() {
  return verifyMove(*this, getMemory(), getRowLength(), getArray(),
                    getIndices());
}

LogicalResult MultiplyMatricesOp::verify() {
  auto shapeOf = [](Value array) {
    return cast<MemRefType>(array.getType()).getShape();
  };
  SmallVector<int64_t> product(shapeOf(getLeft()));
  llvm::append_range(product, shapeOf(getRight()));
  if (product.size() != 2 || shapeOf(getSums()) != ArrayRef<int64_t>(product))
    return emitOpError("needs a sum for each pair of left and right");
  return success();
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

LogicalResult ElementsOp::verify() {
  auto type = cast<MemRefType>(getType());
  if (type.getRank() != 2 || !type.getElementType().isF32())
    return emitOpError("is an array of runs of f32");
  if (!getStorage().isF16() && !getStorage().isF32())
    return emitOpError("holds what is stored as f16 or f32");
  return success();
}

LogicalResult LoadElementsOp::verify() {
  auto elements = getArray().getDefiningOp<ElementsOp>();
  if (!elements)
    return emitOpError("fills an array made by metal.elements");
  auto isRun = [&](Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    auto [strides, offset] = type.getStridesAndOffset();
    return type.getElementType() == elements.getStorage() && type.getRank() &&
           (strides.back() == 1 ||
            cast<MemRefType>(elements.getType()).getDimSize(1) == 1);
  };
  if (!isRun(getBuffer()) || (getOther() && !isRun(getOther())))
    return emitOpError("needs consecutive elements of the array's storage");
  if (bool(getInside()) != bool(getOther()))
    return emitOpError("needs a condition and an alternative together");
  if (failed(verifyAccess(*this, getBuffer(), getIndices())))
    return failure();
  return getOther() ? verifyAccess(*this, getOther(), getOtherIndices())
                    : success();
}

// Whether `array` is private to the thread and holds runs of floats.
static bool isArrayOfRuns(Value array) {
  auto type = cast<MemRefType>(array.getType());
  return array.getDefiningOp<memref::AllocaOp>() && type.getRank() == 2 &&
         type.getElementType().isF32();
}

LogicalResult GetLanesOp::verify() {
  auto type = cast<MemRefType>(getArray().getType());
  if (!isArrayOfRuns(getArray()) ||
      type.getDimSize(1) < cast<VectorType>(getType()).getDimSize(0))
    return emitOpError("needs a private array of runs as long as the lanes");
  return success();
}

LogicalResult PutLanesOp::verify() {
  auto type = cast<MemRefType>(getArray().getType());
  if (!isa_and_nonnull<memref::AllocaOp, ThreadgroupAllocOp>(
          getArray().getDefiningOp()) ||
      type.getRank() != 1 || !type.getElementType().isF32() ||
      type.getDimSize(0) < cast<VectorType>(getValue().getType()).getDimSize(0))
    return emitOpError("needs an array of the thread or its group, at least as "
                       "long as the lanes");
  return success();
}

LogicalResult PutElementsOp::verify() {
  auto type = cast<MemRefType>(getArray().getType());
  if (!isArrayOfRuns(getArray()) ||
      type.getDimSize(1) !=
          cast<VectorType>(getValue().getType()).getDimSize(0))
    return emitOpError("needs a private array of runs as long as the lanes");
  return success();
}

LogicalResult CustomOp::verify() {
  if (getNames().size() != getBuffers().size() || getBuffers().empty() ||
      getPosition().size() != 5 || getExtents().size() != 5)
    return emitOpError("needs a name for each buffer and five dimensions");
  for (Value buffer : getBuffers()) {
    auto type = cast<MemRefType>(buffer.getType());
    if ((type.getRank() != 5 && type.getRank() != 1) ||
        !isa<BlockArgument>(buffer))
      return emitOpError("reads parameters of five dimensions or one");
  }
  return success();
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

LogicalResult WeightsOp::verify() {
  auto type = cast<MemRefType>(getType());
  auto value = cast<ShapedType>(getValue().getType());
  if (type.getShape() != value.getShape() ||
      type.getElementType() != value.getElementType() ||
      !type.getLayout().isIdentity())
    return emitOpError("must have the shape and type of its value");
  return success();
}

KernelOp DecodeOp::getKernelOp() {
  return SymbolTable::lookupNearestSymbolFrom<KernelOp>(*this, getKernelAttr());
}

LogicalResult DecodeOp::verify() {
  if (getThreads() < 1 || getGroup() < 1 ||
      getGroup() > kMaxThreadsPerThreadgroup)
    return emitOpError("needs threads, in groups of at most ")
           << kMaxThreadsPerThreadgroup;
  for (Value constant : getConstants())
    if (!isa_and_nonnull<WeightsOp, DecodeOp>(constant.getDefiningOp()))
      return emitOpError(
          "reads something that is not metal.weights or metal.decode");
  if (!cast<MemRefType>(getType()).getLayout().isIdentity())
    return emitOpError("must be dense");
  return success();
}

void DispatchOp::build(OpBuilder &builder, OperationState &state,
                       StringRef kernel, ArrayRef<int64_t> threads,
                       ArrayRef<int64_t> group, ValueRange buffers,
                       int64_t flops, int64_t bytes) {
  build(builder, state, FlatSymbolRefAttr::get(builder.getContext(), kernel),
        builder.getDenseI64ArrayAttr(threads),
        builder.getDenseI64ArrayAttr(group), buffers,
        builder.getI64IntegerAttr(flops), builder.getI64IntegerAttr(bytes),
        DenseI64ArrayAttr(), UnitAttr());
}

KernelOp DispatchOp::getKernelOp() {
  return SymbolTable::lookupNearestSymbolFrom<KernelOp>(*this, getKernelAttr());
}

std::array<int64_t, 3> DispatchOp::getThreadgroups() {
  std::array<int64_t, 3> groups;
  for (unsigned i = 0; i < 3; ++i)
    groups[i] = llvm::divideCeil(getThreads()[i], getGroup()[i]);
  return groups;
}

LogicalResult DispatchOp::verify() {
  if (getThreads().size() != 3 || getGroup().size() != 3)
    return emitOpError("threads and group have three dimensions");
  int64_t threads = 1;
  for (unsigned i = 0; i < 3; ++i) {
    if (getThreads()[i] < 1 || getGroup()[i] < 1)
      return emitOpError("threads and group must be positive");
    threads *= getGroup()[i];
  }
  if (threads > kMaxThreadsPerThreadgroup)
    return emitOpError() << "has " << threads
                         << " threads in a group, Metal allows "
                         << kMaxThreadsPerThreadgroup;
  return success();
}

// A buffer fits a parameter if only the bound part of the offset differs.
static bool fits(MemRefType buffer, MemRefType parameter) {
  if (buffer.getElementType() != parameter.getElementType())
    return false;
  if (!parameter.hasStaticShape())
    return buffer.getLayout().isIdentity();
  if (buffer.getShape() != parameter.getShape())
    return false;
  auto [bufferStrides, bufferOffset] = buffer.getStridesAndOffset();
  auto [strides, offset] = parameter.getStridesAndOffset();
  int64_t unit =
      kBoundAlignment /
      llvm::divideCeil(buffer.getElementType().getIntOrFloatBitWidth(), 8);
  return bufferStrides == strides && bufferOffset % unit == offset % unit;
}

// Whether `op` may give `buffers` to the kernel that it names.
static LogicalResult verifyBuffers(Operation *op, FlatSymbolRefAttr name,
                                   ValueRange buffers,
                                   SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<KernelOp>(op, name);
  if (!kernel)
    return op->emitOpError() << "there is no kernel " << name;
  auto parameters = kernel.getParameters();
  if (parameters.size() != buffers.size())
    return op->emitOpError()
           << "gives " << buffers.size() << " buffers, the kernel takes "
           << parameters.size();
  for (auto [index, pair] : llvm::enumerate(llvm::zip(buffers, parameters))) {
    auto [buffer, parameter] = pair;
    if (!fits(cast<MemRefType>(buffer.getType()),
              cast<MemRefType>(parameter.getType())))
      return op->emitOpError()
             << "buffer #" << index << " is " << buffer.getType()
             << ", the kernel takes " << parameter.getType();
  }
  return success();
}

LogicalResult DecodeOp::verifySymbolUses(SymbolTableCollection &symbols) {
  SmallVector<Value> buffers(getConstants());
  buffers.push_back(getResult());
  return verifyBuffers(*this, getKernelAttr(), buffers, symbols);
}

LogicalResult DispatchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyBuffers(*this, getKernelAttr(), getBuffers(), symbols);
}

// Which buffers a kernel only reads matters to no pass that asks for effects,
// and looking the kernel up for each dispatch takes long where there are many.
void DispatchOp::getEffects(
    SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  for (OpOperand &buffer : getBuffersMutable()) {
    effects.emplace_back(MemoryEffects::Write::get(), &buffer);
    effects.emplace_back(MemoryEffects::Read::get(), &buffer);
  }
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

static LogicalResult verifyNumber(Operation *op, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  if (type.getNumElements() != 1 || !isa<FloatType>(type.getElementType()))
    return op->emitOpError() << "needs one f16 or f32, is given " << type;
  return success();
}

LogicalResult metal::IfOp::verify() { return verifyNumber(*this, getFlag()); }

LogicalResult metal::LoopOp::verify() {
  if (getLimit() && getCount())
    return emitOpError("has both a count and a limit");
  if (getLimit() && int64_t(*getLimit()) < 0)
    return emitOpError("has a limit below 0");
  return getCount() ? verifyNumber(*this, getCount()) : success();
}

LogicalResult metal::ExitUnlessOp::verify() {
  return verifyNumber(*this, getFlag());
}
