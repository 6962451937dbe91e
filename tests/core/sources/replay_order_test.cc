// Recordings that are not in the order of time, and bytes that come late.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sources/sorted_prices.h"
#include "support/symbols.h"
#include "tickerhub/replay_source.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kHeader[] = "time,symbol,price\n";

// Gives what it was told to give, and nothing yet in between.
class ScriptedBytes : public ByteSource {
 public:
  State Read(std::string* bytes) override {
    ++reads;
    if (!pieces.empty()) {
      *bytes = pieces.front();
      pieces.pop_front();
      return State::kBytes;
    }
    return at_end;
  }
  bool Rewind() override { return false; }
  std::string error() const override { return "the disk is gone"; }
  void SetWake(std::function<void()> to_wake) override {
    wake = std::move(to_wake);
  }

  std::deque<std::string> pieces;
  State at_end = State::kNothingYet;
  std::function<void()> wake;
  int reads = 0;
};

// The times of these recordings are small numbers.
ReplaySource::Options WithTimesFrom1970() {
  ReplaySource::Options options;
  options.format.earliest = Timestamp();
  return options;
}

class ReplayOrderTest : public ::testing::Test {
 protected:
  ReplayOrderTest() {
    options_.name = "day.csv";
    options_.on_bad_line = [this](std::uint64_t number, std::string_view why) {
      told_.push_back(std::to_string(number) + " bad: " + std::string(why));
    };
    options_.on_notice = [this](std::uint64_t number, std::string_view what) {
      told_.push_back(std::to_string(number) + ": " + std::string(what));
    };
    options_.on_fault = [this](std::string_view sentence) {
      told_.push_back("fault: " + std::string(sentence));
    };
    options_.on_end = [this] { told_.emplace_back("end"); };
  }

  void Open(const std::string& recording) {
    source_ = std::make_unique<ReplaySource>(
        std::make_unique<std::istringstream>(recording), options_);
  }

  ScriptedBytes& OpenScripted() {
    auto bytes = std::make_unique<ScriptedBytes>();
    ScriptedBytes& script = *bytes;
    source_ = std::make_unique<ReplaySource>(std::move(bytes), options_);
    return script;
  }

  std::vector<std::string> Poll(std::int64_t ms) {
    std::vector<PriceUpdate> updates;
    const SteadyTime start{std::chrono::hours(1)};
    const auto wait =
        source_->Poll({Timestamp(), start + milliseconds(ms)}, &updates);
    next_ = wait ? ms + wait->count() : -1;
    std::vector<std::string> texts;
    for (const PriceUpdate& update : updates) {
      texts.push_back(update.symbol.ToString() + " " + update.price.ToString());
    }
    return texts;
  }

  ReplaySource::Options options_ = WithTimesFrom1970();
  std::unique_ptr<ReplaySource> source_;
  std::int64_t next_ = 0;  // when to poll next; -1: after a wake
  std::vector<std::string> told_;
};

