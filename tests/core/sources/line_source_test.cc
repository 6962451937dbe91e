#include "tickerhub/line_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/symbols.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Sym;

constexpr PollTime kNow{Timestamp(std::chrono::milliseconds(5'000)), {}};

class LineSourceTest : public ::testing::Test {
 protected:
  LineSource::Options Options() {
    LineSource::Options options;
    options.on_bad_line = [this](std::uint64_t number,
                                 std::string_view reason) {
      bad_.emplace_back(number, reason);
    };
    return options;
  }

  // What one poll gives, as "SYMBOL PRICE@MILLISECONDS".
  static std::vector<std::string> Poll(LineSource* source) {
    std::vector<PriceUpdate> updates;
    EXPECT_EQ(source->Poll(kNow, &updates), std::nullopt);
    std::vector<std::string> texts;
    for (const PriceUpdate& update : updates) {
      texts.push_back(update.symbol.ToString() + " " + update.price.ToString() +
                      "@" +
                      std::to_string(update.time.time_since_epoch().count()));
    }
    return texts;
  }

  std::vector<std::pair<std::uint64_t, std::string>> bad_;
};

TEST_F(LineSourceTest, SkipsAByteOrderMark) {
  LineSource source(Options());
  source.Push("\xEF\xBB\xBF{\"symbol\":\"A\",\"price\":1}\n");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1@5000"));
}

TEST_F(LineSourceTest, ReportsALineThatIsTooLongAndLosesNothingElse) {
  LineSource::Options options = Options();
  options.max_line_bytes = 4'096;
  LineSource source(options);
  source.Push("A 1\n");
  const std::string piece(64 * 1'024, 'z');
  for (int i = 0; i < 160; ++i) source.Push(piece);  // 10 MB
  source.Push("\nB 2\n");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1@5000", "B 2@5000"));
  ASSERT_EQ(bad_.size(), 1u);
  EXPECT_EQ(bad_[0].first, 2u);
  EXPECT_EQ(bad_[0].second, "the line is longer than 4096 bytes: \"" +
                                std::string(40, 'z') + "...\"");
  EXPECT_EQ(source.counters().good_lines, 2u);
  EXPECT_EQ(source.counters().bad_lines, 1u);
}

TEST_F(LineSourceTest, TakesTheLongestLineFromItsOption) {
  EXPECT_EQ(LineSource::Options().max_line_bytes, 1'048'576u);
  LineSource::Options options = Options();
  options.max_line_bytes = 6;
  LineSource source(options);
  source.Push("A 1.25\r\nA 1.255\nA 2\n");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1.25@5000", "A 2@5000"));
  EXPECT_THAT(bad_[0].second, HasSubstr("longer than 6 bytes: \"A 1.25\""));
}

TEST_F(LineSourceTest, TakesPiecesOfAnySize) {
  LineSource source(Options());
  for (const char c : std::string("AAPL 151.25\r\nNVDA,12.5\n")) {
    source.Push({&c, 1});
  }
  EXPECT_THAT(Poll(&source), ElementsAre("AAPL 151.25@5000", "NVDA 12.5@5000"));
  EXPECT_THAT(Poll(&source), IsEmpty());
}

TEST_F(LineSourceTest, CountsALastLineWithoutLineFeed) {
  LineSource source(Options());
  source.Push("A 1\nB 2");
  EXPECT_THAT(Poll(&source), ElementsAre("A 1@5000"));
  source.End();
  EXPECT_THAT(Poll(&source), ElementsAre("B 2@5000"));
  source.End();
  EXPECT_THAT(Poll(&source), IsEmpty());
  EXPECT_EQ(source.counters().good_lines, 2u);
}

TEST(LineSourceEndTest, SaysThatAnInputHasHadNoPrice) {
  std::vector<std::string> notices;
  LineSource::Options options;
  options.on_notice = [&](std::uint64_t line, std::string_view sentence) {
    notices.push_back(std::to_string(line) + ": " + std::string(sentence));
  };
  LineSource(options).End();
  LineSource header(options);
  header.Push("symbol,price\n");
  header.End();
  LineSource details(options);
  details.Push("symbol,price,bid\nA,,2\n");
  details.End();
  LineSource full(options);
  full.Push("A 1\n");
  full.End();
  EXPECT_THAT(notices, ElementsAre("0: the input has ended without any price",
                                   "1: the input has ended without any price",
                                   "2: the input has ended without any price"));
}

TEST_F(LineSourceTest, AddsToWhatIsInTheListAlready) {
  LineSource source;
  source.Push("B 2\n");
  std::vector<PriceUpdate> updates = {{Sym("A"), Price(), kNow.wall}};
  source.Poll(kNow, &updates);
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0].symbol, Sym("A"));
  EXPECT_EQ(updates[1].symbol, Sym("B"));
}

TEST_F(LineSourceTest, WakesItsFollowerOnlyForPrices) {
  LineSource source;
  int woken = 0;
  source.SetWake([&woken] { ++woken; });
  source.Push("A ");
  source.Push("# comment\n");
  source.Push("bad line here\n\n");
  EXPECT_EQ(woken, 0);
  source.Push("A 1\nB 2\n");
  EXPECT_EQ(woken, 1);
  Poll(&source);
  source.Push("C 3");
  EXPECT_EQ(woken, 1);
  source.End();
  EXPECT_EQ(woken, 2);
  source.SetWake(nullptr);
  source.Push("D 4\n");
  EXPECT_EQ(woken, 2);
}

TEST_F(LineSourceTest, MayBePolledFromTheWakeCallback) {
  LineSource source;
  std::vector<std::string> polled;
  source.SetWake([&] { polled = Poll(&source); });
  source.Push("A 1\n");
  EXPECT_THAT(polled, ElementsAre("A 1@5000"));
}

TEST_F(LineSourceTest, KnowsTheNewestPriceThatCameIn) {
  LineSource source;
  EXPECT_EQ(source.PriceOf(Sym("A")), std::nullopt);
  source.Track(Sym("A"), Price());
  EXPECT_EQ(source.PriceOf(Sym("A")), std::nullopt);
  source.Push("A 1\nA 2.5\nB -\n");
  EXPECT_EQ(source.PriceOf(Sym("A")), Price::Parse("2.5").value());
  EXPECT_EQ(source.PriceOf(Sym("B")), std::nullopt);
}

TEST_F(LineSourceTest, RemembersNoMoreSymbolsThanItsOptionSays) {
  EXPECT_EQ(LineSource::Options().max_symbols, 100'000u);
  LineSource::Options options;
  options.max_symbols = 2;
  LineSource source(options);
  source.Push("A 1\nB 2\nC 3\nA 4\n");
  EXPECT_TRUE(source.PriceOf(Sym("A")) == Price::Parse("4").value());
  EXPECT_TRUE(source.PriceOf(Sym("B")));
  EXPECT_FALSE(source.PriceOf(Sym("C")));
  EXPECT_EQ(source.counters().forgotten_prices, 1u);
  EXPECT_EQ(Poll(&source).size(), 4u);
}

TEST_F(LineSourceTest, MergesPricesThatWaitTooLong) {
  EXPECT_EQ(LineSource::Options().max_pending, 100'000u);
  LineSource::Options options;
  options.max_pending = 8;
  LineSource source(options);
  source.Push("A 1\nB 1\nA 2\nA 3\nB 2\nA 4\nA 5\nA 6\n");
  EXPECT_EQ(source.counters().dropped_prices, 0u);
  source.Push("A 7\n");
  EXPECT_EQ(source.counters().dropped_prices, 7u);
  EXPECT_THAT(Poll(&source), ElementsAre("B 2@5000", "A 7@5000"));
}

TEST_F(LineSourceTest, DropsTheOldestOfTooManySymbolsThatWait) {
  LineSource::Options options;
  options.max_pending = 4;
  LineSource source(options);
  source.Push("A 1\nB 1\nC 1\nD 1\nE 1\nF 1\n");
  EXPECT_EQ(source.counters().dropped_prices, 3u);
  EXPECT_THAT(Poll(&source), ElementsAre("D 1@5000", "E 1@5000", "F 1@5000"));
}

TEST_F(LineSourceTest, KeepsTheNewestPriceEvenWithTheSmallestRoom) {
  LineSource::Options options;
  options.max_pending = 0;
  LineSource source(options);
  source.Push("A 1\nA 2\nB 3\n");
  EXPECT_THAT(Poll(&source), ElementsAre("B 3@5000"));
  EXPECT_EQ(source.counters().dropped_prices, 2u);
}

TEST_F(LineSourceTest, SurvivesRandomBytes) {
  LineSource source(Options());
  std::uint32_t state = 1;
  std::string bytes;
  using namespace std::string_literals;
  const std::string alphabet =
      "{}[]\",:.-+eE019 \t\r\n#APLsymbolprice\\u\0\xff"s;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    bytes += alphabet[(state >> 16) % alphabet.size()];
  }
  source.Push(bytes);
  source.Push("\nLAST 1\n");
  const auto updates = Poll(&source);
  ASSERT_FALSE(updates.empty());
  EXPECT_EQ(updates.back(), "LAST 1@5000");
  EXPECT_EQ(bad_.size(), source.counters().bad_lines);
  EXPECT_GT(bad_.size(), 100u);
  for (const auto& [number, reason] : bad_) {
    for (const char c : reason) ASSERT_TRUE(c >= 0x20 && c < 0x7f) << reason;
  }
}

}  // namespace
}  // namespace tickerhub
