// The metal dialect: kernels, what only Metal has inside of them, and the
// program that dispatches them.
#ifndef MLC_METAL_OPS
#define MLC_METAL_OPS
include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Metal_Dialect : Dialect {
  let name = "metal";
  let cppNamespace = "::mlir::metal";
  let summary = "What the GPU is told: kernels, buffers, dispatches";
  let description = [{
    A program is a function over memrefs: inputs and outputs are its arguments,
    `memref.alloc` (later views of one `metal.arena`) its intermediates,
    `metal.weights` its packed constants, `metal.dispatch` its work. A kernel is
    a `metal.kernel` whose body is ordinary MLIR: `arith`, `math`, `scf`,
    `memref`, `vector` and the few ops below for what only Metal has.

    A kernel computes on f32 and on *lanes*, `vector<Nxf32>` with N of 4, 8 or
    16: one text that a scalar GPU unrolls and that a CPU keeps in one vector
    register.

    A *simdgroup matrix* is a `vector<8x8xf32>` in a private array: the threads of
    a simdgroup hold it together, and they all do the same with it.
  }];
}

class Metal_Op<string mnemonic, list<Trait> traits = []>
    : Op<Metal_Dialect, mnemonic, traits>;

def Metal_Lanes : Type<
    CPred<"::mlir::metal::isLanes($_self)">, "lanes: 4, 8 or 16 of f32",
    "::mlir::VectorType">;
def Metal_MatrixArray : Type<
    CPred<"::mlir::metal::isMatrixArray($_self)">,
    "array of simdgroup matrices, vector<8x8xf32>", "::mlir::MemRefType">;
def Metal_Buffer : AnyTypeOf<[StridedMemRefOf<[F16, F32, I8]>],
    "strided memref of f16, f32 or bytes", "::mlir::MemRefType">;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

