// Recurrent layers. What the input vectors add to the gates is one product for
// all steps; nn.recurrent does the rest, with the formulas of the cell in its
// regions. So it knows of no kind of cell, and a new one is a new region.
#include "Patterns.h"

using namespace mlir;
using namespace mlc;

namespace {

// f, g and h of a layer.
struct Activation {
  coreml::ActivationKind kind;
  double alpha, beta;
};

// Writes the formulas of a cell.
struct Cell {
  OpBuilder &b;
  Location loc;

  Value number(double value) { return scalar(b, loc, value); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value limit(Value x, double limit) {
    x = arith::MinimumFOp::create(b, loc, x, number(limit));
    return arith::MaximumFOp::create(b, loc, x, number(-limit));
  }
  Value apply(const Activation &f, Value x) {
    using Kind = coreml::ActivationKind;
    if (f.kind == Kind::linear && f.alpha == 1 && f.beta == 0)
      return x;
    bool hasNumbers = f.kind == Kind::linear || f.kind == Kind::scaled_tanh ||
                      f.kind == Kind::sigmoid_hard;
    return createActivation(b, loc, f.kind, x,
                            hasNumbers ? number(f.alpha) : Value(),
                            hasNumbers ? number(f.beta) : Value());
  }
  // An activation of what the specification clips first.
  Value gate(const Activation &f, Value sum) {
    return apply(f, limit(sum, 50));
  }
};

using CellBody = llvm::function_ref<Value(Cell, ValueRange)>;

// What a direction of a layer is made of.
struct Recurrence {
  // One of each for each gate, in the order of the cell's arguments. Biases
  // and vectors may be absent.
  SmallVector<Attribute> weights, recursions, biases, vectors;
  SmallVector<Value> initial;
  bool reverseInput = false, reverseResult = false;
};

} // namespace

template <typename Op>
static SmallVector<Activation> activationsOf(Op op, unsigned first,
                                             unsigned count) {
  SmallVector<Activation> result;
  for (unsigned i = first; i < first + count; ++i)
    result.push_back(
        {cast<coreml::ActivationKindAttr>(op.getActivations()[i]).getValue(),
         op.getAlphas()[i], op.getBetas()[i]});
  return result;
}

// Matrices [U, K] of all gates side by side, transposed: [K, gates * U].
static FailureOr<std::vector<float>>
joinTransposed(ArrayRef<Attribute> matrices) {
  auto type = cast<ShapedType>(cast<ElementsAttr>(matrices[0]).getType());
  int64_t units = type.getDimSize(0), inner = type.getDimSize(1);
  int64_t columns = units * int64_t(matrices.size());
  std::vector<float> joined(inner * columns);
  for (auto [gate, matrix] : llvm::enumerate(matrices)) {
    FailureOr<std::vector<float>> data = readFloats(matrix);
    if (failed(data))
      return failure();
    for (int64_t u = 0; u < units; ++u)
      for (int64_t i = 0; i < inner; ++i)
        joined[i * columns + int64_t(gate) * units + u] =
            (*data)[u * inner + i];
  }
  return joined;
}

static FailureOr<std::vector<float>> joinVectors(ArrayRef<Attribute> vectors) {
  std::vector<float> joined;
  for (Attribute vector : vectors) {
    FailureOr<std::vector<float>> data = readFloats(vector);
    if (failed(data))
      return failure();
    joined.insert(joined.end(), data->begin(), data->end());
  }
  return joined;
}

namespace {

// Builds the product with the input and the recurrence for one direction.
class RecurrenceBuilder {
public:
  RecurrenceBuilder(ConversionPatternRewriter &b, Operation *op, Value input)
      : b(b), op(op), loc(op->getLoc()), input(input) {
    auto shape = cast<RankedTensorType>(op->getOperand(0).getType()).getShape();
    steps = shape[0];
    batch = shape[1];
    units = op->getAttrOfType<IntegerAttr>("outputVectorSize").getInt();
  }

  // Null if weights cannot be read. `reset` and `memory` may be null.
  nn::RecurrentOp build(const Recurrence &parts, CellBody reset,
                        CellBody memory, CellBody output);

