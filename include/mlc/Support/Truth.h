// When a number means yes, to the evaluator, the importer and the runtime.
#pragma once

namespace mlc {

/// A condition is true if its absolute value is greater than this, as the
/// specification has it.
constexpr float kTruthThreshold = 1e-6f;

} // namespace mlc
