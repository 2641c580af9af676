// Statements of a kernel. Values that are used once, or cost nothing, are
// printed where they are used; the others get a name, the one that the builder
// of the kernel gave them.
#include "KernelPrinter.h"

#include "Prelude.h"
#include "mlc/Support/MetalNames.h"
#include "mlc/Support/Provenance.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlc;

std::string mlc::metalType(Type type) {
  if (metal::isMatrix(type))
    return "simdgroup_float8x8";
  if (auto vector = dyn_cast<VectorType>(type))
    return (vector.getElementType().isInteger(1) ? "mask<" : "lanes<") +
           std::to_string(vector.getNumElements()) + ">";
  if (type.isF16())
    return "half";
  if (type.isF32())
    return "float";
  if (type.isInteger(1))
    return "bool";
  if (type.isInteger(8))
    return "uchar";
  return "int";
}

raw_ostream &KernelPrinter::line() { return os.indent(2 * indent); }

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

// Whether the text would mean something else by `name`.
static bool isReserved(StringRef name) {
  return isMetalKeyword(name) || isMetalFunction(name) || isPreludeName(name);
}

std::string KernelPrinter::uniqueName(StringRef wanted) {
  std::string name = metalIdentifier(wanted);
  if (isPreludeName(name))
    name += "_";
  std::string unique = name;
  unsigned &next = suffixes.try_emplace(name, 2).first->second;
  while (isReserved(unique) || !used.insert(unique).second)
    unique = name + std::to_string(next++);
  return unique;
}

std::string KernelPrinter::nameFor(Value value, StringRef fallback) {
  Location loc = value.getLoc();
  if (auto named = dyn_cast<NameLoc>(loc);
      named && loc != Location(kernel.getLoc()))
    return uniqueName(named.getName().getValue());
  return uniqueName(fallback);
}

//===----------------------------------------------------------------------===//
// The kernel's head
//===----------------------------------------------------------------------===//

void KernelPrinter::printHeader() {
  constexpr size_t kMaxNames = 8;
  SmallVector<StringRef> layers = layerNames(kernel.getLoc());
  os << "\n// ";
  if (layers.empty())
    os << kernel.getKind();
  llvm::interleaveComma(ArrayRef<StringRef>(layers).take_front(kMaxNames), os,
                        [&](StringRef name) { os << metalComment(name); });
  if (layers.size() > kMaxNames)
    os << " and " << layers.size() - kMaxNames << " more layers";
  os << "\n";
}

namespace {
struct PositionParameter {
  StringRef name, attribute, type = "uint3";
};
} // namespace

// The positions that the body asks for.
static SmallVector<PositionParameter>
positionParameters(metal::KernelOp kernel) {
  bool inGrid = false, inGroup = false, group = false, size = false;
  kernel.getBody().walk([&](Operation *op) {
    inGrid |= isa<metal::ThreadPositionInGridOp>(op);
    inGroup |= isa<metal::ThreadPositionInThreadgroupOp>(op);
    group |= isa<metal::ThreadgroupPositionInGridOp>(op);
    size |= isa<metal::ThreadsPerThreadgroupOp>(op);
  });
  SmallVector<PositionParameter> result;
  if (inGrid)
    result.push_back({"gridPosition", "thread_position_in_grid"});
  if (inGroup)
    result.push_back({"groupPosition", "thread_position_in_threadgroup"});
  if (group)
    result.push_back({"groupIndex", "threadgroup_position_in_grid"});
  if (size)
    result.push_back({"threadsPerGroup", "threads_per_threadgroup"});
  if (kernel.usesSimdgroups())
    result.push_back(
        {"simdgroupIndex", "simdgroup_index_in_threadgroup", "uint"});
  return result;
}

SmallVector<StringRef> mlc::kernelPositions(metal::KernelOp kernel) {
  SmallVector<StringRef> attributes;
  for (const PositionParameter &position : positionParameters(kernel))
    attributes.push_back(position.attribute);
  return attributes;
}

