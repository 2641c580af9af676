// What `mlc run --json` prints: docs/run.schema.json.
#pragma once

#include "mlc/Runtime/Bundle.h"
#include "mlc/Runtime/Device.h"
#include "llvm/Support/JSON.h"

namespace mlc {

/// The outputs of the last run, of a classifier with its `mostLabels` most
/// likely labels. Numbers that are not finite are null.
llvm::json::Object outputsAsJson(const Bundle &bundle, LoadedModel &model,
                                 size_t mostLabels);

} // namespace mlc