  // All steps of state `index`, [S * B, 1, 1, U].
  Value all(nn::RecurrentOp recurrent, int64_t index) {
    Value part = cut(recurrent, 0, steps, index);
    return reshapeTo(b, loc, part, {steps * batch, 1, 1, units});
  }
  // The state after the last step, [B, 1, 1, U].
  Value last(nn::RecurrentOp recurrent, int64_t index) {
    int64_t place = recurrent.getReverseResult() ? 0 : steps - 1;
    Value part = cut(recurrent, place, 1, index);
    return reshapeTo(b, loc, part, {batch, 1, 1, units});
  }
  Value output(nn::RecurrentOp recurrent, bool sequence) {
    return sequence ? all(recurrent, 0) : last(recurrent, 0);
  }

private:
  FailureOr<Value> project(const Recurrence &parts);
  void addRegion(Region &region, unsigned numArguments, CellBody body);
  Value cut(nn::RecurrentOp recurrent, int64_t first, int64_t count,
            int64_t state) {
    auto type = RankedTensorType::get({count, batch, units}, b.getF32Type());
    return b.createOrFold<nn::SliceOp>(
        loc, type, recurrent.getResult(),
        ArrayRef<int64_t>{first, 0, state * units}, ArrayRef<int64_t>{1, 1, 1});
  }

  ConversionPatternRewriter &b;
  Operation *op;
  Location loc;
  Value input;
  int64_t steps, batch, units;
};

} // namespace

// W x + b of all gates and steps: a 1x1 convolution over the sequence.
FailureOr<Value> RecurrenceBuilder::project(const Recurrence &parts) {
  int64_t columns = units * int64_t(parts.weights.size());
  int64_t inputs = cast<RankedTensorType>(input.getType()).getDimSize(3);
  FailureOr<std::vector<float>> filter = joinTransposed(parts.weights);
  if (failed(filter))
    return failure();
  Value constant = makeConstant(b, loc, {1, 1, inputs, columns},
                                std::move(*filter), "filter");
  auto ones = b.getDenseI64ArrayAttr({1, 1});
  auto type =
      RankedTensorType::get({steps * batch, 1, 1, columns}, b.getF32Type());
  Value product = nn::Conv2DOp::create(
      b, loc, type, input, constant, ValueRange(), ValueRange(), ones, ones,
      b.getDenseI64ArrayAttr({0, 0, 0, 0}), b.getI64IntegerAttr(1));
  if (!parts.biases.empty()) {
    FailureOr<std::vector<float>> bias = joinVectors(parts.biases);
    if (failed(bias))
      return failure();
    Value biases = makeConstant(b, loc, {columns}, std::move(*bias), "bias");
    product =
        createMap(b, loc, type, {product, biases},
                  [](OpBuilder &nested, Location at, ValueRange in) -> Value {
                    return arith::AddFOp::create(nested, at, in[0], in[1]);
                  });
  }
  return reshapeTo(b, loc, product, {steps, batch, columns});
}

void RecurrenceBuilder::addRegion(Region &region, unsigned numArguments,
                                  CellBody body) {
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.createBlock(&region);
  for (unsigned i = 0; i < numArguments; ++i)
    block->addArgument(b.getF32Type(), loc);
  Value value = body(Cell{b, loc}, block->getArguments());
  nn::YieldOp::create(b, loc, value);
}

nn::RecurrentOp RecurrenceBuilder::build(const Recurrence &parts,
                                         CellBody reset, CellBody memory,
                                         CellBody output) {
  int64_t gates = parts.weights.size(), states = memory ? 2 : 1;
  FailureOr<Value> projected = project(parts);
  FailureOr<std::vector<float>> matrix = joinTransposed(parts.recursions),
                                vectors = joinVectors(parts.vectors);
  if (failed(projected) || failed(matrix) || failed(vectors)) {
    op->emitOpError("has unreadable weights");
    return {};
  }
  Value recursion = makeConstant(b, loc, {units, gates * units},
                                 std::move(*matrix), "recursion");
  SmallVector<Value> initial;
  for (Value state : parts.initial)
    initial.push_back(reshapeTo(b, loc, state, {batch, units}));
  Value perUnit;
  int64_t numVectors = parts.vectors.size();
  if (numVectors > 0)
    perUnit = makeConstant(b, loc, {numVectors, units}, std::move(*vectors),
                           "peephole");
  auto type =
      RankedTensorType::get({steps, batch, states * units}, b.getF32Type());
  auto recurrent = nn::RecurrentOp::create(
      b, loc, type, *projected, recursion, initial, perUnit, ValueRange(),
      ValueRange(), gates, parts.reverseInput, parts.reverseResult);
  unsigned others = states + numVectors;
  if (reset)
    addRegion(recurrent.getReset(), gates - 1 + others, reset);
  if (memory)
    addRegion(recurrent.getMemory(), gates + others, memory);
  addRegion(recurrent.getOutput(), gates + others + states - 1, output);
  return recurrent;
}

//===----------------------------------------------------------------------===//
// The layers
//===----------------------------------------------------------------------===//

namespace {

struct SimpleRecurrentPattern : LayerPattern<coreml::SimpleRecurrentOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::SimpleRecurrentOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Activation f = activationsOf(op, 0, 1)[0];
    Recurrence parts;
    parts.weights = {op.getWeightMatrix()};
    parts.recursions = {op.getRecursionMatrix()};
    if (Attribute bias = op.getBiasVectorAttr())
      parts.biases = {bias};
    parts.initial = adaptor.getStates();
    parts.reverseInput = op.getReverseInput();
    RecurrenceBuilder builder(rewriter, op, adaptor.getInput());
    nn::RecurrentOp recurrent =
        builder.build(parts, nullptr, nullptr, [&](Cell cell, ValueRange in) {
          return cell.gate(f, in[0]);
        });
    if (!recurrent)
      return failure();
    rewriter.replaceOp(op, {builder.output(recurrent, op.getSequenceOutput()),
                            builder.last(recurrent, 0)});
    return success();
  }
};

