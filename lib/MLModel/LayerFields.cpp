// Defaults, pairs and paddings, flattened from nested messages into attributes.

#include "LayerFields.h"

using namespace mlir;
using namespace mlc;
using Sizes = google::protobuf::RepeatedField<uint64_t>;

FailureOr<SmallVector<int64_t>>
mlc::getShape(LayerImporter &importer, StringRef name, const Sizes &values) {
  if (failed(importer.checkSizes(
          name, ArrayRef<uint64_t>(values.data(), values.size()))))
    return failure();
  if (values.empty()) {
    importer.emitError() << name << " is empty";
    return failure();
  }
  return SmallVector<int64_t>(values.begin(), values.end());
}

FailureOr<SmallVector<int64_t>> mlc::getPair(LayerImporter &importer,
                                             StringRef name,
                                             const Sizes &values,
                                             uint64_t otherwise) {
  SmallVector<uint64_t> pair(values.begin(), values.end());
  if (pair.empty())
    pair.assign(2, otherwise);
  if (pair.size() != 2) {
    importer.emitError() << name << " has " << pair.size()
                         << " elements instead of 2 (height and width)";
    return failure();
  }
  if (failed(importer.checkSizes(name, pair)))
    return failure();
  return SmallVector<int64_t>(pair.begin(), pair.end());
}

LogicalResult mlc::setPair(LayerImporter &importer, StringRef name,
                           const Sizes &values, uint64_t otherwise) {
  auto pair = getPair(importer, name, values, otherwise);
  if (succeeded(pair))
    importer.set(name, importer.getBuilder().getDenseI64ArrayAttr(*pair));
  return success(succeeded(pair));
}

void mlc::setOr(LayerImporter &importer, StringRef name, float value,
                float otherwise) {
  importer.set(name, importer.getBuilder().getF32FloatAttr(
                         value == 0 ? otherwise : value));
}

LogicalResult mlc::setBorder(LayerImporter &importer, StringRef name,
                             const spec::BorderAmounts &amounts) {
  SmallVector<int64_t> flat(4, 0);
  int count = amounts.borderamounts_size();
  if (count != 0 && count != 2)
    return importer.emitError() << name << " has " << count
                                << " edges instead of 2 (height and width)";
  for (int i = 0; i < count; ++i) {
    const auto &edge = amounts.borderamounts(i);
    for (uint64_t amount : {edge.startedgesize(), edge.endedgesize()})
      if (amount >= static_cast<uint64_t>(kMaxElements))
        return importer.emitError()
               << name << " is " << amount << ", more than any value may have";
    flat[2 * i] = edge.startedgesize();
    flat[2 * i + 1] = edge.endedgesize();
  }
  importer.set(name, importer.getBuilder().getDenseI64ArrayAttr(flat));
  return success();
}

static void setPaddingType(LayerImporter &importer, coreml::PaddingType type) {
  importer.set("paddingType", coreml::PaddingTypeAttr::get(
                                  importer.getBuilder().getContext(), type));
}

template <typename Params>
static LogicalResult setValidOrSame(LayerImporter &importer,
                                    const Params &params) {
  if (params.has_valid()) {
    setPaddingType(importer, coreml::PaddingType::valid);
    return setBorder(importer, "paddingAmounts",
                     params.valid().paddingamounts());
  }
  if (params.has_same()) {
    setPaddingType(importer, coreml::PaddingType::same);
    return importer.setFields(params.same());
  }
  return importer.emitError() << "has no padding type";
}

LogicalResult mlc::setPadding(LayerImporter &importer,
                              const spec::ConvolutionLayerParams &params) {
  return setValidOrSame(importer, params);
}

LogicalResult mlc::setPadding(LayerImporter &importer,
                              const spec::PoolingLayerParams &params) {
  if (!params.has_includelastpixel())
    return setValidOrSame(importer, params);
  setPaddingType(importer, coreml::PaddingType::includeLastPixel);
  // Symmetric amounts, of height and of width.
  spec::BorderAmounts border;
  for (uint64_t amount : params.includelastpixel().paddingamounts()) {
    auto *edge = border.add_borderamounts();
    edge->set_startedgesize(amount);
    edge->set_endedgesize(amount);
  }
  return setBorder(importer, "paddingAmounts", border);
}
