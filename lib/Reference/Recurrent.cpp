// Layers that walk a sequence, by their formulas, one number after the other.
#include "Layers.h"

#include <cmath>

using namespace mlir;
using namespace mlc;

namespace {

// What f, g and h are.
struct Function {
  coreml::ActivationKind kind;
  double alpha, beta;

  double operator()(double x) const { return activate(kind, x, alpha, beta); }
};

// W x + R y + p * c + b of one gate, each but W and R optional.
struct Gate {
  std::vector<float> weights, recursion, bias, peephole;

  double sum(int64_t unit, ArrayRef<double> x, ArrayRef<double> y,
             double cell = 0) const {
    double total = bias.empty() ? 0 : bias[unit];
    for (size_t i = 0; i < x.size(); ++i)
      total += x[i] * weights[unit * x.size() + i];
    for (size_t i = 0; i < y.size(); ++i)
      total += y[i] * recursion[unit * y.size() + i];
    if (!peephole.empty())
      total += cell * peephole[unit];
    return std::min(50.0, std::max(-50.0, total));
  }
};

using Vector = std::vector<double>;

} // namespace

template <typename Op>
static std::vector<Function> functionsOf(Op op, unsigned first = 0) {
  std::vector<Function> functions;
  for (unsigned i = first; i < op.getActivations().size(); ++i)
    functions.push_back(
        {cast<coreml::ActivationKindAttr>(op.getActivations()[i]).getValue(),
         op.getAlphas()[i], op.getBetas()[i]});
  return functions;
}

// Walks every sequence of the batch. `step` gets the input vector and the
// states, which it changes; the first state is what is output. Gives the
// outputs of all steps in the order of computing, then the states after the
// last.
static std::vector<Tensor>
walk(Operation *op, Operands in, unsigned firstState, unsigned numStates,
     bool isReversed,
     llvm::function_ref<void(ArrayRef<double>, MutableArrayRef<Vector>)> step) {
  ArrayRef<int64_t> shape = in[0]->shape;
  int64_t steps = shape[0], batch = shape[1], inputs = shape[2];
  int64_t units = op->getAttrOfType<IntegerAttr>("outputVectorSize").getInt();
  std::vector<Tensor> results;
  results.push_back(Tensor({steps, batch, units, 1, 1}));
  for (unsigned i = 0; i < numStates; ++i)
    results.push_back(Tensor({1, batch, units, 1, 1}));
  for (int64_t n = 0; n < batch; ++n) {
    std::vector<Vector> states(numStates, Vector(units));
    if (in.size() > 1)
      for (unsigned i = 0; i < numStates; ++i)
        std::copy_n(&in[1 + firstState + i]->data[n * units], units,
                    states[i].begin());
    for (int64_t t = 0; t < steps; ++t) {
      int64_t from = isReversed ? steps - 1 - t : t;
      const float *vector = &in[0]->data[(from * batch + n) * inputs];
      step(Vector(vector, vector + inputs), states);
      llvm::copy(states[0], &results[0].data[(t * batch + n) * units]);
    }
    for (unsigned i = 0; i < numStates; ++i)
      llvm::copy(states[i], &results[1 + i].data[n * units]);
  }
  return results;
}

// Keeps only the last step of the output, unless all are wanted.
static std::vector<Tensor> withOutput(Operation *op, bool sequence,
                                      std::vector<Tensor> results) {
  if (sequence)
    return results;
  Tensor last = resultTensor(op);
  std::copy(results[0].data.end() - last.size(), results[0].data.end(),
            last.data.begin());
  results[0] = std::move(last);
  return results;
}

std::vector<Tensor> mlc::evaluateSimpleRecurrent(coreml::SimpleRecurrentOp op,
                                                 Operands in) {
  Function f = functionsOf(op)[0];
  Gate gate{weightsOf(op.getWeightMatrix()),
            weightsOf(op.getRecursionMatrix()),
            weightsOf(op.getBiasVectorAttr()),
            {}};
  return withOutput(
      op, op.getSequenceOutput(),
      walk(op, in, 0, 1, op.getReverseInput(),
           [&](ArrayRef<double> x, MutableArrayRef<Vector> states) {
             Vector old = states[0];
             for (size_t i = 0; i < old.size(); ++i)
               states[0][i] = f(gate.sum(i, x, old));
           }));
}