struct GRUPattern : LayerPattern<coreml::GRUOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::GRUOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Activation> functions = activationsOf(op, 0, 2);
    const Activation &f = functions[0], &g = functions[1];
    // The output gate comes last: its recursion reads what reset leaves.
    Recurrence parts;
    parts.weights = {op.getUpdateGateWeightMatrix(),
                     op.getResetGateWeightMatrix(),
                     op.getOutputGateWeightMatrix()};
    parts.recursions = {op.getUpdateGateRecursionMatrix(),
                        op.getResetGateRecursionMatrix(),
                        op.getOutputGateRecursionMatrix()};
    if (op.getUpdateGateBiasVectorAttr())
      parts.biases = {op.getUpdateGateBiasVectorAttr(),
                      op.getResetGateBiasVectorAttr(),
                      op.getOutputGateBiasVectorAttr()};
    parts.initial = adaptor.getStates();
    parts.reverseInput = op.getReverseInput();
    RecurrenceBuilder builder(rewriter, op, adaptor.getInput());
    nn::RecurrentOp recurrent = builder.build(
        parts,
        [&](Cell cell, ValueRange in) {
          return cell.mul(in[2], cell.gate(f, in[1]));
        },
        nullptr,
        [&](Cell cell, ValueRange in) {
          Value z = cell.gate(f, in[0]), o = cell.gate(g, in[2]);
          Value rest = cell.sub(cell.number(1), z);
          return cell.add(cell.mul(rest, o), cell.mul(z, in[3]));
        });
    if (!recurrent)
      return failure();
    rewriter.replaceOp(op, {builder.output(recurrent, op.getSequenceOutput()),
                            builder.last(recurrent, 0)});
    return success();
  }
};

} // namespace

// One direction of a long short-term memory.
template <typename Op>
static nn::RecurrentOp buildLSTM(RecurrenceBuilder &builder, Op op,
                                 DictionaryAttr weights, unsigned direction,
                                 ValueRange states, bool reverseInput,
                                 bool reverseResult) {
  SmallVector<Activation> functions = activationsOf(op, 3 * direction, 3);
  const Activation &f = functions[0], &g = functions[1], &h = functions[2];
  // Coupled, nothing reads the forget gate, so it is left out.
  bool coupled = op.getCoupledInputAndForgetGate();
  bool peeps = op.getHasPeepholeVectors();
  Recurrence parts;
  for (StringRef gate :
       {"inputGate", "blockInput", "outputGate", "forgetGate"}) {
    if (coupled && gate == "forgetGate")
      continue;
    parts.weights.push_back(weights.get((gate + "WeightMatrix").str()));
    parts.recursions.push_back(weights.get((gate + "RecursionMatrix").str()));
    if (op.getHasBiasVectors())
      parts.biases.push_back(weights.get((gate + "BiasVector").str()));
    if (peeps && gate != "blockInput")
      parts.vectors.push_back(weights.get((gate + "PeepholeVector").str()));
  }
  parts.initial = states;
  parts.reverseInput = reverseInput;
  parts.reverseResult = reverseResult;
  // Arguments: i, z, o, [f,] h, c, [pi, po, [pf,]] [new c].
  unsigned gates = parts.weights.size(), cellState = gates + 1,
           firstVector = gates + 2,
           newCell = firstVector + parts.vectors.size();
  double limit = op.getCellClipThreshold().convertToDouble();
  auto sum = [=](Cell cell, ValueRange in, unsigned gate, unsigned vector,
                 unsigned state) {
    if (!peeps)
      return in[gate];
    return cell.add(in[gate], cell.mul(in[firstVector + vector], in[state]));
  };
  return builder.build(
      parts, nullptr,
      [&](Cell cell, ValueRange in) {
        Value i = cell.gate(f, sum(cell, in, 0, 0, cellState));
        Value z = cell.gate(g, in[1]);
        Value keep = coupled ? cell.sub(cell.number(1), i)
                             : cell.gate(f, sum(cell, in, 3, 2, cellState));
        Value c = cell.add(cell.mul(in[cellState], keep), cell.mul(i, z));
        return cell.limit(c, limit);
      },
      [&](Cell cell, ValueRange in) {
        Value o = cell.gate(f, sum(cell, in, 2, 1, newCell));
        return cell.mul(cell.apply(h, in[newCell]), o);
      });
}

