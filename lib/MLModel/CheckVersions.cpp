// Versions of the specification against what a file uses. (NeededVersion.cpp
// has what came with which version.)
#include "Checks.h"
#include "ModelExporter.h"

using namespace mlc;

static void checkVersion(const CheckedModel &model) {
  if (model.version() < 1)
    model.report("the model", "specificationVersion is " +
                                  llvm::Twine(model.version()) +
                                  "; the first is 1");
  else if (model.version() > kNewestVersion)
    model.report("the model", "specificationVersion is " +
                                  llvm::Twine(model.version()) +
                                  "; the newest that is known is " +
                                  llvm::Twine(kNewestVersion));
}

/// Whether there is a version that later ones can be compared with.
static bool hasVersion(const CheckedModel &model) {
  return model.version() >= 1 && model.version() <= kNewestVersion;
}

static std::string tooNew(const llvm::Twine &what, int needed, int version) {
  return (what + " needs specificationVersion " + llvm::Twine(needed) +
          " or later, but the file has " + llvm::Twine(version))
      .str();
}

static void checkFeatureVersions(const CheckedModel &model) {
  if (!hasVersion(model))
    return;
  auto check = [&](llvm::StringRef kind, const auto &features) {
    for (const spec::FeatureDescription &feature : features)
      for (auto [what, needed] : getNeededVersions(feature))
        if (needed > model.version())
          model.report(kind + " '" + feature.name() + "'",
                       tooNew(what, needed, model.version()));
  };
  check("input", model.description().input());
  check("output", model.description().output());
}

static void checkLayerVersions(const CheckedModel &model) {
  if (!hasVersion(model))
    return;
  forEachLayer(model, [&](const spec::NeuralNetworkLayer &layer, int) {
    for (auto [what, needed] : getNeededVersions(layer))
      if (needed > model.version())
        model.report(layer, tooNew(what, needed, model.version()));
  });
}

static void checkModelVersions(const CheckedModel &model) {
  if (!hasVersion(model))
    return;
  auto need = [&](const char *what, int needed, bool isUsed) {
    if (isUsed && needed > model.version())
      model.report("the model", tooNew(what, needed, model.version()));
  };
  need("isUpdatable", 4, model.model.isupdatable());
  need("kind mlProgram", 6, model.model.has_mlprogram());
  if (!model.network)
    return;
  need("arrayInputShapeMapping EXACT_ARRAY_MAPPING", 4,
       model.network->arrayMapping != spec::RANK5_ARRAY_MAPPING);
  need("imageInputShapeMapping RANK4_IMAGE_MAPPING", 4,
       model.network->imageMapping != spec::RANK5_IMAGE_MAPPING);
}

llvm::ArrayRef<CheckRule> mlc::getVersionRules() {
  static const CheckRule rules[] = {
      {"specification-version", checkVersion},
      {"needed-version", checkModelVersions},
      {"needed-version", checkFeatureVersions},
      {"needed-version", checkLayerVersions},
  };
  return rules;
}