std::vector<Tensor> mlc::evaluateGRU(coreml::GRUOp op, Operands in) {
  std::vector<Function> functions = functionsOf(op);
  const Function &f = functions[0], &g = functions[1];
  Gate update{weightsOf(op.getUpdateGateWeightMatrix()),
              weightsOf(op.getUpdateGateRecursionMatrix()),
              weightsOf(op.getUpdateGateBiasVectorAttr()),
              {}};
  Gate reset{weightsOf(op.getResetGateWeightMatrix()),
             weightsOf(op.getResetGateRecursionMatrix()),
             weightsOf(op.getResetGateBiasVectorAttr()),
             {}};
  Gate output{weightsOf(op.getOutputGateWeightMatrix()),
              weightsOf(op.getOutputGateRecursionMatrix()),
              weightsOf(op.getOutputGateBiasVectorAttr()),
              {}};
  return withOutput(
      op, op.getSequenceOutput(),
      walk(op, in, 0, 1, op.getReverseInput(),
           [&](ArrayRef<double> x, MutableArrayRef<Vector> states) {
             Vector old = states[0], memory(old.size());
             for (size_t i = 0; i < old.size(); ++i)
               memory[i] = old[i] * f(reset.sum(i, x, old));
             for (size_t i = 0; i < old.size(); ++i) {
               double z = f(update.sum(i, x, old));
               double o = g(output.sum(i, x, memory));
               states[0][i] = (1 - z) * o + z * old[i];
             }
           }));
}

// One direction of a long short-term memory.
template <typename Op>
static std::vector<Tensor> evaluateLSTM(Op op, Operands in,
                                        DictionaryAttr weights,
                                        unsigned direction, bool isReversed) {
  std::vector<Function> functions = functionsOf(op, 3 * direction);
  const Function &f = functions[0], &g = functions[1], &h = functions[2];
  auto read = [&](StringRef gate, StringRef what) {
    return weightsOf(weights.get((gate + what).str()));
  };
  auto readGate = [&](StringRef name) {
    Gate gate{
        read(name, "WeightMatrix"), read(name, "RecursionMatrix"), {}, {}};
    if (op.getHasBiasVectors())
      gate.bias = read(name, "BiasVector");
    if (op.getHasPeepholeVectors())
      gate.peephole = read(name, "PeepholeVector");
    return gate;
  };
  Gate input = readGate("inputGate"), forget = readGate("forgetGate"),
       block = readGate("blockInput"), output = readGate("outputGate");
  double limit = op.getCellClipThreshold().convertToDouble();
  return walk(op, in, 2 * direction, 2, isReversed,
              [&](ArrayRef<double> x, MutableArrayRef<Vector> states) {
                Vector y = states[0], c = states[1];
                for (size_t u = 0; u < y.size(); ++u) {
                  double i = f(input.sum(u, x, y, c[u]));
                  double keep = op.getCoupledInputAndForgetGate()
                                    ? 1 - i
                                    : f(forget.sum(u, x, y, c[u]));
                  double cell = c[u] * keep + i * g(block.sum(u, x, y));
                  cell = std::max(-limit, std::min(limit, cell));
                  states[0][u] = h(cell) * f(output.sum(u, x, y, cell));
                  states[1][u] = cell;
                }
              });
}

std::vector<Tensor>
mlc::evaluateUniDirectionalLSTM(coreml::UniDirectionalLSTMOp op, Operands in) {
  return withOutput(
      op, op.getSequenceOutput(),
      evaluateLSTM(op, in, op.getWeightParams(), 0, op.getReverseInput()));
}

std::vector<Tensor>
mlc::evaluateBiDirectionalLSTM(coreml::BiDirectionalLSTMOp op, Operands in) {
  auto weights = [&](unsigned i) {
    return cast<DictionaryAttr>(op.getWeightParams()[i]);
  };
  std::vector<Tensor> forward = evaluateLSTM(op, in, weights(0), 0, false),
                      backward = evaluateLSTM(op, in, weights(1), 1, true);
  Tensor output = resultTensor(op);
  int64_t all = forward[0].shape[0], batch = output.shape[1],
          units = forward[0].shape[2];
  for (int64_t t = 0; t < output.shape[0]; ++t)
    for (int64_t n = 0; n < batch; ++n) {
      // The last step of each, or both that read the same vector.
      int64_t ahead = op.getSequenceOutput() ? t : all - 1;
      int64_t back = op.getSequenceOutput() ? all - 1 - t : all - 1;
      float *to = &output.data[(t * batch + n) * 2 * units];
      std::copy_n(&forward[0].data[(ahead * batch + n) * units], units, to);
      std::copy_n(&backward[0].data[(back * batch + n) * units], units,
                  to + units);
    }
  std::vector<Tensor> results;
  results.push_back(std::move(output));
  for (std::vector<Tensor> *direction : {&forward, &backward})
    for (unsigned i : {1, 2})
      results.push_back(std::move((*direction)[i]));
  return results;
}

Tensor mlc::evaluateSequenceRepeat(coreml::SequenceRepeatOp op, Operands in) {
  Tensor output = resultTensor(op);
  // What precedes Seq is repeated within each of its positions.
  int64_t outer = 1;
  for (int64_t size : ArrayRef<int64_t>(output.shape).drop_back(5))
    outer *= size;
  int64_t block = in[0]->size() / outer;
  auto to = output.data.begin();
  for (int64_t o = 0; o < outer; ++o)
    for (uint64_t i = 0; i < op.getNRepetitions(); ++i)
      to = std::copy_n(&in[0]->data[o * block], block, to);
  return output;
}
