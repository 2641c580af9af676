// Changes of models that keep them models: values, fields and layers, by the
// reflection of protobuf.
#pragma once

#include <random>

namespace CoreML {
namespace Specification {
class Model;
} // namespace Specification
} // namespace CoreML

namespace mlc {

/// Changes one to three places of `model`.
void mutateModel(CoreML::Specification::Model &model, std::mt19937 &random);

/// Puts some layers of `from` behind those of `model`, reading what is there.
void appendLayers(CoreML::Specification::Model &model,
                  const CoreML::Specification::Model &from,
                  std::mt19937 &random);

} // namespace mlc
