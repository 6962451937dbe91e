#include "tickerhub/line_splitter.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tickerhub {
namespace {

using Lines = std::vector<std::pair<std::string, bool>>;

class LineSplitterTest : public ::testing::Test {
 protected:
  LineSplitter::LineCallback Collect() {
    return [this](std::string_view line, bool whole) {
      lines_.emplace_back(line, whole);
    };
  }

  Lines lines_;
};

TEST_F(LineSplitterTest, CutsAtLineFeedsWhateverThePieces) {
  LineSplitter splitter(10, Collect());
  splitter.Push("one\ntw");
  EXPECT_EQ(lines_, (Lines{{"one", true}}));
  splitter.Push("");
  splitter.Push("o");
  splitter.Push("\n\nthree\nfour\n");
  EXPECT_EQ(lines_, (Lines{{"one", true},
                           {"two", true},
                           {"", true},
                           {"three", true},
                           {"four", true}}));
}

TEST_F(LineSplitterTest, TakesOneCarriageReturnOffTheEnd) {
  LineSplitter splitter(10, Collect());
  splitter.Push("a\r\nb\r");
  splitter.Push("\nc\rd\ne\r\r\n\r\n");
  EXPECT_EQ(lines_, (Lines{{"a", true},
                           {"b", true},
                           {"c\rd", true},
                           {"e\r", true},
                           {"", true}}));
}

TEST_F(LineSplitterTest, CountsALastLineWithoutLineFeed) {
  LineSplitter splitter(10, Collect());
  splitter.Push("a\nb");
  splitter.End();
  EXPECT_EQ(lines_, (Lines{{"a", true}, {"b", true}}));
  splitter.End();  // nothing is left
  EXPECT_EQ(lines_.size(), 2u);
}

TEST_F(LineSplitterTest, DoesNotCountAnEmptyLastLine) {
  LineSplitter splitter(10, Collect());
  splitter.End();
  splitter.Push("a\n");
  splitter.End();
  splitter.Push("\r");
  splitter.End();
  EXPECT_EQ(lines_, (Lines{{"a", true}}));
}

TEST_F(LineSplitterTest, StartsAnewAfterTheEnd) {
  LineSplitter splitter(3, Collect());
  splitter.Push("toolong");
  splitter.End();
  splitter.Push("a\n");
  EXPECT_EQ(lines_, (Lines{{"too", false}, {"a", true}}));
}

TEST_F(LineSplitterTest, TakesALineOfExactlyTheLimitAsWhole) {
  LineSplitter splitter(3, Collect());
  splitter.Push("abc\nabc\r\na");
  splitter.Push("bc\r");
  splitter.Push("\nabc");
  splitter.End();
  splitter.Push("abc\r");
  splitter.End();
  EXPECT_EQ(lines_, Lines(5, {"abc", true}));
}

TEST_F(LineSplitterTest, CutsALongerLineAndKeepsTheNextOne) {
  LineSplitter splitter(3, Collect());
  splitter.Push("abcd\nok\nabcd\r\nok\nab");
  splitter.Push("cd\nok\nabc");
  splitter.Push("\rd\nok\nabcdefgh");
  splitter.Push("ij\nok\n");
  Lines expected;
  for (int i = 0; i < 5; ++i) {
    expected.emplace_back("abc", false);
    expected.emplace_back("ok", true);
  }
  EXPECT_EQ(lines_, expected);
}

TEST_F(LineSplitterTest, KeepsNoMoreOfAHugeLineThanTheLimit) {
  LineSplitter splitter(100, Collect());
  const std::string piece(10'000, 'x');
  for (int i = 0; i < 1'000; ++i) splitter.Push(piece);
  EXPECT_TRUE(lines_.empty());
  splitter.Push("\nok\n");
  EXPECT_EQ(lines_, (Lines{{std::string(100, 'x'), false}, {"ok", true}}));
}

TEST_F(LineSplitterTest, WorksWithTheSmallestAndTheLargestLimit) {
  LineSplitter none(0, Collect());
  none.Push("\na\n\r\n");
  none.Push("\r");
  none.Push("\n");
  EXPECT_EQ(lines_, (Lines{{"", true}, {"", false}, {"", true}, {"", true}}));
  lines_.clear();
  LineSplitter all(SIZE_MAX, Collect());
  all.Push("ab");
  all.Push("c\n");
  EXPECT_EQ(lines_, (Lines{{"abc", true}}));
}

TEST_F(LineSplitterTest, PassesAnyBytesOn) {
  LineSplitter splitter(10, Collect());
  const std::string bytes("\0\xff\xc3", 3);
  splitter.Push(bytes + "\n");
  EXPECT_EQ(lines_, (Lines{{bytes, true}}));
}

TEST_F(LineSplitterTest, GoesOnAfterACallbackThatThrew) {
  LineSplitter splitter(10, [this](std::string_view line, bool whole) {
    if (line == "bad") throw std::runtime_error("no");
    lines_.emplace_back(line, whole);
  });
  splitter.Push("b");
  EXPECT_THROW(splitter.Push("ad\n"), std::runtime_error);
  splitter.Push("good\n");
  EXPECT_EQ(lines_, (Lines{{"good", true}}));
}

TEST_F(LineSplitterTest, GivesTheSameLinesHoweverTheBytesCome) {
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (auto i = random() % 60; i > 0; --i) text += "ab\r\n"[random() % 4];
    lines_.clear();
    LineSplitter at_once(3, Collect());
    at_once.Push(text);
    at_once.End();
    const Lines expected = lines_;
    lines_.clear();
    LineSplitter in_pieces(3, Collect());
    for (std::size_t done = 0; done < text.size();) {
      const std::size_t size = 1 + random() % 4;
      in_pieces.Push(std::string_view(text).substr(done, size));
      done += size;
    }
    in_pieces.End();
    ASSERT_EQ(lines_, expected) << ::testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace tickerhub
