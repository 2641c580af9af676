// A name is a stem and a word, or a letter at its end, that says on which side
// of the network the value is.
#include "mlc/Support/StateNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include <string>

using namespace llvm;
using namespace mlc;

namespace {

enum class Side { Unsaid, InWord, OutWord, InLetter, OutLetter, Zero, Last };

/// One way to read a name.
struct Reading {
  std::string stem;
  Side side;
};

} // namespace

static Side sideOfWord(StringRef word) {
  if (is_contained({"in", "input", "prev", "previous", "old", "init", "initial",
                    "past", "before"},
                   word))
    return Side::InWord;
  if (is_contained({"out", "output", "next", "new", "cur", "current", "final",
                    "present", "after", "updated"},
                   word))
    return Side::OutWord;
  return Side::Unsaid;
}

// The words of a name in lower case: hState_out is h, state, out.
static SmallVector<std::string> splitWords(StringRef name) {
  SmallVector<std::string> words;
  bool begins = true;
  char before = 0;
  for (char c : name) {
    if (!isAlnum(c) && uint8_t(c) < 0x80) {
      begins = true;
      before = c;
      continue;
    }
    if (begins || (isUpper(c) && (isLower(before) || isDigit(before))))
      words.emplace_back();
    words.back() += toLower(c);
    begins = false;
    before = c;
  }
  return words;
}

static SmallVector<Reading> readName(StringRef name) {
  SmallVector<std::string> words = splitWords(name);
  SmallVector<Reading> readings;
  auto add = [&](ArrayRef<std::string> stem, Side side) {
    std::string text = join(stem, "_");
    if (any_of(text, [](char c) { return isAlpha(c) || uint8_t(c) >= 0x80; }))
      readings.push_back({text, side});
  };
  add(words, Side::Unsaid);
  for (size_t i = 0; i < words.size(); ++i)
    if (Side side = sideOfWord(words[i]); side != Side::Unsaid) {
      SmallVector<std::string> stem(words);
      stem.erase(stem.begin() + i);
      add(stem, side);
    }
  if (words.empty())
    return readings;
  // At the end of the last word, or all of it.
  StringRef last = words.back();
  for (auto [end, side] : {std::pair<StringRef, Side>{"in", Side::InWord},
                           {"out", Side::OutWord},
                           {"i", Side::InLetter},
                           {"o", Side::OutLetter},
                           {"0", Side::Zero},
                           {"n", Side::Last}}) {
    if (!last.ends_with(end) || (last == end && end.size() > 1))
      continue;
    SmallVector<std::string> stem(words);
    stem.back() = last.drop_back(end.size()).str();
    if (stem.back().empty())
      stem.pop_back();
    add(stem, side);
  }
  return readings;
}

// How much the two sides say together; 0 is nothing.
static int strengthOf(Side input, Side output) {
  if ((input == Side::InWord && output == Side::OutWord) ||
      (input == Side::InLetter && output == Side::OutLetter) ||
      (input == Side::Zero && output == Side::Last))
    return 2;
  if ((input == Side::Unsaid && output == Side::OutWord) ||
      (input == Side::InWord && output == Side::Unsaid))
    return 1;
  return 0;
}

bool mlc::isSameButOnes(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  auto isLarger = [](int64_t size) { return size != 1; };
  return equal(make_filter_range(a, isLarger), make_filter_range(b, isLarger));
}

namespace {

/// Outputs by their stems. Where very many have one, the first ones are enough
/// to see that names do not tell them apart.
class OutputsByStem {
public:
  explicit OutputsByStem(ArrayRef<NamedShape> outputs) : outputs(outputs) {
    for (auto [index, output] : enumerate(outputs))
      for (Reading &reading : readName(output.name))
        if (auto &list = byStem[reading.stem]; list.size() < kMaxOutputs)
          list.push_back({unsigned(index), reading.side});
  }

  // The outputs for which the name says most, and how much that is.
  std::pair<SmallVector<unsigned>, int> find(const NamedShape &input) const {
    SmallVector<unsigned> found;
    int most = 0;
    for (const Reading &reading : readName(input.name)) {
      auto it = byStem.find(reading.stem);
      if (it == byStem.end())
        continue;
      for (auto [index, side] : it->second) {
        int strength = strengthOf(reading.side, side);
        if (strength == 0 || strength < most ||
            !isSameButOnes(input.shape, outputs[index].shape))
          continue;
        if (strength > most)
          found.clear();
        most = strength;
        if (!is_contained(found, index))
          found.push_back(index);
      }
    }
    return {found, most};
  }

private:
  static constexpr size_t kMaxOutputs = 16;
  ArrayRef<NamedShape> outputs;
  StringMap<SmallVector<std::pair<unsigned, Side>>> byStem;
};

} // namespace

std::vector<StateChoice> mlc::matchStateNames(ArrayRef<NamedShape> inputs,
                                              ArrayRef<NamedShape> outputs) {
  OutputsByStem byStem(outputs);
  std::vector<StateChoice> choices;
  std::vector<int> strengths;
  // What is claimed most of each output, and by how many.
  std::vector<std::pair<int, unsigned>> claims(outputs.size());
  for (const NamedShape &input : inputs) {
    auto [found, strength] = byStem.find(input);
    for (unsigned output : found) {
      auto &[most, count] = claims[output];
      count = strength > most ? 1 : count + (strength == most);
      most = std::max(most, strength);
    }
    choices.push_back({std::move(found)});
    strengths.push_back(strength);
  }
  for (auto [choice, strength] : zip(choices, strengths)) {
    erase_if(choice.outputs, [&, own = strength](unsigned output) {
      return claims[output].first > own;
    });
    choice.isShared = any_of(choice.outputs, [&](unsigned output) {
      return claims[output].second > 1;
    });
  }
  return choices;
}