namespace {

struct UniDirectionalLSTMPattern : LayerPattern<coreml::UniDirectionalLSTMOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::UniDirectionalLSTMOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RecurrenceBuilder builder(rewriter, op, adaptor.getInput());
    nn::RecurrentOp recurrent =
        buildLSTM(builder, op, op.getWeightParams(), 0, adaptor.getStates(),
                  op.getReverseInput(), false);
    if (!recurrent)
      return failure();
    rewriter.replaceOp(op, {builder.output(recurrent, op.getSequenceOutput()),
                            builder.last(recurrent, 0),
                            builder.last(recurrent, 1)});
    return success();
  }
};

struct BiDirectionalLSTMPattern : LayerPattern<coreml::BiDirectionalLSTMOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::BiDirectionalLSTMOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RecurrenceBuilder builder(rewriter, op, adaptor.getInput());
    SmallVector<Value> outputs, states;
    for (unsigned direction : {0, 1}) {
      ValueRange given = adaptor.getStates();
      if (!given.empty())
        given = given.slice(2 * direction, 2);
      nn::RecurrentOp recurrent = buildLSTM(
          builder, op, cast<DictionaryAttr>(op.getWeightParams()[direction]),
          direction, given, direction == 1, direction == 1);
      if (!recurrent)
        return failure();
      outputs.push_back(builder.output(recurrent, op.getSequenceOutput()));
      states.push_back(builder.last(recurrent, 0));
      states.push_back(builder.last(recurrent, 1));
    }
    Value joined = nn::ConcatOp::create(rewriter, op.getLoc(),
                                        converted(op.getOutput()), outputs, 3,
                                        /*in_place=*/false);
    SmallVector<Value> results = {joined};
    results.append(states);
    rewriter.replaceOp(op, results);
    return success();
  }
};

struct SequenceRepeatPattern : LayerPattern<coreml::SequenceRepeatOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::SequenceRepeatOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // What precedes Seq keeps its place around the repetitions.
    RankedTensorType type = converted(op.getOutput());
    int64_t outer = 1, times = op.getNRepetitions();
    for (int64_t size : cast<RankedTensorType>(op.getInput().getType())
                            .getShape()
                            .drop_back(5))
      outer *= size;
    int64_t block = type.getNumElements() / outer / times;
    Value sequence =
        reshapeTo(rewriter, op.getLoc(), adaptor.getInput(), {outer, 1, block});
    Value joined = createMap(
        rewriter, op.getLoc(),
        RankedTensorType::get({outer, times, block}, rewriter.getF32Type()),
        sequence,
        [](OpBuilder &, Location, ValueRange in) -> Value { return in[0]; });
    rewriter.replaceOp(
        op, reshapeTo(rewriter, op.getLoc(), joined, type.getShape()));
    return success();
  }
};

} // namespace

void mlc::populateRecurrentPatterns(const TypeConverter &converter,
                                    RewritePatternSet &patterns) {
  patterns.add<SimpleRecurrentPattern, GRUPattern, UniDirectionalLSTMPattern,
               BiDirectionalLSTMPattern, SequenceRepeatPattern>(
      converter, patterns.getContext());
}
