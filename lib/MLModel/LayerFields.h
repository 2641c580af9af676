// Fields that several layers have in the same form.
#pragma once

#include "LayerImporter.h"

namespace mlc {

/// A height and a width that the file states under `name`. None in the file
/// means `otherwise` twice. Both must be positive.
mlir::FailureOr<llvm::SmallVector<int64_t>>
getPair(LayerImporter &importer, llvm::StringRef name,
        const google::protobuf::RepeatedField<uint64_t> &values,
        uint64_t otherwise);

/// Sets `name` to such a pair.
mlir::LogicalResult
setPair(LayerImporter &importer, llvm::StringRef name,
        const google::protobuf::RepeatedField<uint64_t> &values,
        uint64_t otherwise);

/// Sets `name` to `value`, or to its default where the file has 0.
void setOr(LayerImporter &importer, llvm::StringRef name, float value,
           float otherwise);

/// A shape of positive dimensions that the file states under `name`.
mlir::FailureOr<llvm::SmallVector<int64_t>>
getShape(LayerImporter &importer, llvm::StringRef name,
         const google::protobuf::RepeatedField<uint64_t> &values);

/// Sets `name` to the amounts at top, bottom, left and right; none means 0.
mlir::LogicalResult setBorder(LayerImporter &importer, llvm::StringRef name,
                              const spec::BorderAmounts &amounts);

/// Sets `paddingType`, and `paddingAmounts` or `asymmetryMode`, to what the
/// file has of a convolution's padding.
mlir::LogicalResult setPadding(LayerImporter &importer,
                               const spec::ConvolutionLayerParams &params);

/// The same of a pooling.
mlir::LogicalResult setPadding(LayerImporter &importer,
                               const spec::PoolingLayerParams &params);

} // namespace mlc
