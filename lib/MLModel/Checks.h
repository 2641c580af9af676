// The rules of Check.h: each family is one file, Check*.cpp.
#pragma once

#include "ImportFeatures.h"
#include "Model.pb.h"
#include "NetworkImporter.h"
#include "mlc/MLModel/Check.h"
#include "llvm/ADT/Twine.h"
#include <optional>

namespace mlc {

/// A model on its way through the rules.
class CheckedModel {
public:
  CheckedModel(const spec::Model &model, std::vector<BrokenRule> &brokenRules);

  /// Adds a finding of the rule that is being checked.
  void report(const llvm::Twine &where, const llvm::Twine &message) const {
    brokenRules.push_back({rule.str(), where.str(), message.str()});
  }
  void report(const spec::NeuralNetworkLayer &layer,
              const llvm::Twine &message) const;

  int version() const { return model.specificationversion(); }
  const spec::ModelDescription &description() const {
    return model.description();
  }

  const spec::Model &model;
  /// Absent where the model is no network.
  std::optional<Network> network;
  /// Whether values have ranks of their own: a layer of version 4 or later, or
  /// another mapping than that to rank 5, is there.
  bool hasRanks = false;

  llvm::StringRef rule;

private:
  std::vector<BrokenRule> &brokenRules;
};

/// Calls `visit` for each layer, those of sub-networks too, with the number of
/// loops around it.
void forEachLayer(
    const CheckedModel &model,
    llvm::function_ref<void(const spec::NeuralNetworkLayer &, int loops)>
        visit);

/// A rule, by the name that brokenRules have.
struct CheckRule {
  const char *name;
  void (*check)(const CheckedModel &model);
};

// The tables, one a family.
llvm::ArrayRef<CheckRule> getInterfaceRules();
llvm::ArrayRef<CheckRule> getVersionRules();
llvm::ArrayRef<CheckRule> getGraphRules();
llvm::ArrayRef<CheckRule> getLayerRules();
llvm::ArrayRef<CheckRule> getWeightRules();
llvm::ArrayRef<CheckRule> getTrainingRules();

/// The newest version of the specification that there is.
constexpr int kNewestVersion = 10;

} // namespace mlc
