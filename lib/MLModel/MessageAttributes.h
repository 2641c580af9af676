// Any message as attributes and back, by reflection: what the definition of the
// format does not know is kept, too.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <google/protobuf/message.h>

namespace mlc {

/// Starts an error at the place that the caller writes.
using ErrorEmitter = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// The key under which a dictionary has the bytes of fields that the format's
/// definition lacks.
constexpr llvm::StringLiteral kUnknownFields = "_unknown";

/// A message as a dictionary of its fields that are set.
mlir::DictionaryAttr toAttribute(mlir::Builder &builder,
                                 const google::protobuf::Message &message);

/// One field that is set, as an attribute.
mlir::Attribute toAttribute(mlir::Builder &builder,
                            const google::protobuf::Message &message,
                            const google::protobuf::FieldDescriptor &field);

/// The unknown fields of a message as a string, or null if there are none.
mlir::StringAttr getUnknownFields(mlir::Builder &builder,
                                  const google::protobuf::Message &message);

/// Whether a field, repeated or not, is set.
bool isSet(const google::protobuf::Message &message,
           const google::protobuf::FieldDescriptor &field);

/// Sets the fields that `dictionary` names; the inverse of `toAttribute`.
mlir::LogicalResult fromAttribute(mlir::DictionaryAttr dictionary,
                                  google::protobuf::Message &message,
                                  ErrorEmitter emitError);

/// Sets one field; enumerations of the dialect are understood, too.
mlir::LogicalResult setField(google::protobuf::Message &message,
                             const google::protobuf::FieldDescriptor &field,
                             mlir::Attribute value, ErrorEmitter emitError);

/// Adds unknown fields that `getUnknownFields` has kept.
mlir::LogicalResult addUnknownFields(google::protobuf::Message &message,
                                     mlir::Attribute value,
                                     ErrorEmitter emitError);

} // namespace mlc
