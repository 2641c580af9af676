// Names of states before and after a step.
#include "mlc/Support/StateNames.h"
#include "gtest/gtest.h"

using namespace mlc;

static std::vector<NamedShape> features(std::vector<llvm::StringRef> names) {
  std::vector<NamedShape> result;
  for (llvm::StringRef name : names)
    result.push_back({name, {1, 4}});
  return result;
}

// Whether the names of one input and one output say that they are a pair.
static bool isPair(llvm::StringRef input, llvm::StringRef output) {
  return matchStateNames(features({input}), features({output}))[0].isPair();
}

TEST(StateNames, Pairs) {
  for (auto [input, output] :
       std::vector<std::pair<const char *, const char *>>{
           {"h_in", "h_out"},
           {"x_in", "x_out"},
           {"r1i", "r1o"},
           {"h_i", "h_o"},
           {"h0", "hn"},
           {"h_0", "h_n"},
           {"stateIn", "stateOut"},
           {"hin", "hout"},
           {"input_state", "output_state"},
           {"lstm_1_h_in", "lstm_1_h_out"},
           {"cache", "cache_out"},
           {"cache", "new_cache"},
           {"cache", "cacheNext"},
           {"h_in", "h"},
           {"prev.h", "next.h"},
           {"H_IN", "H_OUT"},
           {"past_key", "present_key"},
           {"Zustände_in", "Zustände_out"}})
    EXPECT_TRUE(isPair(input, output)) << input << " " << output;
}

TEST(StateNames, NoPairs) {
  for (auto [input, output] :
       std::vector<std::pair<const char *, const char *>>{
           {"x", "y"},
           {"x", "x"},
           {"input", "output"},
           {"in", "out"},
           {"input_1", "output_1"},
           {"h_out", "h_in"},
           {"h1_in", "h2_out"},
           {"h0", "h1"},
           {"image", "mask"},
           {"", ""},
           {"_", "__"}})
    EXPECT_FALSE(isPair(input, output)) << input << " " << output;
  EXPECT_FALSE(
      matchStateNames({{"h_in", {1, 4}}}, {{"h_out", {1, 5}}})[0].isPair());
  EXPECT_TRUE(
      matchStateNames({{"h_in", {1, 4, 1}}}, {{"h_out", {4}}})[0].isPair());
}

TEST(StateNames, WhatSaysMoreHasIt) {
  // c_in is the pair of c_out, not c of it.
  auto choices =
      matchStateNames(features({"c", "c_in"}), features({"c_out", "z"}));
  EXPECT_FALSE(choices[0].isPair());
  EXPECT_TRUE(choices[1].isPair());
  auto outputs = matchStateNames(features({"h_in"}), features({"h", "h_out"}));
  ASSERT_TRUE(outputs[0].isPair());
  EXPECT_EQ(outputs[0].outputs[0], 1u);
}

TEST(StateNames, Ambiguous) {
  auto two = matchStateNames(features({"h"}), features({"h_new", "next_h"}));
  EXPECT_TRUE(two[0].isAmbiguous());
  EXPECT_EQ(two[0].outputs.size(), 2u);
  auto shared =
      matchStateNames(features({"h_in", "in_h"}), features({"h_out"}));
  EXPECT_TRUE(shared[0].isAmbiguous());
  EXPECT_TRUE(shared[1].isAmbiguous());
}

TEST(StateNames, ManyOfOneStem) {
  std::vector<std::string> names;
  for (int i = 0; i < 2000; ++i)
    names.push_back("h" + std::string(i, '_') + "in");
  std::vector<NamedShape> many;
  for (const std::string &name : names)
    many.push_back({name, {1}});
  for (const StateChoice &choice : matchStateNames(many, many))
    EXPECT_FALSE(choice.isPair());
}
