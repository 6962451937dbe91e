// What is counted and logged of clients that are refused.

#include "hub/refusals.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::internal {
namespace {

class RefusalsTest : public ::testing::Test {
 protected:
  void Note(RefusalReason reason, std::string_view sentence) {
    refusals_.NoteAt(now_, reason, *RemoteAddress::Parse("203.0.113.7"),
                     sentence);
  }

  std::vector<std::string> lines_;
  LogSink log_{[this](LogLevel level, std::string_view line) {
    EXPECT_EQ(level, LogLevel::kInfo);
    lines_.emplace_back(line);
  }};
  Refusals refusals_{log_};
  SteadyTime now_{std::chrono::hours(5)};
};

TEST_F(RefusalsTest, LogsWhoWasRefusedAndWhy) {
  Note(RefusalReason::kOrigin,
       "the origin https://evil.example is not allowed");
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_[0],
            "refused 203.0.113.7 (origin): the origin https://evil.example is "
            "not allowed");
  EXPECT_EQ(refusals_.count(RefusalReason::kOrigin), 1U);
  EXPECT_EQ(refusals_.count(RefusalReason::kToken), 0U);
}

TEST_F(RefusalsTest, SaysAClientWhereNoAddressIsKnown) {
  refusals_.NoteAt(now_, RefusalReason::kToken, RemoteAddress(), "no token");
  EXPECT_EQ(lines_.at(0), "refused a client (token): no token");
}

TEST_F(RefusalsTest, EscapesControlCharactersAndBytesThatAreNotUtf8) {
  Note(RefusalReason::kOrigin, "a\r\nb\x1b[2J\x7f \xc2\x9b \xc3\xa9");
  EXPECT_EQ(lines_.at(0),
            "refused 203.0.113.7 (origin): a\\x0d\\x0ab\\x1b[2J\\x7f \\x9b "
            "\xc3\xa9");
  Note(RefusalReason::kOrigin, "\xc3(\xff");
  EXPECT_EQ(lines_.at(1), "refused 203.0.113.7 (origin): \\xc3(\\xff");
}

TEST_F(RefusalsTest, CutsALongSentence) {
  Note(RefusalReason::kOrigin, std::string(5'000, 'x'));
  EXPECT_LT(lines_.at(0).size(), 400U);
  EXPECT_EQ(lines_.at(0).substr(lines_.at(0).size() - 4), "x...");
}

TEST_F(RefusalsTest, LogsTheRestOfAMinuteAsOneLineWhenItIsOver) {
  for (int i = 0; i < Refusals::kLinesAMinute + 300; ++i) {
    Note(RefusalReason::kServerFull, "the server is full");
  }
  for (int i = 0; i < 12; ++i) Note(RefusalReason::kOrigin, "no");
  EXPECT_EQ(lines_.size(), static_cast<std::size_t>(Refusals::kLinesAMinute));
  EXPECT_EQ(refusals_.count(RefusalReason::kServerFull),
            static_cast<std::uint64_t>(Refusals::kLinesAMinute + 300));
  now_ += std::chrono::seconds(59);
  refusals_.TellLeftOut(now_);
  EXPECT_EQ(lines_.size(), static_cast<std::size_t>(Refusals::kLinesAMinute));
  now_ += std::chrono::seconds(1);
  refusals_.TellLeftOut(now_);
  EXPECT_EQ(lines_.back(),
            "refused 312 more in that minute: 300 server-full, 12 origin");
  lines_.clear();
  refusals_.TellLeftOut(now_ + std::chrono::hours(1));
  EXPECT_TRUE(lines_.empty());
}

TEST_F(RefusalsTest, BeginsANewBudgetWithTheFirstRefusalOfTheNextMinute) {
  for (int i = 0; i < Refusals::kLinesAMinute + 1; ++i) {
    Note(RefusalReason::kServerFull, "the server is full");
  }
  now_ += std::chrono::minutes(1);
  lines_.clear();
  Note(RefusalReason::kToken, "no token");
  EXPECT_EQ(lines_, (std::vector<std::string>{
                        "refused 1 more in that minute: 1 server-full",
                        "refused 203.0.113.7 (token): no token"}));
}

TEST_F(RefusalsTest, GivesEachReasonANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < Refusals::kReasons; ++i) {
    names.insert(Refusals::NameOf(static_cast<RefusalReason>(i)));
  }
  EXPECT_EQ(names.size(), Refusals::kReasons);
  EXPECT_EQ(names.count(""), 0U);
}

}  // namespace
}  // namespace tickerhub::internal