def Metal_KernelOp : Metal_Op<"kernel",
    [Symbol, IsolatedFromAbove, SingleBlock, AutomaticAllocationScope]> {
  let summary = "a function that runs once for each thread of a grid";
  let description = [{
    Its parameters are buffers: memrefs whose shape and strides are part of the
    kernel; one of type `memref<?xT>` takes any dense buffer of that element type.
    A parameter's *offset* is only what cannot be bound, because Metal binds
    buffers at multiples of its own alignment. `written` says which
    parameters the kernel stores to; it reads the others. `kind` is the family
    that reports show (`convolution`, `pooling`, `softmax`, ...). The location
    holds the layers that the kernel computes.

    At most 31 parameters, at most 32 KiB of threadgroup memory, no f64.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$kind,
                       StrArrayAttr:$parameterNames,
                       DenseBoolArrayAttr:$written);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let builders = [
    OpBuilder<(ins "::llvm::StringRef":$name, "::llvm::StringRef":$kind,
                   "::mlir::TypeRange":$parameters,
                   "::llvm::ArrayRef<::llvm::StringRef>":$parameterNames,
                   "::llvm::ArrayRef<bool>":$written)>
  ];
  let skipDefaultBuilders = 1;
  let extraClassDeclaration = [{
    ::mlir::Block::BlockArgListType getParameters() {
      return getBody().front().getArguments();
    }
    /// Bytes of threadgroup memory that the body allocates.
    int64_t getThreadgroupBytes();
    /// Whether the threads of a group work together, with barriers. Such a
    /// kernel is right for every group size, also 1, unless it uses simdgroups.
    bool isCooperative();
    /// Whether its threads ask for their simdgroup. Such a kernel is right for
    /// simdgroups of every size, also 1.
    bool usesSimdgroups();
  }];
}

def Metal_ReturnOp : Metal_Op<"return",
    [Pure, Terminator, HasParent<"KernelOp">]> {
  let summary = "the end of a kernel";
  let assemblyFormat = "attr-dict";
}

def Metal_Dimension : I32EnumAttr<"Dimension", "a dimension of the grid", [
    I32EnumAttrCase<"x", 0>, I32EnumAttrCase<"y", 1>,
    I32EnumAttrCase<"z", 2>]> {
  let cppNamespace = "::mlir::metal";
}

class Metal_PositionOp<string mnemonic, string what>
    : Metal_Op<mnemonic, [Pure]> {
  let summary = what;
  let arguments = (ins Metal_Dimension:$dimension);
  let results = (outs Index:$result);
  let assemblyFormat = "$dimension attr-dict";
}
def Metal_ThreadPositionInGridOp : Metal_PositionOp<
    "thread_position_in_grid", "the thread's position in the grid">;
def Metal_ThreadPositionInThreadgroupOp : Metal_PositionOp<
    "thread_position_in_threadgroup", "the thread's position in its group">;
def Metal_ThreadgroupPositionInGridOp : Metal_PositionOp<
    "threadgroup_position_in_grid", "the group's position in the grid">;
def Metal_ThreadsPerThreadgroupOp : Metal_PositionOp<
    "threads_per_threadgroup", "the size of a threadgroup">;

def Metal_SimdgroupIndexOp : Metal_Op<"simdgroup_index", [Pure]> {
  let summary = "the index of the thread's simdgroup in its group";
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
}
def Metal_SimdgroupWidthOp : Metal_Op<"simdgroup_width", [Pure]> {
  let summary = "the threads of a simdgroup: 32 on a GPU";
  let description = [{
    A constant of the text, which a host that runs a simdgroup as one thread
    defines as 1.
  }];
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
}

def Metal_GuardOp : Metal_Op<"guard", [HasParent<"KernelOp">]> {
  let summary = "threads for which the condition is false leave the kernel";
  let description = [{
    Grids are rounded up to whole threadgroups; this ends the threads beyond
    the end. No barrier may follow it.
  }];
  let arguments = (ins I1:$condition);
  let assemblyFormat = "$condition attr-dict";
}

def Metal_BarrierOp : Metal_Op<"barrier"> {
  let summary = "all threads of the group wait, and see what all have written";
  let description = [{
    Threadgroup memory is visible behind it or, if `device`, buffers.
  }];
  let arguments = (ins UnitAttr:$device);
  let assemblyFormat = "(`device` $device^)? attr-dict";
}

def Metal_ThreadgroupAllocOp : Metal_Op<"threadgroup_alloc",
    [MemoryEffects<[MemAlloc]>]> {
  let summary = "memory that the threads of a group share";
  let results = (outs AnyStaticShapeMemRef:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Metal_LoadMatrixOp : Metal_Op<"load_matrix"> {
  let summary = "a simdgroup matrix out of threadgroup memory";
  let description = [{
    Reads 8 rows of 8 floats into an element of a private array. The first row
    begins at element `at` of the memory, each other one `rowLength` further on.
  }];
  let arguments = (ins Arg<AnyStaticShapeMemRef, "", [MemRead]>:$memory,
                       Index:$at, I64Attr:$rowLength,
                       Arg<Metal_MatrixArray, "", [MemWrite]>:$array,
                       Variadic<Index>:$indices);
  let assemblyFormat = [{
    $memory `[` $at `]` `rows` $rowLength `into` $array `[` $indices `]`
    attr-dict `:` type($memory) `,` type($array)
  }];
  let hasVerifier = 1;
}

def Metal_StoreMatrixOp : Metal_Op<"store_matrix"> {
  let summary = "the reverse of load_matrix";
  let arguments = (ins Arg<Metal_MatrixArray, "", [MemRead]>:$array,
                       Arg<AnyStaticShapeMemRef, "", [MemWrite]>:$memory,
                       Index:$at, I64Attr:$rowLength,
                       Variadic<Index>:$indices);
  let assemblyFormat = [{
    $array `[` $indices `]` `,` $memory `[` $at `]` `rows` $rowLength
    attr-dict `:` type($array) `,` type($memory)
  }];
  let hasVerifier = 1;
}

def Metal_MultiplyMatricesOp : Metal_Op<"multiply_matrices"> {
  let summary = "adds the product of two simdgroup matrices to a third";
  let description = [{
    `sums[row, column] += left[row] * right[column]`, of 8x8 matrices each.
  }];
  let arguments = (ins Arg<Metal_MatrixArray, "", [MemRead, MemWrite]>:$sums,
                       Index:$row, Index:$column,
                       Arg<Metal_MatrixArray, "", [MemRead]>:$left,
                       Arg<Metal_MatrixArray, "", [MemRead]>:$right);
  let assemblyFormat = [{
    $sums `[` $row `,` $column `]` `,` $left `,` $right attr-dict
    `:` type($sums) `,` type($left) `,` type($right)
  }];
  let hasVerifier = 1;
}

def Metal_LoadLanesOp : Metal_Op<"load_lanes", [AttrSizedOperandSegments]> {
  let summary = "consecutive elements of the last dimension, as float";
  let description = [{
    Loads N elements that start at `indices` and go along the last dimension
    (with its stride), converted to f32. With `count` only that many are read,
    the other lanes are 0.
  }];
  let arguments = (ins Arg<Metal_Buffer, "", [MemRead]>:$buffer,
                       Variadic<Index>:$indices, Optional<Index>:$count);
  let results = (outs Metal_Lanes:$result);
  let assemblyFormat = [{
    $buffer `[` $indices `]` (`count` $count^)? attr-dict
    `:` type($buffer) `->` type($result)
  }];
  let hasVerifier = 1;
  let builders = [
    OpBuilder<(ins "::mlir::VectorType":$type, "::mlir::Value":$buffer,
                   "::mlir::ValueRange":$indices, "::mlir::Value":$count)>
  ];
  let skipDefaultBuilders = 1;
}

def Metal_LoadCodesOp : Metal_Op<"load_codes"> {
  let summary = "whole numbers of few bits, as float";
  let description = [{
    The last dimension of `buffer` holds M bytes that are N codes of 8 * M / N
    bits, 1, 2, 4 or 8 of them: code `i` is in byte `i mod M`, behind the codes
    `i - M`, `i - 2 * M` and so on in its lower bits. So codes that follow each
    other are moved out of bytes that do. `indices` are those of the first byte.
  }];
  let arguments = (ins Arg<Metal_Buffer, "", [MemRead]>:$buffer,
                       Variadic<Index>:$indices);
  let results = (outs Metal_Lanes:$result);
  let assemblyFormat = [{
    $buffer `[` $indices `]` attr-dict `:` type($buffer) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Metal_StoreLanesOp : Metal_Op<"store_lanes", [AttrSizedOperandSegments]> {
  let summary = "the reverse of load_lanes";
  let description = [{
    Converts lanes to the buffer's element type and stores them; with `count`
    only that many.
  }];
  let arguments = (ins Metal_Lanes:$value,
                       Arg<Metal_Buffer, "", [MemWrite]>:$buffer,
                       Variadic<Index>:$indices, Optional<Index>:$count);
  let assemblyFormat = [{
    $value `,` $buffer `[` $indices `]` (`count` $count^)? attr-dict
    `:` type($value) `,` type($buffer)
  }];
  let hasVerifier = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Value":$value, "::mlir::Value":$buffer,
                   "::mlir::ValueRange":$indices, "::mlir::Value":$count)>
  ];
  let skipDefaultBuilders = 1;
}

def Metal_ElementsOp : Metal_Op<"elements", [MemoryEffects<[MemAlloc]>]> {
  let summary = "runs of consecutive elements, private to the thread";
  let description = [{
    An array of runs, read one element at a time as f32: `memref<6x8xf32>` holds
    6 runs of 8. `load_elements` fills a run from a buffer whose elements are of
    the type `storage`. A device may keep a run as it was stored, or keep only
    its address: the buffer must not be written as long as the run is read.
  }];
  let arguments = (ins TypeAttr:$storage);
  let results = (outs AnyStaticShapeMemRef:$result);
  let assemblyFormat = "$storage attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Metal_LoadElementsOp : Metal_Op<"load_elements",
    [AttrSizedOperandSegments]> {
  let summary = "fills a run of `elements`";
  let description = [{
    Loads consecutive elements of the buffer's last dimension, whose stride is
    1, from `indices` on into run `run` of `array`. With `inside`, the run comes
    from `other` at `otherIndices` where that is false: zeros, for padding.
  }];
  let arguments = (ins Arg<Metal_Buffer, "", [MemRead]>:$buffer,
                       Variadic<Index>:$indices,
                       Arg<AnyStaticShapeMemRef, "", [MemWrite]>:$array,
                       Index:$run, Optional<I1>:$inside,
                       Arg<Optional<Metal_Buffer>, "", [MemRead]>:$other,
                       Variadic<Index>:$otherIndices);
  let assemblyFormat = [{
    $buffer `[` $indices `]` `,` $array `[` $run `]`
    (`if` $inside^ `else` $other `[` $otherIndices `]`)? attr-dict
    `:` type($buffer) `,` type($array) (`else` type($other)^)?
  }];
  let hasVerifier = 1;
}

def Metal_PutElementsOp : Metal_Op<"put_elements"> {
  let summary = "lanes, to be read one by one";
  let description = [{
    Writes lanes as run `run` of a private array of f32.
  }];
  let arguments = (ins Metal_Lanes:$value,
                       Arg<AnyStaticShapeMemRef, "", [MemWrite]>:$array,
                       Index:$run);
  let assemblyFormat = [{
    $value `,` $array `[` $run `]` attr-dict `:` type($value) `,` type($array)
  }];
  let hasVerifier = 1;
}

def Metal_PutLanesOp : Metal_Op<"put_lanes"> {
  let summary = "lanes into an array of the thread or its group";
  let description = [{
    Writes lanes as consecutive floats of an array of one dimension, which is
    private or in threadgroup memory, from element `at` on.
  }];
  let arguments = (ins Metal_Lanes:$value,
                       Arg<AnyStaticShapeMemRef, "", [MemWrite]>:$array,
                       Index:$at);
  let assemblyFormat = [{
    $value `,` $array `[` $at `]` attr-dict `:` type($value) `,` type($array)
  }];
  let hasVerifier = 1;
}

def Metal_GetLanesOp : Metal_Op<"get_lanes"> {
  let summary = "lanes out of a private array";
  let description = [{
    Reads consecutive floats of run `run` of a private array, from element `at`
    on.
  }];
  let arguments = (ins Arg<AnyStaticShapeMemRef, "", [MemRead]>:$array,
                       Index:$run, Index:$at);
  let results = (outs Metal_Lanes:$result);
  let assemblyFormat = [{
    $array `[` $run `,` $at `]` attr-dict `:` type($array) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Metal_CustomOp : Metal_Op<"custom", [AttrSizedOperandSegments]> {
  let summary = "an element that a developer's own function computes";
  let description = [{
    Calls `function` of `source`, text in Metal Shading Language, for the
    element at `position` (s, n, c, h, w) of a result of these `extents`. `buffers` are what it reads, called `names`: views of five
    dimensions in that order, then weights of one. `constants` are the values of
    its parameters. `file` is the name of the source in messages.
  }];
  let arguments = (ins StrAttr:$function,
                       Arg<Variadic<Metal_Buffer>, "", [MemRead]>:$buffers,
                       Variadic<Index>:$position, StrAttr:$file,
                       StrAttr:$source, StrArrayAttr:$names,
                       DictionaryAttr:$constants, DenseI64ArrayAttr:$extents);
  let results = (outs F32:$result);
  let assemblyFormat = [{
    $function `(` $buffers `)` `at` `[` $position `]` attr-dict
    `:` type($buffers)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// The program's control flow
//===----------------------------------------------------------------------===//

// Regions hold dispatches and more control flow; they see what is around.
class Metal_ControlOp<string mnemonic, list<Trait> traits = []>
    : Metal_Op<mnemonic, traits> {
  let hasVerifier = 1;
}

def Metal_IfOp : Metal_ControlOp<"if", [NoTerminator, NoRegionArguments]> {
  let summary = "dispatches that depend on a flag";
  let description = [{
    Runs the first region if the absolute value of the one element of `flag` is
    greater than 1e-6, else the second. Whoever runs the program reads the flag
    from memory: what was dispatched before must have finished.
  }];
  let arguments = (ins Metal_Buffer:$flag);
  let regions = (region MaxSizedRegion<1>:$thenRegion,
                        MaxSizedRegion<1>:$elseRegion);
  let assemblyFormat = [{
    $flag $thenRegion `else` $elseRegion attr-dict `:` type($flag)
  }];
}

def Metal_LoopOp : Metal_ControlOp<"loop", [NoTerminator, NoRegionArguments]> {
  let summary = "dispatches that are repeated";
  let description = [{
    Runs both regions in turn until a `metal.exit_unless` in one of them ends
    the loop; `body` at most as often as the one element of `count` says
    (without its fraction) or else `limit`.
  }];
  let arguments = (ins Optional<Metal_Buffer>:$count, OptionalAttr<I64Attr>:$limit);
  let regions = (region MaxSizedRegion<1>:$condition, MaxSizedRegion<1>:$body);
  let assemblyFormat = [{
    (`count` $count^ `:` type($count))? (`limit` $limit^)?
    `while` $condition `do` $body attr-dict
  }];
}

def Metal_ExitUnlessOp : Metal_ControlOp<"exit_unless", [HasParent<"LoopOp">]> {
  let summary = "ends the loop around it unless a flag is set";
  let arguments = (ins Metal_Buffer:$flag);
  let assemblyFormat = "$flag attr-dict `:` type($flag)";
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

def Metal_WeightsOp : Metal_Op<"weights", [Pure]> {
  let summary = "a constant of the weights file, as kernels want it packed";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Metal_Buffer:$result);
  let assemblyFormat = "$value attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Metal_DecodeOp : Metal_Op<"decode",
    [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a constant that a kernel makes of others";
  let description = [{
    Weights that are smaller in the file than kernels want them: codes, or filters
    to be transformed. The kernel is run once, when the bundle is loaded: in
    `threads` threads, in groups of `group`. It reads constants, which may be made
    like this themselves, and writes the result, which is its last parameter.
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, I64Attr:$threads,
                       I64Attr:$group, Variadic<Metal_Buffer>:$constants);
  let results = (outs Metal_Buffer:$result);
  let assemblyFormat = [{
    $kernel `threads` $threads `group` $group `(` $constants `)` attr-dict
    `:` functional-type($constants, $result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The kernel that is run; null if there is none of that name.
    KernelOp getKernelOp();
  }];
}

def Metal_ArenaOp : Metal_Op<"arena", [Pure]> {
  let summary = "the one buffer that holds all intermediates";
  let description = [{
    `bytes` is its size, `lowerBound` the largest sum of bytes that are live at
    one dispatch: no plan can be smaller.
  }];
  let arguments = (ins I64Attr:$bytes, I64Attr:$lowerBound);
  let results = (outs MemRefRankOf<[I8], [1]>:$result);
  let assemblyFormat = [{
    `bytes` `=` $bytes `lowerBound` `=` $lowerBound attr-dict
    `:` type($result)
  }];
}

def Metal_SliceOp : Metal_Op<"slice", [Pure]> {
  let summary = "an intermediate's place in the arena";
  let arguments = (ins MemRefRankOf<[I8], [1]>:$arena, I64Attr:$byteOffset);
  let results = (outs Metal_Buffer:$result);
  let assemblyFormat = [{
    $arena `[` $byteOffset `]` attr-dict `:` type($arena) `->` type($result)
  }];
}

def Metal_DispatchOp : Metal_Op<"dispatch",
    [DeclareOpInterfaceMethods<SymbolUserOpInterface>,
     DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "one run of a kernel over a grid";
  let description = [{
    `threads` is the grid, `group` a threadgroup. `flops` counts floating-point
    operations, `bytes` what is read and written. After `metal-schedule`,
    `dependencies` are the indices of the dispatches that must have finished and
    `barrier` says that a serial encoder of Metal needs a barrier before it.
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel,
                       DenseI64ArrayAttr:$threads, DenseI64ArrayAttr:$group,
                       Variadic<Metal_Buffer>:$buffers,
                       DefaultValuedAttr<I64Attr, "0">:$flops,
                       DefaultValuedAttr<I64Attr, "0">:$bytes,
                       OptionalAttr<DenseI64ArrayAttr>:$dependencies,
                       UnitAttr:$barrier);
  let assemblyFormat = [{
    $kernel `threads` $threads `group` $group
    `(` ($buffers^ `:` type($buffers))? `)` attr-dict
  }];
  let hasVerifier = 1;
  let builders = [
    OpBuilder<(ins "::llvm::StringRef":$kernel,
                   "::llvm::ArrayRef<int64_t>":$threads,
                   "::llvm::ArrayRef<int64_t>":$group,
                   "::mlir::ValueRange":$buffers, "int64_t":$flops,
                   "int64_t":$bytes)>
  ];
  let extraClassDeclaration = [{
    /// The kernel that is run; null if there is none of that name.
    KernelOp getKernelOp();
    /// How many threadgroups cover the grid.
    std::array<int64_t, 3> getThreadgroups();
  }];
}

#endif
