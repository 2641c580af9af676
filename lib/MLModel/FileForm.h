// What a file says that the attributes of an operation do not: the difference
// between a message of the file and the one that the exporter makes of the
// operation. It is kept in a dictionary, so that a file comes out as it went
// in:
//
//   {stride = [1, 1]}               a field that the exporter leaves unset
//   {_was = {name = "layer 3"}}     a field that the exporter sets and the file
//                                   has not, or has otherwise (then it is named
//                                   beside `_was`, too)
//   {valid = {...}}                 the same within a message
//   {weightParams = {"1" = {...}}}  and within an element of a list
//   {_unknown = "..."}              fields that the format's definition lacks
//   {rawValue = ..., _decoded = 7}  quantized weights, and a fingerprint of the
//                                   floats that they stand for
//
// Each entry holds only as long as the exporter still says what it said then.
// So whatever changes an operation need not know of its entries.
#pragma once

#include "MessageAttributes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace mlc {

/// The attribute of an operation, or of the module, that holds the difference.
constexpr llvm::StringLiteral kFileForm = "coreml.file";

/// The fields of an exported message whose elements an attribute holds; they
/// are not compared, and need not be there.
using HeldElements =
    llvm::DenseMap<std::pair<const google::protobuf::Message *, int>,
                   mlir::ElementsAttr>;

/// Whether a field is left out of a comparison.
using FieldFilter =
    llvm::function_ref<bool(const google::protobuf::FieldDescriptor &)>;

/// What `original` says otherwise than `exported`; null if nothing.
mlir::DictionaryAttr getFileForm(mlir::Builder &builder,
                                 const google::protobuf::Message &exported,
                                 const google::protobuf::Message &original,
                                 const HeldElements &held, FieldFilter skip);

/// Makes `exported` say what the file said.
mlir::LogicalResult applyFileForm(mlir::DictionaryAttr form,
                                  google::protobuf::Message &exported,
                                  ErrorEmitter emitError);

/// The same with what `op` keeps, if anything.
mlir::LogicalResult applyFileForm(mlir::Operation *op,
                                  google::protobuf::Message &exported);

} // namespace mlc
