// Ops of the nn dialect whose elements are made of those along some dimensions:
// reductions, norms, softmax, order, running sums, boxes, recurrences.
#include "NNOps.h"

#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlc;
using namespace mlir::nn;

// Calls `visit` for each row along `axes`: with the places of its elements, in
// order, as offsets into the data.
static void forEachRow(ArrayRef<int64_t> shape, ArrayRef<int64_t> axes,
                       llvm::function_ref<void(ArrayRef<int64_t>)> visit) {
  SmallVector<int64_t> outer(shape), inner(shape.size(), 1);
  for (int64_t axis : axes) {
    outer[axis] = 1;
    inner[axis] = shape[axis];
  }
  auto offsetOf = [&](Place at) {
    int64_t index = 0;
    for (size_t i = 0; i < shape.size(); ++i)
      index = index * shape[i] + at[i];
    return index;
  };
  SmallVector<int64_t> within, row;
  forEachPlace(inner, [&](Place at) { within.push_back(offsetOf(at)); });
  forEachPlace(outer, [&](Place at) {
    row.clear();
    for (int64_t offset : within)
      row.push_back(offsetOf(at) + offset);
    visit(row);
  });
}

static double reduceRow(ReduceKind kind, ArrayRef<double> row) {
  double sum = 0, squares = 0, sizes = 0, all = 1;
  for (double value : row) {
    sum += value;
    squares += value * value;
    sizes += std::fabs(value);
    all *= value;
  }
  switch (kind) {
  case ReduceKind::Sum:
    return sum;
  case ReduceKind::Mean:
    return sum / double(row.size());
  case ReduceKind::Product:
    return all;
  case ReduceKind::Max:
    return *std::max_element(row.begin(), row.end());
  case ReduceKind::Min:
    return *std::min_element(row.begin(), row.end());
  case ReduceKind::SumSquare:
    return squares;
  case ReduceKind::L1:
    return sizes;
  case ReduceKind::L2:
    return std::sqrt(squares);
  case ReduceKind::LogSum:
    return std::log(sum);
  case ReduceKind::ArgMax:
    return double(std::max_element(row.begin(), row.end()) - row.begin());
  case ReduceKind::ArgMin:
    return double(std::min_element(row.begin(), row.end()) - row.begin());
  }
  llvm_unreachable("all kinds are above");
}

static Tensor reduce(ReduceOp op, Operands in) {
  Tensor output = nnResult(op);
  size_t next = 0;
  SmallVector<double> row;
  forEachRow(in[0]->shape, op.getAxes(), [&](ArrayRef<int64_t> places) {
    row.clear();
    for (int64_t place : places)
      row.push_back(in[0]->data[place]);
    output.data[next++] = float(reduceRow(op.getKind(), row));
  });
  return output;
}

static Tensor normalize(NormalizeOp op, Operands in) {
  Tensor output = nnResult(op);
  const std::vector<float> &data = in[0]->data;
  double epsilon = op.getEpsilon().convertToDouble();
  forEachRow(output.shape, op.getAxes(), [&](ArrayRef<int64_t> row) {
    double sum = 0, squares = 0, variance = 0;
    for (int64_t i : row) {
      sum += data[i];
      squares += double(data[i]) * data[i];
    }
    double mean = sum / double(row.size());
    for (int64_t i : row)
      variance += (data[i] - mean) * (data[i] - mean) / double(row.size());
    for (int64_t i : row)
      switch (op.getKind()) {
      case NormalizeKind::MeanVariance:
        output.data[i] =
            float((data[i] - mean) / std::sqrt(variance + epsilon));
        break;
      case NormalizeKind::Mean:
        output.data[i] = float(data[i] - mean);
        break;
      case NormalizeKind::L2:
        output.data[i] = float(data[i] / std::sqrt(squares + epsilon));
        break;
      }
  });
  return output;
}

static Tensor softmax(SoftmaxOp op, Operands in) {
  Tensor output = nnResult(op);
  const std::vector<float> &data = in[0]->data;
  forEachRow(output.shape, int64_t(op.getAxis()), [&](ArrayRef<int64_t> row) {
    double most = -INFINITY, sum = 0;
    for (int64_t i : row)
      most = std::max(most, double(data[i]));
    for (int64_t i : row)
      sum += std::exp(data[i] - most);
    for (int64_t i : row)
      output.data[i] = float(std::exp(data[i] - most) / sum);
  });
  return output;
}