TEST_F(ReplayOrderTest, PlaysARecordingWithTheNewestLineFirstFromItsEnd) {
  Open(kHeader + std::string("3,A,4\n2,A,3\n1,A,2\n0,A,1\n"));
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_EQ(next_, 1'000);
  EXPECT_THAT(Poll(1'000), ElementsAre("A 2"));
  EXPECT_THAT(Poll(3'000), ElementsAre("A 3", "A 4"));
  EXPECT_THAT(told_,
              ElementsAre("3: the recording is not in the order of time: line "
                          "3 with 1970-01-01T00:00:02Z comes after line 2 with "
                          "1970-01-01T00:00:03Z; 4 prices were sorted by time",
                          "end"));
  EXPECT_EQ(source_->counters().sorted_prices, 4u);
  EXPECT_EQ(source_->counters().late_prices, 0u);
}

// Then the newest of them stands at the top, too.
TEST_F(ReplayOrderTest, TurnsLinesOfOneTimeAroundIfTheNewestLineIsFirst) {
  Open(kHeader + std::string("2,A,6\n2,A,5\n1,B,4\n1,A,3\n1,A,2\n0,A,1\n"));
  EXPECT_THAT(Poll(2'000), ElementsAre("A 1"));
  EXPECT_THAT(Poll(4'000), ElementsAre("A 2", "A 3", "B 4", "A 5", "A 6"));
}

TEST_F(ReplayOrderTest, KeepsLinesOfOneTimeInTheirOrderOtherwise) {
  Open(kHeader + std::string("1,A,3\n0,A,1\n0,A,2\n1,A,4\n1,A,5\n"));
  EXPECT_THAT(Poll(0), ElementsAre("A 1", "A 2"));
  EXPECT_THAT(Poll(1'000), ElementsAre("A 3", "A 4", "A 5"));
}

TEST_F(ReplayOrderTest, SaysNothingOfARecordingInOrder) {
  Open(kHeader + std::string("0,A,1\n0,A,2\n1,A,3\n"));
  EXPECT_THAT(Poll(1'000), ElementsAre("A 1", "A 2"));
  EXPECT_THAT(Poll(2'000), ElementsAre("A 3"));
  EXPECT_THAT(told_, ElementsAre("end"));
  EXPECT_EQ(source_->counters().sorted_prices, 0u);
}

TEST_F(ReplayOrderTest, DropsAPriceThatIsOlderThanWhatWasPlayedOfItsSymbol) {
  ScriptedBytes& bytes = OpenScripted();
  bytes.pieces = {kHeader + std::string("10,A,1\n20,A,2\n")};
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_THAT(Poll(10'000), ElementsAre("A 2"));
  EXPECT_EQ(next_, -1);
  bytes.pieces = {"15,A,9\n15,B,3\n30,A,5\n25,A,4\n"};
  bytes.at_end = ByteSource::State::kEnd;
  EXPECT_THAT(Poll(11'000), ElementsAre("B 3"));
  EXPECT_EQ(next_, 15'000);
  EXPECT_THAT(Poll(20'000), ElementsAre("A 4", "A 5"));
  EXPECT_EQ(source_->counters().late_prices, 1u);
  EXPECT_EQ(source_->counters().sorted_prices, 4u);
}

TEST_F(ReplayOrderTest, RefusesWhatDoesNotFitAndNamesTheCommandThatSortsIt) {
  EXPECT_EQ(options_.max_sort_bytes, std::size_t{256} << 20);
  options_.max_sort_bytes = 2 * sizeof(internal::RecordedPrice);
  Open(kHeader + std::string("0,A,1\n3,A,2\n1,A,3\n2,A,4\n"));
  EXPECT_THAT(Poll(0), IsEmpty());
  EXPECT_TRUE(source_->ended());
  EXPECT_THAT(
      source_->fault(),
      AllOf(HasSubstr("line 4 with 1970-01-01T00:00:01Z comes after line 3"),
            HasSubstr("--max-sort-mib"),
            HasSubstr("sort it first: (head -n 1 day.csv; tail -n +2 day.csv | "
                      "LC_ALL=C sort -s -t ',' -k 1,1n) > sorted-day.csv")));
  EXPECT_THAT(told_, ElementsAre("fault: " + source_->fault(), "end"));
  EXPECT_EQ(source_->counters().refused_to_sort, 1u);
  // Nothing is read on.
  EXPECT_THAT(Poll(5'000), IsEmpty());
  EXPECT_EQ(next_, -1);
}

TEST_F(ReplayOrderTest, NamesTheCommandForEveryKindOfFile) {
  options_.max_sort_bytes = 0;
  const auto command = [this](const std::string& recording) {
    Open(recording);
    Poll(0);
    const std::string fault = source_->fault();
    return fault.substr(std::min(fault.find("first: "), fault.size()));
  };
  EXPECT_EQ(command("2021-03-05,A,1\n2021-03-04,A,1\n"),
            "first: tac day.csv > sorted-day.csv");
  EXPECT_EQ(command("2021-03-04,A,1\n2021-03-05,A,1\n2021-03-03,A,2\n"),
            "first: LC_ALL=C sort -s -t ',' -k 1,1 day.csv > sorted-day.csv");
  EXPECT_EQ(command("symbol\tdate\ttime\tprice\nA\t20210304\t10:00\t1\n"
                    "A\t20210305\t10:00\t1\nA\t20210303\t10:00\t1\n"),
            "first: (head -n 1 day.csv; tail -n +2 day.csv | LC_ALL=C sort -s "
            "-t $'\\t' -k 2,2 -k 3,3) > sorted-day.csv");
  options_.name = "/data/it's.json";
  EXPECT_EQ(command(R"({"symbol":"A","price":1,"time":2})"
                    "\n"
                    R"({"symbol":"A","price":1,"time":1})"),
            "first: jq -s -c 'sort_by(.time)[]' '/data/it'\\''s.json' > "
            "'sorted-it'\\''s.json'");
}

TEST_F(ReplayOrderTest, SortsEveryPassOfALoopAndTellsTheFirst) {
  options_.loop = true;
  Open(kHeader + std::string("1,A,2\n0,A,1\n"));
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_THAT(Poll(1'000), ElementsAre("A 2"));
  EXPECT_THAT(Poll(2'000), ElementsAre("A 1"));
  EXPECT_THAT(Poll(3'000), ElementsAre("A 2"));
  EXPECT_EQ(told_.size(), 1u);
  // The third pass is read as well.
  EXPECT_EQ(source_->counters().sorted_prices, 6u);
}

TEST_F(ReplayOrderTest, SortsALargeRecordingInBoundedPolls) {
  std::string recording = kHeader;
  constexpr int kLines = 100'000;
  for (int i = 0; i < kLines; ++i) {
    recording += std::to_string((i * 7'919) % kLines) + ",A,1\n";
  }
  options_.speed = 1e9;
  Open(recording);
  std::size_t played = 0;
  std::size_t most = 0;
  int polls = 0;
  for (; polls < 1'000 && next_ != -1; ++polls) {
    const std::size_t size = Poll(next_).size();
    played += size;
    most = std::max(most, size);
  }
  EXPECT_EQ(played, static_cast<std::size_t>(kLines));
  EXPECT_LE(most, 32'768u);
  EXPECT_LT(polls, 20);
}

TEST_F(ReplayOrderTest, WaitsForBytesThatComeLate) {
  ScriptedBytes& bytes = OpenScripted();
  int woken = 0;
  source_->SetWake([&woken] { ++woken; });
  EXPECT_THAT(Poll(0), IsEmpty());
  EXPECT_EQ(next_, -1);
  EXPECT_EQ(bytes.reads, 1);
  bytes.pieces = {kHeader + std::string("10,A,1\n1"), "1,A,2\n"};
  bytes.wake();
  EXPECT_EQ(woken, 1);
  // The replay starts with its first price.
  EXPECT_THAT(Poll(60'000), ElementsAre("A 1"));
  EXPECT_EQ(next_, 61'000);
  EXPECT_THAT(Poll(61'000), ElementsAre("A 2"));
  EXPECT_EQ(next_, -1);
  EXPECT_FALSE(source_->ended());
  bytes.at_end = ByteSource::State::kEnd;
  EXPECT_THAT(Poll(62'000), IsEmpty());
  EXPECT_TRUE(source_->ended());
  EXPECT_EQ(source_->fault(), "");
}

TEST_F(ReplayOrderTest, PlaysWhatStandsBeforeAFault) {
  ScriptedBytes& bytes = OpenScripted();
  bytes.pieces = {kHeader + std::string("10,A,1\n11,A,2\n12,A")};
  bytes.at_end = ByteSource::State::kFailed;
  EXPECT_THAT(Poll(0), ElementsAre("A 1"));
  EXPECT_FALSE(source_->ended());
  EXPECT_THAT(Poll(1'000), ElementsAre("A 2"));
  EXPECT_TRUE(source_->ended());
  EXPECT_EQ(source_->fault(), "the disk is gone");
  EXPECT_EQ(told_.back(), "end");
  EXPECT_EQ(told_[told_.size() - 2], "fault: the disk is gone");
}

}  // namespace
}  // namespace tickerhub
