#include "load/message_inflater.h"

#include <gtest/gtest.h>

#include <string>

#include "deflated.h"

namespace tickerhub::load {
namespace {

using testing::Deflated;
using Result = MessageInflater::Result;

constexpr std::size_t kMax = 1 << 20;

std::string Inflated(MessageInflater& inflater, std::string_view compressed) {
  EXPECT_EQ(inflater.Inflate(compressed, kMax), Result::kDone);
  return std::string(inflater.message());
}

TEST(MessageInflaterTest, TakesTheExamplesOfTheStandard) {
  // RFC 7692 §7.2.3: one block, no compression, a last block, two blocks.
  MessageInflater inflater;
  EXPECT_EQ(Inflated(inflater, "\xf2\x48\xcd\xc9\xc9\x07" + std::string(1, 0)),
            "Hello");
  EXPECT_EQ(Inflated(inflater, std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c"
                                           "\x6c\x6f\x00",
                                           11)),
            "Hello");
  EXPECT_EQ(
      Inflated(inflater, std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8)),
      "Hello");
  EXPECT_EQ(Inflated(inflater, std::string("\xf2\x48\x05\x00\x00\x00\xff\xff"
                                           "\xca\xc9\xc9\x07\x00",
                                           13)),
            "Hello");
  EXPECT_EQ(Inflated(inflater, std::string(1, '\0')), "");
}

TEST(MessageInflaterTest, InflatesEachMessageByItself) {
  MessageInflater inflater;
  for (const std::size_t size : {0U, 1U, 16'384U, 16'385U, 300'000U}) {
    std::string text(size, 'a');
    for (std::size_t i = 0; i < size; i += 7) {
      text[i] = static_cast<char>('a' + i * i % 26);
    }
    EXPECT_EQ(Inflated(inflater, Deflated(text)), text) << size;
    EXPECT_EQ(Inflated(inflater, Deflated("b")), "b");
  }
}

TEST(MessageInflaterTest, GivesTheSameAgain) {
  MessageInflater inflater;
  const std::string one = Deflated("one");
  EXPECT_EQ(Inflated(inflater, one), "one");
  EXPECT_EQ(Inflated(inflater, one), "one");
  EXPECT_EQ(inflater.Inflate(one, 2), Result::kTooBig);
  EXPECT_EQ(Inflated(inflater, Deflated("two")), "two");
  EXPECT_EQ(Inflated(inflater, one), "one");
}

TEST(MessageInflaterTest, StopsAtTheLimit) {
  MessageInflater inflater;
  const std::string bomb = Deflated(std::string(100'000, 'x'));
  EXPECT_LT(bomb.size(), 1000U);
  EXPECT_EQ(inflater.Inflate(bomb, 99'999), Result::kTooBig);
  EXPECT_LT(inflater.message().size(), 100'000U);
  EXPECT_EQ(inflater.Inflate(bomb, 99'999), Result::kTooBig);
  EXPECT_EQ(inflater.Inflate(bomb, 100'000), Result::kDone);
  EXPECT_STREQ(Describe(Result::kTooBig),
               "a message is larger than this client takes");
}

TEST(MessageInflaterTest, RefusesWhatIsNotDeflate) {
  MessageInflater inflater;
  const std::string good = Deflated("a text of some length, and more of it");
  EXPECT_EQ(inflater.Inflate("\xff\xff\xff", kMax), Result::kCorrupt);
  EXPECT_EQ(Inflated(inflater, good), "a text of some length, and more of it");
  // Cut off in the middle.
  EXPECT_EQ(inflater.Inflate(good.substr(0, good.size() / 2), kMax),
            Result::kCorrupt);
  EXPECT_EQ(inflater.Inflate(good.substr(0, good.size() / 2), kMax),
            Result::kCorrupt);
  EXPECT_EQ(Inflated(inflater, good), "a text of some length, and more of it");
  EXPECT_EQ(inflater.Inflate("\xff\xff\xff", kMax), Result::kCorrupt);
  EXPECT_EQ(Inflated(inflater, good), "a text of some length, and more of it");
  EXPECT_STREQ(Describe(Result::kCorrupt), "a compressed message is corrupt");
}

}  // namespace
}  // namespace tickerhub::load