static Tensor argSort(ArgSortOp op, Operands in) {
  const Tensor &input = *in[0];
  int64_t axis = op.getAxis();
  Tensor output = nnResult(op);
  int64_t count = output.shape[axis];
  // NaNs count as infinite, so that every element has a place of its own.
  auto valueAt = [&](int64_t i) {
    float value = input.data[i];
    return std::isnan(value) ? INFINITY : value;
  };
  // Rows come in the same order from both.
  std::vector<SmallVector<int64_t>> into;
  forEachRow(output.shape, axis,
             [&](ArrayRef<int64_t> row) { into.emplace_back(row); });
  size_t next = 0;
  forEachRow(input.shape, axis, [&](ArrayRef<int64_t> row) {
    SmallVector<int64_t> order(row.size());
    std::iota(order.begin(), order.end(), 0);
    llvm::sort(order, [&](int64_t a, int64_t b) {
      float x = valueAt(row[a]), y = valueAt(row[b]);
      if (x == y)
        return a < b;
      return op.getDescending() ? x > y : x < y;
    });
    for (int64_t i = 0; i < count; ++i)
      output.data[into[next][i]] = float(order[i]);
    ++next;
  });
  return output;
}

static Tensor sumUp(CumSumOp op, Operands in) {
  Tensor output = nnResult(op);
  forEachRow(output.shape, int64_t(op.getAxis()), [&](ArrayRef<int64_t> row) {
    double sum = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      int64_t at = row[op.getReverse() ? row.size() - 1 - i : i];
      double value = in[0]->data[at];
      output.data[at] = float(op.getExclusive() ? sum : sum + value);
      sum += value;
    }
  });
  return output;
}

// Intersection over union of two boxes, each a centre and a size.
static double overlapOf(const float *a, const float *b) {
  double both = 1;
  for (unsigned d : {0, 1}) {
    double low = std::max(a[d] - a[2 + d] * 0.5, b[d] - b[2 + d] * 0.5);
    double high = std::min(a[d] + a[2 + d] * 0.5, b[d] + b[2 + d] * 0.5);
    both *= std::max(high - low, 0.0);
  }
  return both / (double(a[2]) * a[3] + double(b[2]) * b[3] - both);
}

static Tensor chooseBoxes(NMSOp op, Operands in) {
  const Tensor &boxes = *in[0], &scores = *in[1], &classes = *in[2];
  double most = in[3]->data[0], least = in[4]->data[0];
  Tensor output = nnResult(op);
  llvm::fill(output.data, -1.0f);
  int64_t total = boxes.shape[1], count = output.shape[1];
  auto classOf = [&](int64_t batch, int64_t box) {
    Spot at;
    int64_t place[2] = {batch, box};
    for (int64_t i = 0; i < classes.rank(); ++i)
      at.push_back(classes.shape[i] == 1 ? 0 : place[2 - classes.rank() + i]);
    return elementAt(classes, at);
  };
  for (int64_t batch = 0; batch < boxes.shape[0]; ++batch) {
    const float *own = &scores.data[batch * total];
    const float *corner = &boxes.data[batch * total * 4];
    SmallVector<int64_t> order(total), kept;
    std::iota(order.begin(), order.end(), 0);
    llvm::sort(order, [&](int64_t a, int64_t b) {
      return own[a] == own[b] ? a < b : own[a] > own[b];
    });
    for (int64_t box : order) {
      bool isFree = own[box] >= least && int64_t(kept.size()) < count;
      for (int64_t other : kept)
        isFree &= classOf(batch, box) != classOf(batch, other) ||
                  overlapOf(corner + 4 * box, corner + 4 * other) <= most;
      if (isFree)
        kept.push_back(box);
    }
    if (kept.empty())
      kept.push_back(order.front());
    llvm::copy(kept, output.data.begin() + batch * count);
  }
  return output;
}

std::optional<Tensor> mlc::evaluateNNRow(Operation *op, Operands in) {
  using Optional = std::optional<Tensor>;
  return llvm::TypeSwitch<Operation *, Optional>(op)
      .Case([&](ReduceOp o) { return reduce(o, in); })
      .Case([&](NormalizeOp o) { return normalize(o, in); })
      .Case([&](SoftmaxOp o) { return softmax(o, in); })
      .Case([&](ArgSortOp o) { return argSort(o, in); })
      .Case([&](CumSumOp o) { return sumUp(o, in); })
      .Case([&](NMSOp o) { return chooseBoxes(o, in); })
      .Default([](Operation *) { return Optional(); });
}