void KernelPrinter::printSignature() {
  for (StringRef name : {"gridPosition", "groupPosition", "groupIndex",
                         "threadsPerGroup", "simdgroupIndex"})
    used.insert(name);
  os << "kernel void " << kernel.getSymName() << "(";
  auto names = kernel.getParameterNames().getAsValueRange<StringAttr>();
  std::string separator = "\n    ";
  for (auto [parameter, wanted, written] :
       llvm::zip(kernel.getParameters(), names, kernel.getWritten())) {
    std::string name = uniqueName(wanted);
    expressions[parameter] = {name};
    os << separator << "device " << (written ? "" : "const ")
       << metalType(cast<MemRefType>(parameter.getType()).getElementType())
       << " *" << name << " [[buffer(" << parameter.getArgNumber() << ")]]";
    separator = ",\n    ";
  }
  for (const PositionParameter &position : positionParameters(kernel)) {
    os << separator << position.type << " " << position.name << " [["
       << position.attribute << "]]";
    separator = ",\n    ";
  }
  os << ") {\n";
}

// How the dimensions of a buffer are called, by its rank.
static StringRef dimensionName(int64_t rank, unsigned dimension) {
  static constexpr StringLiteral rank2[] = {"ROW", "COLUMN"};
  static constexpr StringLiteral rank3[] = {"IMAGE", "PIXEL", "CHANNEL"};
  static constexpr StringLiteral rank4[] = {"IMAGE", "ROW", "PIXEL", "CHANNEL"};
  static constexpr StringLiteral rank5[] = {"BLOCK", "ROW", "COLUMN", "CHANNEL",
                                            "LANE"};
  switch (rank) {
  case 1:
    return "STEP";
  case 2:
    return rank2[dimension];
  case 3:
    return rank3[dimension];
  case 4:
    return rank4[dimension];
  case 5:
    return rank5[dimension];
  default:
    return "DIMENSION";
  }
}

// Strides of the parameters, named: what an index is made of.
void KernelPrinter::printStrideConstants() {
  DenseMap<std::pair<Value, unsigned>, bool> wanted;
  auto note = [&](Value buffer, ValueRange indices) {
    for (auto [dimension, index] : llvm::enumerate(indices))
      if (!matchPattern(index, m_Zero()))
        wanted[{buffer, unsigned(dimension)}] = true;
  };
  kernel.getBody().walk([&](Operation *op) {
    if (auto load = dyn_cast<memref::LoadOp>(op))
      note(load.getMemRef(), load.getIndices());
    else if (auto store = dyn_cast<memref::StoreOp>(op))
      note(store.getMemRef(), store.getIndices());
    else if (auto load = dyn_cast<metal::LoadLanesOp>(op))
      note(load.getBuffer(), load.getIndices());
    else if (auto load = dyn_cast<metal::LoadCodesOp>(op))
      note(load.getBuffer(), load.getIndices());
    else if (auto store = dyn_cast<metal::StoreLanesOp>(op))
      note(store.getBuffer(), store.getIndices());
    else if (auto load = dyn_cast<metal::LoadElementsOp>(op))
      note(load.getBuffer(), load.getIndices());
  });
  for (BlockArgument parameter : kernel.getParameters()) {
    auto type = cast<MemRefType>(parameter.getType());
    auto [strides, offset] = type.getStridesAndOffset();
    for (unsigned i = 0; i < strides.size(); ++i) {
      if (!wanted.lookup({parameter, i}) || strides[i] == 0 || strides[i] == 1)
        continue;
      std::string name =
          uniqueName(StringRef(expressions[parameter].text).upper() + "_" +
                     dimensionName(strides.size(), i).str());
      line() << "constexpr int " << name << " = " << strides[i] << ";\n";
      strideNames[{parameter, i}] = name;
    }
  }
}

