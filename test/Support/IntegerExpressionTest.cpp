// Shape rules, also from hands that mean harm.
#include "mlc/Support/IntegerExpression.h"
#include "gtest/gtest.h"

using namespace mlc;

// The value or the error as text.
static std::string evaluate(llvm::StringRef text) {
  auto value =
      evaluateInteger(text, [](llvm::StringRef name) -> std::optional<int64_t> {
        if (name == "x.h")
          return 7;
        if (name == "k")
          return 3;
        return std::nullopt;
      });
  return value ? std::to_string(*value) : llvm::toString(value.takeError());
}

static bool fails(llvm::StringRef text, llvm::StringRef with) {
  return llvm::StringRef(evaluate(text)).contains(with);
}

TEST(IntegerExpression, Numbers) {
  EXPECT_EQ(evaluate("42"), "42");
  EXPECT_EQ(evaluate(" ( 4 ) "), "4");
  EXPECT_EQ(evaluate("-4"), "-4");
  EXPECT_EQ(evaluate("- -4"), "4");
}

TEST(IntegerExpression, Precedence) {
  EXPECT_EQ(evaluate("1 + 2 * 3"), "7");
  EXPECT_EQ(evaluate("(1 + 2) * 3"), "9");
  EXPECT_EQ(evaluate("10 - 3 - 2"), "5");
  EXPECT_EQ(evaluate("100 / 5 / 2"), "10");
  EXPECT_EQ(evaluate("2 * 7 % 4"), "2");
}

TEST(IntegerExpression, DivisionRoundsDown) {
  EXPECT_EQ(evaluate("7 / 2"), "3");
  EXPECT_EQ(evaluate("-7 / 2"), "-4");
  EXPECT_EQ(evaluate("7 / -2"), "-4");
  EXPECT_EQ(evaluate("-7 % 2"), "1");
  EXPECT_EQ(evaluate("-6 / 2"), "-3");
}

TEST(IntegerExpression, Names) {
  EXPECT_EQ(evaluate("(x.h - k) / 2 + 1"), "3");
  EXPECT_EQ(evaluate("min(x.h, k, 5)"), "3");
  EXPECT_EQ(evaluate("max(x.h - 9, 1)"), "1");
  EXPECT_TRUE(fails("x.w", "unknown name 'x.w'"));
  EXPECT_TRUE(fails("min", "unknown name 'min'"));
}

TEST(IntegerExpression, Malformed) {
  EXPECT_TRUE(fails("", "ends where"));
  EXPECT_TRUE(fails("1 +", "ends where"));
  EXPECT_TRUE(fails("(1", "lacks a ')'"));
  EXPECT_TRUE(fails("min(1", "lacks a ')'"));
  EXPECT_TRUE(fails("min()", "has ')'"));
  EXPECT_TRUE(fails("1 2", "has '2' where an operator"));
  EXPECT_TRUE(fails("1)", "has ')' where an operator"));
  EXPECT_TRUE(fails("1.5", "no integer"));
  EXPECT_TRUE(fails("3x", "no integer"));
  EXPECT_TRUE(fails("x.h = 3", "has '='"));
  EXPECT_TRUE(fails("\xff", "where a number"));
}

TEST(IntegerExpression, Overflow) {
  EXPECT_TRUE(fails("9223372036854775807 + 1", "beyond 64 bits"));
  EXPECT_TRUE(fails("-9223372036854775807 - 2", "beyond 64 bits"));
  EXPECT_TRUE(fails("4611686018427387904 * 2", "beyond 64 bits"));
  EXPECT_TRUE(fails("(-9223372036854775807 - 1) / -1", "beyond 64 bits"));
  EXPECT_TRUE(fails("(-9223372036854775807 - 1) % -1", "beyond 64 bits"));
  EXPECT_TRUE(fails("99999999999999999999", "no integer of 64 bits"));
}

TEST(IntegerExpression, DivisionByZero) {
  EXPECT_TRUE(fails("1 / 0", "divides by zero"));
  EXPECT_TRUE(fails("1 % (k - 3)", "divides by zero"));
}

TEST(IntegerExpression, TooMuch) {
  EXPECT_TRUE(fails(std::string(400, '(') + "1", "nested too deeply"));
  EXPECT_TRUE(fails(std::string(900, '-') + "1", "nested too deeply"));
  EXPECT_TRUE(fails(std::string(1001, '1'), "too long"));
  EXPECT_EQ(evaluate(std::string(40, '(') + "1" + std::string(40, ')')), "1");
}
