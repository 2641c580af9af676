// Files named after features: every feature has one of its own.
#include "mlc/Runtime/FileNames.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "gtest/gtest.h"

using namespace mlc;
using Names = std::vector<std::string>;

TEST(FileNames, UsableNamesStay) {
  EXPECT_EQ(makeFileNames({"y", "a_b", "Größe", "a b.c"}),
            (Names{"y", "a_b", "Größe", "a b.c"}));
}

TEST(FileNames, CollisionsGetNumbers) {
  EXPECT_EQ(makeFileNames({"a/b", "a_b", "a\\b"}),
            (Names{"a_b-2", "a_b", "a_b-3"}));
  // A number may be a name's own.
  EXPECT_EQ(makeFileNames({"a/b", "a_b", "a_b-2"}),
            (Names{"a_b-3", "a_b", "a_b-2"}));
}

TEST(FileNames, CaseDoesNotCount) {
  EXPECT_EQ(makeFileNames({"Out", "out"}), (Names{"Out", "out-2"}));
}

TEST(FileNames, NoFolderIsLeftAndNoFileHidden) {
  EXPECT_EQ(makeFileNames({"..", ".", "", "/", "../../etc/passwd", "C:\\x"}),
            (Names{"_.", "_", "_-2", "_-3", "_._.._etc_passwd", "C__x"}));
  EXPECT_EQ(makeFileNames({llvm::StringRef("a\0b\n", 4).str()}),
            (Names{"a_b_"}));
}

TEST(FileNames, LongNamesAreCutBetweenCharacters) {
  std::string longName(199, 'a');
  std::string umlauts = longName + "ü" + "tail", other = longName + "ö";
  Names names = makeFileNames({umlauts, other, std::string(300, 'b')});
  EXPECT_EQ(names[0], longName);
  EXPECT_EQ(names[1], longName + "-2");
  EXPECT_EQ(names[2], std::string(200, 'b'));
}