// The developer's code that `op` calls, with the layout of what it reads.
CustomCode KernelPrinter::customCode(metal::CustomOp op) {
  CustomCode code{kernel.getSymName().str() + "_code",
                  op.getFunction(),
                  op.getFile(),
                  op.getSource(),
                  op.getConstants(),
                  {},
                  {}};
  llvm::copy(op.getExtents(), code.extents.begin());
  for (auto [buffer, name] : llvm::zip(op.getBuffers(), op.getNames())) {
    auto type = cast<MemRefType>(buffer.getType());
    auto [strides, offset] = type.getStridesAndOffset();
    CustomBuffer &added = code.buffers.emplace_back();
    added.name = cast<StringAttr>(name).getValue();
    added.elementType = metalType(type.getElementType());
    added.isWeight = type.getRank() == 1;
    added.extents.fill(1);
    added.strides.fill(0);
    llvm::copy(type.getShape(), added.extents.end() - type.getRank());
    llvm::copy(strides, added.strides.end() - type.getRank());
  }
  return code;
}

LogicalResult KernelPrinter::print() {
  StringRef name = kernel.getSymName();
  if (isReserved(name) || name.empty() || llvm::isDigit(name.front()) ||
      !llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    return kernel.emitError("has a name that is no identifier of Metal");
  kernel.getBody().walk([&](metal::CustomOp op) { customCode(op).print(os); });
  printHeader();
  printSignature();
  printStrideConstants();
  if (failed(printBlock(kernel.getBody().front())))
    return failure();
  os << "}\n";
  return failure(hasErrors);
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

// Whether some op from `from` up to its user `to` (in one block) may write.
static bool writesBetween(Operation *from, Operation *to) {
  if (from->getBlock() != to->getBlock())
    return true;
  for (Operation *op = from->getNextNode(); op != to; op = op->getNextNode())
    if (!isMemoryEffectFree(op) &&
        !isa<memref::LoadOp, metal::LoadLanesOp, metal::LoadCodesOp,
             metal::GetLanesOp, memref::AllocaOp, metal::ElementsOp>(op))
      return true;
  return false;
}

// Compilers allow so and so many parentheses in each other (256 in clang), and
// building an expression goes down to its innermost operand.
static constexpr unsigned kMaxNested = 64;

bool KernelPrinter::isTooDeep(Operation *op) {
  unsigned depth = 0;
  for (Value operand : op->getOperands())
    if (Operation *inner = operand.getDefiningOp())
      depth = std::max(depth, depths.lookup(inner));
  // A variable begins a new expression.
  depths[op] = depth < kMaxNested ? depth + 1 : 0;
  return depth >= kMaxNested;
}

bool KernelPrinter::isInlined(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumRegions() || variables.contains(op))
    return false;
  if (isa<memref::AllocaOp, metal::ThreadgroupAllocOp, metal::ElementsOp>(op))
    return false;
  if (matchPattern(op, m_Constant()) || isa<arith::IndexCastOp>(op))
    return true;
  // A name that the builder gave makes a variable.
  bool isNamed = isa<NameLoc>(op->getLoc()) && op->getLoc() != kernel.getLoc();
  if (isNamed || !op->hasOneUse())
    return false;
  if (isMemoryEffectFree(op))
    return true;
  // A load moves to its user only past nothing that writes; the user itself
  // must not be inlined further down past a write, so it must be a statement.
  Operation *user = *op->user_begin();
  return !writesBetween(op, user) &&
         (!isInlined(user) || isMemoryEffectFree(user)) &&
         (!isInlined(user) || [&] {
           Operation *last = user;
           while (isInlined(last))
             last = *last->user_begin();
           return !writesBetween(op, last);
         }());
}

LogicalResult KernelPrinter::printBlock(Block &block) {
  for (Operation &op : block)
    if (failed(printOp(&op)))
      return failure();
  return success();
}

void KernelPrinter::printDeclaration(Value value, StringRef name,
                                     const Expression &init) {
  line() << metalType(value.getType()) << " " << name << " = " << init.text
         << ";\n";
}

// `pointer` text for private and threadgroup arrays: name[2][16].
static std::string arrayExtents(MemRefType type) {
  std::string text;
  for (int64_t extent : type.getShape())
    text += "[" + std::to_string(extent) + "]";
  return text;
}

LogicalResult KernelPrinter::printOp(Operation *op) {
  if (isInlined(op)) {
    if (!isTooDeep(op))
      return success();
    variables.insert(op);
  }
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return printFor(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return printIf(branch);
  if (isa<scf::YieldOp, metal::ReturnOp>(op))
    return success();
  if (auto guard = dyn_cast<metal::GuardOp>(op)) {
    line() << "if (" << condition(guard.getCondition(), true).text
           << ") return;\n";
    return success();
  }
  if (auto barrier = dyn_cast<metal::BarrierOp>(op)) {
    line() << "threadgroup_barrier(mem_flags::"
           << (barrier.getDevice() ? "mem_device" : "mem_threadgroup")
           << ");\n";
    return success();
  }
  if (isa<memref::AllocaOp, metal::ThreadgroupAllocOp>(op)) {
    auto type = cast<MemRefType>(op->getResult(0).getType());
    std::string name = nameFor(op->getResult(0), "values");
    expressions[op->getResult(0)] = {name};
    line() << (isa<metal::ThreadgroupAllocOp>(op) ? "threadgroup " : "")
           << metalType(type.getElementType()) << " " << name
           << arrayExtents(type) << ";\n";
    return success();
  }
  if (auto elements = dyn_cast<metal::ElementsOp>(op)) {
    auto type = cast<MemRefType>(elements.getType());
    std::string name = nameFor(elements, "x");
    expressions[elements] = {name};
    line() << "elements<" << metalType(elements.getStorage()) << ", "
           << type.getDimSize(1) << "> " << name << "[" << type.getDimSize(0)
           << "];\n";
    return success();
  }
  if (auto load = dyn_cast<metal::LoadElementsOp>(op)) {
    std::string from = address(load.getBuffer(), load.getIndices());
    if (load.getInside())
      from = expression(load.getInside()).in(Expression::Or) + " ? " + from +
             " : " + address(load.getOther(), load.getOtherIndices());
    line() << "load_elements(" << element(load.getArray(), load.getRun())
           << ", " << from << ");\n";
    return success();
  }
  if (auto load = dyn_cast<metal::LoadMatrixOp>(op)) {
    line() << "simdgroup_load(" << element(load.getArray(), load.getIndices())
           << ", &" << element(load.getMemory(), load.getAt()) << ", "
           << load.getRowLength() << ");\n";
    return success();
  }
  if (auto store = dyn_cast<metal::StoreMatrixOp>(op)) {
    line() << "simdgroup_store("
           << element(store.getArray(), store.getIndices()) << ", &"
           << element(store.getMemory(), store.getAt()) << ", "
           << store.getRowLength() << ");\n";
    return success();
  }
  if (auto product = dyn_cast<metal::MultiplyMatricesOp>(op)) {
    std::string sum =
        element(product.getSums(), {product.getRow(), product.getColumn()});
    line() << "simdgroup_multiply_accumulate(" << sum << ", "
           << element(product.getLeft(), product.getRow()) << ", "
           << element(product.getRight(), product.getColumn()) << ", " << sum
           << ");\n";
    return success();
  }
  if (auto put = dyn_cast<metal::PutElementsOp>(op)) {
    line() << "put_elements(" << element(put.getArray(), put.getRun()) << ", "
           << expression(put.getValue()).text << ");\n";
    return success();
  }
  if (auto put = dyn_cast<metal::PutLanesOp>(op)) {
    bool isShared = put.getArray().getDefiningOp<metal::ThreadgroupAllocOp>();
    line() << (isShared ? "share" : "put") << "_lanes("
           << expression(put.getArray()).text << ", "
           << expression(put.getAt()).text << ", "
           << expression(put.getValue()).text << ");\n";
    return success();
  }
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    line() << element(store.getMemRef(), store.getIndices()) << " = "
           << expression(store.getValue()).text << ";\n";
    return success();
  }
  if (auto store = dyn_cast<metal::StoreLanesOp>(op)) {
    auto type = cast<MemRefType>(store.getBuffer().getType());
    auto [strides, offset] = type.getStridesAndOffset();
    std::string value = expression(store.getValue()).text;
    std::string at = address(store.getBuffer(), store.getIndices());
    int64_t lanes = cast<VectorType>(store.getValue().getType()).getDimSize(0);
    std::string count = store.getCount() ? expression(store.getCount()).text
                                         : std::to_string(lanes);
    if (strides.back() != 1)
      line() << "store_lanes_strided(" << at << ", "
             << strideText(store.getBuffer(), strides.size() - 1) << ", "
             << value << ", " << count << ");\n";
    else
      line() << "store_lanes(" << at << ", " << value
             << (store.getCount() ? ", " + count : "") << ");\n";
    return success();
  }
  // Anything else is a value that gets a name.
  FailureOr<Expression> init = build(op);
  if (failed(init))
    return failure();
  std::string name = nameFor(op->getResult(0), "v");
  printDeclaration(op->getResult(0), name, *init);
  expressions[op->getResult(0)] = {name};
  return success();
}

// `targets = values`, through temporaries where a value reads a target that is
// written before it.
void KernelPrinter::assignResults(ValueRange targets, ValueRange values) {
  SmallVector<std::pair<std::string, std::string>> assignments;
  for (auto [target, value] : llvm::zip(targets, values)) {
    std::string to = expressions[target].text, from = expression(value).text;
    if (to == from)
      continue;
    if (values.size() > 1) {
      std::string next = uniqueName("next_" + to);
      line() << metalType(value.getType()) << " " << next << " = " << from
             << ";\n";
      from = next;
    }
    assignments.push_back({to, from});
  }
  for (auto &[to, from] : assignments)
    line() << to << " = " << from << ";\n";
}

LogicalResult KernelPrinter::printFor(scf::ForOp op) {
  for (auto [result, carried, init] :
       llvm::zip(op.getResults(), op.getRegionIterArgs(), op.getInitArgs())) {
    std::string name = uniqueName("result");
    printDeclaration(result, name, expression(init));
    expressions[carried] = expressions[result] = {name};
  }
  auto named = dyn_cast<NameLoc>(op.getLoc());
  std::string index =
      uniqueName(named ? named.getName().getValue() : StringRef("i"));
  expressions[op.getInductionVar()] = {index};
  if (op->hasAttr("unroll"))
    line() << "#pragma unroll\n";
  std::string high = expression(op.getUpperBound()).in(Expression::Shift);
  line() << "for (int " << index << " = " << expression(op.getLowerBound()).text
         << "; " << index << " < " << high << "; ";
  if (matchPattern(op.getStep(), m_One()))
    os << "++" << index;
  else
    os << index << " += " << expression(op.getStep()).text;
  os << ") {\n";
  ++indent;
  if (failed(printBlock(*op.getBody())))
    return failure();
  assignResults(
      op.getRegionIterArgs(),
      cast<scf::YieldOp>(op.getBody()->getTerminator()).getOperands());
  --indent;
  line() << "}\n";
  // The index is out of scope: its name is free again.
  used.erase(index);
  suffixes.clear();
  return success();
}

LogicalResult KernelPrinter::printIf(scf::IfOp op) {
  for (Value result : op.getResults()) {
    std::string name = nameFor(result, "result");
    line() << metalType(result.getType()) << " " << name << ";\n";
    expressions[result] = {name};
  }
  line() << "if (" << condition(op.getCondition(), false).text << ") {\n";
  for (Region *region : op.getRegions()) {
    if (region->empty())
      continue;
    if (region == &op.getElseRegion())
      line() << "} else {\n";
    ++indent;
    if (failed(printBlock(region->front())))
      return failure();
    if (op.getNumResults())
      assignResults(op.getResults(),
                    region->front().getTerminator()->getOperands());
    --indent;
  }
  line() << "}\n";
  return success();
}
