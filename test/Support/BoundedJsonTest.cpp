#include "mlc/Support/BoundedJson.h"

#include "gtest/gtest.h"

using namespace llvm;

TEST(BoundedJson, ParsesWhatIsNestedALittle) {
  std::string brackets = std::string(512, '[') + std::string(512, ']');
  EXPECT_TRUE(bool(mlc::parseBoundedJson(brackets)));
}

TEST(BoundedJson, RefusesWhatIsNestedDeeply) {
  std::string brackets(513, '[');
  EXPECT_EQ(toString(mlc::parseBoundedJson(brackets).takeError()),
            "is nested too deeply");
}

TEST(BoundedJson, CountsNoBracketsOfStrings) {
  std::string brackets = "\"\\\"" + std::string(1000, '[') + "\"";
  EXPECT_TRUE(bool(mlc::parseBoundedJson(brackets)));
}

TEST(BoundedJson, FindsStringsOfTheObjectItself) {
  auto find = [](StringRef json) { return mlc::findJsonString(json, "key"); };
  EXPECT_EQ(find(R"({"a": {"key": "inner"}, "key" : "outer"})"), "outer");
  EXPECT_EQ(find(R"({"a": "key", "key": 1, "b": ["key"]})"), std::nullopt);
  EXPECT_EQ(find(R"(["key", "value"])"), std::nullopt);
  EXPECT_EQ(find(R"({"key": "open)"), "open");
  EXPECT_EQ(find(R"({"key":)"), std::nullopt);
  EXPECT_EQ(find(""), std::nullopt);
}
