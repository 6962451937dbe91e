#include "tickerhub/replay_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

#include "support/symbols.h"
#include "tickerhub/scheduler.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Sym;

// Far from the times in the recordings.
constexpr Timestamp kReplayStart{milliseconds(2'000'000'000'000)};
constexpr SteadyTime kSteadyStart{std::chrono::hours(1'000)};

class ReplaySourceTest : public ::testing::Test {
 protected:
  ReplaySourceTest() {
    options_.on_bad_line = [this](std::uint64_t number,
                                  std::string_view reason) {
      bad_.emplace_back(number, reason);
    };
    options_.on_notice = [this](std::uint64_t number, std::string_view what) {
      notices_.push_back(std::to_string(number) + ": " + std::string(what));
    };
    options_.on_fault = [this](std::string_view sentence) {
      EXPECT_EQ(ends_, 0);
      faults_.emplace_back(sentence);
    };
    options_.on_end = [this] { ++ends_; };
    // Most recordings here begin in 1970.
    options_.format.earliest = Timestamp();
    options_.format.now = [] { return kReplayStart; };
  }

  void Open(const std::string& recording) {
    source_ = std::make_unique<ReplaySource>(
        std::make_unique<std::istringstream>(recording), options_);
  }

  // What a poll `ms` after the start gives, as "SYMBOL PRICE". All of it
  // carries the moment of the poll.
  std::vector<std::string> Poll(std::int64_t ms) {
    const PollTime now{kReplayStart + set_by_ + milliseconds(ms),
                       kSteadyStart + milliseconds(ms)};
    std::vector<PriceUpdate> updates;
    const std::optional<milliseconds> wait = source_->Poll(now, &updates);
    EXPECT_GT(wait.value_or(milliseconds(1)), milliseconds(0));
    next_ = wait ? ms + wait->count() : -1;
    std::vector<std::string> texts;
    for (const PriceUpdate& update : updates) {
      EXPECT_EQ(update.time, now.wall);
      texts.push_back(update.symbol.ToString() + " " + update.price.ToString());
    }
    return texts;
  }

  ReplaySource::Options options_;
  std::unique_ptr<ReplaySource> source_;
  std::int64_t next_ = 0;   // when to poll next; -1: never
  milliseconds set_by_{0};  // of the wall clock
  int ends_ = 0;
  std::vector<std::pair<std::uint64_t, std::string>> bad_;
  std::vector<std::string> notices_;
  std::vector<std::string> faults_;
};

TEST_F(ReplaySourceTest, PlaysAtThePaceOfTheRecording) {
  Open(
      "time,symbol,price\n"
      "1767364200,A,1\n"
      "1767364200,B,2\n"
      "1767364200.250,A,3\n"
      "1767364202,B,4\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1", "B 2"));
  EXPECT_EQ(next_, 250);
  EXPECT_THAT(Poll(249), IsEmpty());
  EXPECT_EQ(next_, 250);
  EXPECT_THAT(Poll(250), ElementsAre("A 3"));
  EXPECT_EQ(next_, 2'000);
  EXPECT_FALSE(source_->ended());
  EXPECT_THAT(Poll(2'500), ElementsAre("B 4"));
  EXPECT_EQ(next_, -1);
  EXPECT_TRUE(source_->ended());
  EXPECT_EQ(ends_, 1);
  EXPECT_THAT(Poll(3'000), IsEmpty());
  EXPECT_EQ(next_, -1);
  EXPECT_EQ(ends_, 1);
  EXPECT_THAT(bad_, IsEmpty());
}

TEST_F(ReplaySourceTest, SaysThatARecordingHasNoPrice) {
  options_.loop = true;
  for (const auto& [recording, lines] :
       {std::pair("", 0), std::pair("time,symbol,price\n", 1),
        std::pair("time,symbol,price\n1000,A\n", 2),
        std::pair("time,symbol,price,bid\n1000,A,,5\n", 2)}) {
    Open(recording);
    EXPECT_THAT(Poll(0), IsEmpty());
    Poll(1);
    EXPECT_THAT(notices_,
                ElementsAre(std::to_string(lines) +
                            ": the recording has ended without any price"));
    notices_.clear();
  }
}

TEST_F(ReplaySourceTest, StartsAtTheFirstPoll) {
  Open("1000,A,1\n1001,A,2\n");
  EXPECT_THAT(Poll(500'000), ElementsAre("A 1"));
  EXPECT_EQ(next_, 501'000);
}

TEST_F(ReplaySourceTest, PlaysFasterOrSlower) {
  options_.speed = 10;
  Open("1000,A,1\n1005,A,2\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_EQ(next_, 500);
  EXPECT_THAT(Poll(500), ElementsAre("A 2"));

  options_.speed = 0.5;
  Open("1000,A,1\n1005,A,2\n");
  Poll(0);
  EXPECT_EQ(next_, 10'000);
}

TEST_F(ReplaySourceTest, PlaysAtOnceWithAnEnormousSpeed) {
  options_.speed = 1e300;
  Open("time,symbol,price\n0,A,1\n9999-12-31,A,2\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1", "A 2"));
}

TEST_F(ReplaySourceTest, WaitsForAHundredYearsAtMost) {
  for (const double speed : {1e-300, 1e-3}) {
    options_.speed = speed;
    Open("time,symbol,price\n0,A,1\n9999-12-31,A,2\n");
    EXPECT_THAT(Poll(0), ElementsAre("A 1"));
    EXPECT_EQ(next_, Scheduler::kMaxDelay.count());
    EXPECT_THAT(Poll(next_ / 2), IsEmpty());
    EXPECT_EQ(next_, Scheduler::kMaxDelay.count());
    EXPECT_FALSE(source_->ended());
  }
}

TEST_F(ReplaySourceTest, UnderstandsAllFormsOfTime) {
  Open(
      "1767364200,A,1\n"
      "1767364201000,A,2\n"
      "2026-01-02T14:30:02Z,A,3\n"
      "{\"symbol\":\"A\",\"price\":4,\"time\":1767364203.5}\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_THAT(Poll(1'000), ElementsAre("A 2"));
  EXPECT_THAT(Poll(2'000), ElementsAre("A 3"));
  EXPECT_EQ(next_, 3'500);
  EXPECT_THAT(Poll(3'500), ElementsAre("A 4"));
}

TEST_F(ReplaySourceTest, StartsAgainAfterASecondWhenItLoops) {
  options_.loop = true;
  Open("time,symbol,price\n1000,A,1\n1002,A,2\nbad\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_THAT(Poll(2'000), ElementsAre("A 2"));
  EXPECT_EQ(next_, 3'000);
  EXPECT_THAT(Poll(3'000), ElementsAre("A 1"));
  EXPECT_EQ(next_, 5'000);
  EXPECT_THAT(Poll(5'000), ElementsAre("A 2"));
  EXPECT_EQ(next_, 6'000);
  EXPECT_FALSE(source_->ended());
  EXPECT_EQ(ends_, 0);
  // The bad line, the first time through only; the header never.
  EXPECT_EQ(bad_.size(), 1u);
  EXPECT_EQ(bad_[0].first, 4u);
  EXPECT_EQ(source_->counters().bad_lines, 1u);
}

TEST_F(ReplaySourceTest, SkipsAByteOrderMarkEachTimeThrough) {
  options_.loop = true;
  Open(
      "\xEF\xBB\xBF"
      "1000,A,1\n1001,A,2\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_THAT(Poll(1'000), ElementsAre("A 2"));
  EXPECT_THAT(Poll(2'000), ElementsAre("A 1"));
  EXPECT_THAT(bad_, IsEmpty());
}

TEST_F(ReplaySourceTest, DoesNotSpinOnALoopOfOnePrice) {
  options_.loop = true;
  options_.speed = 1e9;
  Open("1000,A,1\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_EQ(next_, 1);
  EXPECT_THAT(Poll(1'000'000), ElementsAre("A 1"));  // one pass, not a million
  EXPECT_EQ(next_, 1'000'001);
}

TEST_F(ReplaySourceTest, EndsALoopWithNothingToPlay) {
  options_.loop = true;
  for (const char* recording : {"", "time,symbol,price\n", "# none\nbad\n"}) {
    ends_ = 0;
    Open(recording);
    EXPECT_THAT(Poll(0), IsEmpty());
    EXPECT_EQ(next_, -1);
    EXPECT_TRUE(source_->ended());
    EXPECT_EQ(ends_, 1);
  }
}

TEST_F(ReplaySourceTest, CountsALastLineWithoutLineFeed) {
  Open("1000,A,1\n1000,B,2");
  EXPECT_THAT(Poll(0), ElementsAre("A 1", "B 2"));
  EXPECT_TRUE(source_->ended());
}

TEST_F(ReplaySourceTest, ReportsBadLinesAndGoesOn) {
  options_.max_line_bytes = 4'096;
  Open("1000,A,1\nA,2\nB 3\n1000,<,4\n1000,A,-5x\n" + std::string(5'000, 'x') +
       "\n\n# fine\n1000,A,6\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1", "A 6"));
  ASSERT_EQ(bad_.size(), 5u);
  EXPECT_EQ(bad_[0].first, 2u);
  EXPECT_EQ(bad_[0].second, "\"A,2\" has no time, which a replay needs");
  EXPECT_EQ(bad_[1].second, "\"B 3\" has no time, which a replay needs");
  EXPECT_THAT(bad_[2].second, HasSubstr("\"<\" is not a symbol"));
  EXPECT_THAT(bad_[3].second, HasSubstr("\"-5x\" is not a price"));
  EXPECT_EQ(bad_[4].first, 6u);
  EXPECT_THAT(bad_[4].second, HasSubstr("longer than 4096 bytes"));
  EXPECT_EQ(source_->counters().bad_lines, 5u);
}

TEST_F(ReplaySourceTest, TakesTheLongestLineFromItsOption) {
  options_.max_line_bytes = 8;
  Open("1000,A,1\n1000,A,22\n1000,B,3\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1", "B 3"));
  ASSERT_EQ(bad_.size(), 1u);
  EXPECT_THAT(bad_[0].second, HasSubstr("longer than 8 bytes"));
}

TEST_F(ReplaySourceTest, ReadsABoundedPartInOnePoll) {
  std::string recording;
  constexpr int kLines = 100'000;
  for (int i = 0; i < kLines; ++i) recording += "1000,A,1\n";  // 900 kB
  Open(recording);
  std::size_t played = Poll(0).size();
  EXPECT_EQ(next_, 1);
  EXPECT_LT(played, 30'000u);  // 256 KiB
  EXPECT_GT(played, 29'000u);
  for (int ms = 1; ms < 10 && next_ != -1; ++ms) played += Poll(ms).size();
  EXPECT_EQ(played, static_cast<std::size_t>(kLines));
  EXPECT_TRUE(source_->ended());
}

TEST_F(ReplaySourceTest, GetsThroughAHugeLineInBoundedPolls) {
  Open("1000,A,1\n" + std::string(10'000'000, 'x') + "\n1000,B,2\n");
  std::vector<std::string> played;
  int polls = 0;
  do {
    for (std::string& text : Poll(polls)) played.push_back(std::move(text));
    ++polls;
  } while (next_ != -1 && polls < 1'000);
  EXPECT_THAT(played, ElementsAre("A 1", "B 2"));
  EXPECT_GT(polls, 10'000'000 / (256 * 1'024));
  EXPECT_EQ(bad_.size(), 1u);
}

TEST_F(ReplaySourceTest, KnowsTheNewestPriceThatWasPlayed) {
  Open("1000,A,1\n1001,A,2\n1002,B,3\n");
  EXPECT_EQ(source_->PriceOf(Sym("A")), std::nullopt);
  Poll(0);
  EXPECT_EQ(source_->PriceOf(Sym("A")), Price::Parse("1").value());
  Poll(1'000);
  EXPECT_EQ(source_->PriceOf(Sym("A")), Price::Parse("2").value());
  EXPECT_EQ(source_->PriceOf(Sym("B")), std::nullopt);
  source_->Track(Sym("B"), Price());
  EXPECT_EQ(source_->PriceOf(Sym("B")), std::nullopt);
}

TEST_F(ReplaySourceTest, RemembersNoMoreSymbolsThanItsOptionSays) {
  EXPECT_EQ(options_.max_symbols, 100'000u);
  options_.max_symbols = 1;
  Open("1000,A,1\n1000,B,2\n1000,A,3\n");
  EXPECT_THAT(Poll(0), ElementsAre("A 1", "B 2", "A 3"));
  EXPECT_EQ(source_->PriceOf(Sym("A")), Price::Parse("3").value());
  EXPECT_EQ(source_->PriceOf(Sym("B")), std::nullopt);
  EXPECT_EQ(source_->counters().forgotten_prices, 1u);
}

TEST_F(ReplaySourceTest, GoesOnWhenTheClockIsSetBack) {
  Open("1000,A,1\n1001,A,2\n");
  Poll(0);
  EXPECT_THAT(Poll(400), IsEmpty());
  set_by_ = std::chrono::hours(-1);
  EXPECT_THAT(Poll(999), IsEmpty());
  EXPECT_EQ(next_, 1'000);
  EXPECT_THAT(Poll(1'000), ElementsAre("A 2"));
}

TEST_F(ReplaySourceTest, NeedsNoCallbacks) {
  options_ = ReplaySource::Options();
  Open("bad\n1767364200,A,1\n");
  source_->SetWake(nullptr);
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_EQ(source_->counters().bad_lines, 1u);
  EXPECT_TRUE(source_->ended());
}

// Fails after its first bytes, as a disk may; cannot seek, as a pipe.
class BrokenBuffer : public std::streambuf {
 public:
  BrokenBuffer(std::string bytes, bool fails)
      : bytes_(std::move(bytes)), fails_(fails) {
    setg(bytes_.data(), bytes_.data(), bytes_.data() + bytes_.size());
  }

 private:
  int_type underflow() override {
    if (fails_) throw std::runtime_error("the disk is gone");
    return traits_type::eof();
  }

  std::string bytes_;
  bool fails_;
};

class BrokenStream : public std::istream {
 public:
  BrokenStream(std::string bytes, bool fails)
      : std::istream(nullptr), buffer_(std::move(bytes), fails) {
    rdbuf(&buffer_);
  }

 private:
  BrokenBuffer buffer_;
};

TEST_F(ReplaySourceTest, EndsWhenTheRecordingCannotBeReadOn) {
  options_.loop = true;
  source_ = std::make_unique<ReplaySource>(
      std::make_unique<BrokenStream>("1000,A,1\n1000,B,2\n", true), options_);
  EXPECT_THAT(Poll(0), ::testing::SizeIs(::testing::Le(2)));
  EXPECT_TRUE(source_->ended());
  EXPECT_EQ(ends_, 1);
  EXPECT_THAT(bad_, IsEmpty());
  EXPECT_THAT(faults_, ElementsAre("the bytes cannot be read"));
  EXPECT_EQ(source_->fault(), "the bytes cannot be read");
}

TEST_F(ReplaySourceTest, EndsWhenAStreamThatShouldLoopCannotSeek) {
  options_.loop = true;
  source_ = std::make_unique<ReplaySource>(
      std::make_unique<BrokenStream>("1000,A,1\n", false), options_);
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_TRUE(source_->ended());
  EXPECT_EQ(ends_, 1);
}

TEST_F(ReplaySourceTest, FailsIfItsFileCouldNotBeOpened) {
  source_ = std::make_unique<ReplaySource>(
      std::make_unique<std::ifstream>("/no/such/file"), options_);
  EXPECT_THAT(Poll(0), IsEmpty());
  EXPECT_TRUE(source_->ended());
  EXPECT_EQ(source_->fault(), "the bytes cannot be read");
}

}  // namespace
}  // namespace tickerhub
