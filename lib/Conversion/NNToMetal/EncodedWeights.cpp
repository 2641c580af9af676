// Finds codes for weights, and writes the kernels that decode them.
#include "EncodedWeights.h"

#include "Grid4D.h"
#include "LoadTimeKernel.h"
#include "PackedWeights.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Parallel.h"
#include <atomic>
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlc;

// Below that there is nothing to gain.
static constexpr size_t kFewestNumbers = 1024;
static constexpr int64_t kFewestTaps = 16;
static constexpr size_t kMaxCodes = 256;
// How many numbers one thread decodes: their codes are whole bytes.
static constexpr int64_t kRun = 8;

static unsigned bitsFor(size_t codes) {
  return std::max(1u, llvm::Log2_64_Ceil(codes));
}

//===----------------------------------------------------------------------===//
// Encoding
//===----------------------------------------------------------------------===//

namespace {

/// The different numbers that there are, as long as they are few.
class Table {
public:
  explicit Table(size_t most) : most(most) {}

  /// False if the number is one too many.
  bool add(float number) {
    uint32_t bits = toBits(number);
    if (values.empty() || bits != lastBits) {
      lastBits = bits;
      if (codes.try_emplace(bits, values.size()).second)
        values.push_back(number);
    }
    return values.size() <= most;
  }
  uint8_t lookup(float number) const { return codes.at(toBits(number)); }
  const std::vector<float> &getValues() const { return values; }

private:
  // The two zeros are one.
  static uint64_t toBits(float number) {
    uint32_t bits;
    number += 0.0f;
    std::memcpy(&bits, &number, sizeof(bits));
    return bits;
  }

  size_t most;
  uint64_t lastBits = 0;
  llvm::DenseMap<uint64_t, unsigned> codes;
  std::vector<float> values;
};

/// Puts codes behind each other.
class BitWriter {
public:
  BitWriter(size_t count, unsigned bits)
      : bits(bits), bytes(count * bits / 8 + (8 % bits != 0 ? 1 : 0)) {}

  void write(size_t index, uint8_t code) {
    size_t at = index * bits;
    unsigned shifted = unsigned(code) << at % 8;
    bytes[at / 8] |= shifted & 0xff;
    if (shifted > 0xff)
      bytes[at / 8 + 1] |= shifted >> 8;
  }
  std::vector<uint8_t> take() { return std::move(bytes); }

private:
  unsigned bits;
  std::vector<uint8_t> bytes;
};

} // namespace

// One table for all.
static std::optional<EncodedWeights> encodeByTable(ArrayRef<float> data) {
  Table table(kMaxCodes);
  for (float number : data)
    if (!table.add(number))
      return std::nullopt;
  EncodedWeights encoded;
  encoded.isTable = true;
  encoded.values = table.getValues();
  encoded.entries = encoded.values.size();
  encoded.bits = bitsFor(encoded.entries);
  BitWriter codes(data.size(), encoded.bits);
  for (auto [index, number] : llvm::enumerate(data))
    codes.write(index, table.lookup(number));
  encoded.codes = codes.take();
  return encoded;
}

// A grid for each channel, as linear quantisation leaves them; or with one
// block of one lane a grid for all.
static std::optional<EncodedWeights>
encodeByGrids(ArrayRef<float> data, int64_t blocks, int64_t lanes) {
  EncodedWeights encoded;
  encoded.lanes = blocks * lanes == 1 ? 0 : lanes;
  encoded.block = data.size() / blocks;
  std::vector<uint8_t> all;
  std::vector<std::optional<PackedWeights>> parts(blocks);
  auto pack = [&](int64_t block) {
    parts[block] =
        packWeights(data.slice(block * encoded.block, encoded.block), lanes);
    return parts[block].has_value();
  };
  if (!pack(0))
    return std::nullopt;
  std::atomic<bool> fits = true;
  llvm::parallelFor(1, blocks, [&](size_t block) {
    if (fits && !pack(block))
      fits = false;
  });
  if (!fits)
    return std::nullopt;
  all.reserve(data.size());
  for (const std::optional<PackedWeights> &packed : parts) {
    llvm::append_range(all, packed->codes);
    for (int64_t lane = 0; lane < lanes; ++lane) {
      encoded.values.push_back(packed->scales[lane]);
      encoded.values.push_back(packed->shifts[lane]);
    }
  }
  encoded.bits = bitsFor(size_t(*llvm::max_element(all)) + 1);
  BitWriter codes(all.size(), encoded.bits);
  for (auto [index, code] : llvm::enumerate(all))
    codes.write(index, code);
  encoded.codes = codes.take();
  return encoded;
}

// A table for each channel: one table for all that something was folded into.
static std::optional<EncodedWeights>
encodeByTables(ArrayRef<float> data, int64_t blocks, int64_t lanes) {
  EncodedWeights encoded;
  encoded.isTable = true;
  encoded.lanes = lanes;
  encoded.block = data.size() / blocks;
  int64_t taps = encoded.block / lanes;
  // Tables take at most a byte for each number.
  size_t most = std::min<size_t>(kMaxCodes, taps / 4);
  auto forEachTap = [&](int64_t channel, auto visit) {
    size_t first = channel / lanes * encoded.block + channel % lanes;
    for (int64_t tap = 0; tap < taps; ++tap)
      visit(first + tap * lanes);
  };
  std::vector<Table> tables(blocks * lanes, Table(most));
  size_t entries = 0;
  for (size_t channel = 0; channel < tables.size(); ++channel) {
    Table &table = tables[channel];
    bool isFew = true;
    forEachTap(channel, [&](size_t i) { isFew = isFew && table.add(data[i]); });
    if (!isFew)
      return std::nullopt;
    entries = std::max(entries, table.getValues().size());
  }
  encoded.entries = entries;
  encoded.bits = bitsFor(entries);
  BitWriter codes(data.size(), encoded.bits);
  for (size_t channel = 0; channel < tables.size(); ++channel) {
    const Table &table = tables[channel];
    forEachTap(channel,
               [&](size_t i) { codes.write(i, table.lookup(data[i])); });
    llvm::append_range(encoded.values, table.getValues());
    encoded.values.resize((channel + 1) * entries);
  }
  encoded.codes = codes.take();
  return encoded;
}