//===----------------------------------------------------------------------===//
// Recurrences
//===----------------------------------------------------------------------===//

namespace {

// One recurrence: its regions and the numbers that they read.
class Recurrence {
public:
  Recurrence(RecurrentOp op, const Tensor &input, const Tensor &recursion,
             const Tensor *vectors)
      : op(op), input(input), recursion(recursion), vectors(vectors),
        gates(op.getGates()), units(recursion.shape[0]) {}

  llvm::Error compile() {
    for (auto [region, program] : {std::pair(&op.getReset(), &reset),
                                   std::pair(&op.getMemory(), &memory),
                                   std::pair(&op.getOutput(), &output)}) {
      if (region->empty())
        continue;
      llvm::Expected<ScalarProgram> made = ScalarProgram::compile(*region);
      if (!made)
        return made.takeError();
      *program = std::move(*made);
    }
    return llvm::Error::success();
  }

  /// The next states of sequence `b` from those before.
  void step(int64_t t, int64_t b, std::vector<double> &h,
            std::vector<double> &c) {
    int64_t last = reset ? gates - 1 : gates;
    std::vector<double> sums(gates * units);
    for (int64_t g = 0; g < gates; ++g)
      for (int64_t u = 0; u < units; ++u) {
        sums[g * units + u] =
            input
                .data[(t * input.shape[1] + b) * gates * units + g * units + u];
        if (g < last)
          for (int64_t k = 0; k < units; ++k)
            sums[g * units + u] += h[k] * weight(k, g, u);
      }
    if (reset) {
      std::vector<double> instead(units);
      for (int64_t k = 0; k < units; ++k)
        instead[k] = reset->run(arguments(sums, gates - 1, k, h, c));
      for (int64_t u = 0; u < units; ++u)
        for (int64_t k = 0; k < units; ++k)
          sums[last * units + u] += instead[k] * weight(k, last, u);
    }
    std::vector<double> newH(units), newC(units);
    for (int64_t u = 0; u < units; ++u) {
      SmallVector<double> all = arguments(sums, gates, u, h, c);
      if (memory)
        all.push_back(newC[u] = memory->run(all));
      newH[u] = output->run(all);
    }
    h = newH;
    c = newC;
  }

  RecurrentOp op;
  const Tensor &input, &recursion;
  const Tensor *vectors;
  int64_t gates, units;

private:
  double weight(int64_t k, int64_t g, int64_t u) const {
    return recursion.data[k * gates * units + g * units + u];
  }
  SmallVector<double> arguments(const std::vector<double> &sums, int64_t count,
                                int64_t u, const std::vector<double> &h,
                                const std::vector<double> &c) const {
    SmallVector<double> all;
    for (int64_t g = 0; g < count; ++g)
      all.push_back(sums[g * units + u]);
    all.push_back(h[u]);
    if (memory)
      all.push_back(c[u]);
    for (int64_t p = 0; vectors && p < vectors->shape[0]; ++p)
      all.push_back(vectors->data[p * units + u]);
    return all;
  }

  std::optional<ScalarProgram> reset, memory, output;
};

} // namespace

llvm::Expected<Tensor> mlc::evaluateNNRecurrent(RecurrentOp op, Operands in) {
  size_t numInitial = op.getInitial().size();
  Recurrence recurrence(op, *in[0], *in[1],
                        op.getVectors() ? in[2 + numInitial] : nullptr);
  if (llvm::Error error = recurrence.compile())
    return std::move(error);
  Tensor output = nnResult(op);
  int64_t steps = output.shape[0], batches = output.shape[1],
          width = output.shape[2], units = recurrence.units;
  for (int64_t b = 0; b < batches; ++b) {
    std::vector<double> states[2];
    for (size_t i : {0, 1}) {
      states[i].resize(units);
      for (int64_t u = 0; i < numInitial && u < units; ++u)
        states[i][u] = in[2 + i]->data[b * units + u];
    }
    for (int64_t s = 0; s < steps; ++s) {
      recurrence.step(op.getReverseInput() ? steps - 1 - s : s, b, states[0],
                      states[1]);
      int64_t to = op.getReverseResult() ? steps - 1 - s : s;
      for (int64_t i = 0; i < width; ++i)
        output.data[(to * batches + b) * width + i] =
            float(states[i / units][i % units]);
    }
  }
  return output;
}