std::optional<EncodedWeights> mlc::encodeWeights(ArrayRef<float> data,
                                                 int64_t blocks, int64_t lanes,
                                                 unsigned storedBits) {
  if (data.size() < kFewestNumbers || data.size() % kRun != 0 ||
      int64_t(data.size()) / kRun > LoadTimeKernel::kMaxThreads)
    return std::nullopt;
  // Weights that are not quantised show soon.
  Table some(kMaxCodes);
  std::optional<EncodedWeights> encoded;
  if (llvm::all_of(data.take_front(kFewestNumbers),
                   [&](float number) { return some.add(number); })) {
    encoded = encodeByGrids(data, 1, 1);
    if (!encoded)
      encoded = encodeByTable(data);
  }
  if (!encoded && int64_t(data.size()) / (blocks * lanes) >= kFewestTaps) {
    encoded = encodeByGrids(data, blocks, lanes);
    if (!encoded)
      encoded = encodeByTables(data, blocks, lanes);
  }
  if (!encoded)
    return std::nullopt;
  // A quarter less, or it is not worth a kernel.
  size_t bytes = encoded->codes.size() + encoded->values.size() * sizeof(float);
  if (bytes * 4 > data.size() * (storedBits / 8) * 3)
    return std::nullopt;
  return encoded;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

namespace {

/// The kernel: a thread decodes a run of numbers.
class DecodeKernel {
public:
  DecodeKernel(LoadTimeKernel &kernel, const EncodedWeights &encoded)
      : kernel(kernel), k(*kernel), encoded(encoded) {}

  enum Parameter { Codes, Values };

  void build() {
    Value run = kernel.thread("run");
    Value block = encoded.lanes ? kernel.size(1, "block") : Value();
    k.loop("i", kRun, false, [&](Value i) {
      Value index = k.named(k.add(k.mul(run, kRun), i), "index");
      Value code = k.named(decode(run, i), "code");
      k.store(look(code, index, block), kernel.result(), {index});
    });
  }

private:
  Value byte(Value at) {
    OpBuilder &b = k.builder();
    Value value = memref::LoadOp::create(b, k.loc(), k.param(Codes), at);
    return arith::IndexCastUIOp::create(b, k.loc(), b.getIndexType(), value);
  }

  /// The code of number `i` of the run.
  Value decode(Value run, Value i) {
    OpBuilder &b = k.builder();
    int64_t bits = encoded.bits;
    Value first = k.mul(run, bits);
    if (bits == 8)
      return byte(k.add(first, i));
    Value bit = k.named(k.mul(i, bits), "bit");
    Value at = k.named(k.add(first, k.div(bit, 8)), "at");
    Value bytes = byte(at);
    // A code may reach into the next byte.
    if (8 % bits != 0)
      bytes = k.add(bytes, k.mul(byte(k.add(at, 1)), 256));
    Value shifted = arith::ShRSIOp::create(b, k.loc(), k.named(bytes, "bytes"),
                                           k.rem(bit, 8));
    return k.rem(shifted, int64_t(1) << bits);
  }

  /// What `code` means for number `index` of all.
  Value look(Value code, Value index, Value block) {
    Value channel = k.constant(0);
    if (encoded.lanes)
      channel = k.named(k.add(k.mul(k.div(index, block), encoded.lanes),
                              k.rem(index, encoded.lanes)),
                        "channel");
    if (encoded.isTable)
      return k.load(k.param(Values),
                    {k.add(k.mul(channel, encoded.entries), code)}, 1);
    Value scale = k.named(k.mul(channel, 2), "scale");
    return k.fma(indexToFloat(k, code), k.load(k.param(Values), {scale}, 1),
                 k.load(k.param(Values), {k.add(scale, 1)}, 1));
  }

  LoadTimeKernel &kernel;
  KernelBuilder &k;
  const EncodedWeights &encoded;
};

} // namespace

static std::string kernelName(const EncodedWeights &encoded) {
  return ("decode_" + Twine(encoded.bits) + "bit_" +
          (encoded.isTable ? "table" : "grid") + (encoded.lanes ? "s" : ""))
      .str();
}

Value mlc::decodeWhenLoaded(Lowering &lowering, Location loc, MemRefType type,
                            const EncodedWeights &encoded) {
  OpBuilder &b = lowering.builder();
  Type f32 = b.getF32Type();
  LoadTimeKernel kernel(lowering, loc, "decode", kernelName(encoded),
                        {b.getI8Type(), f32}, {"codes", "values"},
                        type.getElementType());
  DecodeKernel(kernel, encoded).build();
  int64_t numCodes = encoded.codes.size(), numValues = encoded.values.size();
  return kernel.run(
      type, type.getNumElements() / kRun,
      {lowering.codes(loc, {numCodes}, encoded.codes),
       lowering.weights(loc, {numValues}, f32, encoded.values, "values")},
      {encoded.block});
}
