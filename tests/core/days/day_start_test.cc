// Days that begin by the clock.

#include "tickerhub/day_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "fields/feed_time.h"
#include "stocks/stock_tracker_fixture.h"

namespace tickerhub {
namespace {

using ::testing::HasSubstr;

DayStart StartAt(std::string_view time, std::string_view zone) {
  std::optional<DayStart> start;
  const Status status = DayStart::Read(time, zone, &start);
  EXPECT_TRUE(status.ok()) << status.message();
  return start.value();
}

std::string Next(const DayStart& start, std::string_view moment) {
  return internal::TimeText(start.After(internal::ParseTime(moment).value()));
}

TEST(DayStartTest, ComesOnceADay) {
  const DayStart start = StartAt("09:30", "UTC");
  EXPECT_EQ(Next(start, "2026-01-02T09:29:59.999Z"), "2026-01-02T09:30:00Z");
  EXPECT_EQ(Next(start, "2026-01-02T09:30:00Z"), "2026-01-03T09:30:00Z");
  EXPECT_EQ(Next(start, "2026-12-31T23:59:59Z"), "2027-01-01T09:30:00Z");
  EXPECT_EQ(Next(start, "2028-02-28T12:00:00Z"), "2028-02-29T09:30:00Z");
}

TEST(DayStartTest, KnowsSummerTime) {
  const DayStart start = StartAt("09:30", "America/New_York");
  EXPECT_EQ(Next(start, "2026-03-06T20:00:00Z"), "2026-03-07T14:30:00Z");
  EXPECT_EQ(Next(start, "2026-03-07T20:00:00Z"), "2026-03-08T13:30:00Z");
  EXPECT_EQ(Next(start, "2026-10-31T20:00:00Z"), "2026-11-01T14:30:00Z");
  // The day of the zone is not that of UTC.
  EXPECT_EQ(Next(StartAt("08:00", "Asia/Tokyo"), "2026-01-02T22:59:59Z"),
            "2026-01-02T23:00:00Z");
}

TEST(DayStartTest, ATimeThatTheClocksLeaveOutComesLater) {
  const DayStart start = StartAt("02:30", "America/New_York");
  EXPECT_EQ(Next(start, "2026-03-08T06:00:00Z"), "2026-03-08T07:30:00Z");
  EXPECT_EQ(Next(start, "2026-03-08T07:30:00Z"), "2026-03-09T06:30:00Z");
}

TEST(DayStartTest, RefusesWhatIsNoTimeOrNoZone) {
  std::optional<DayStart> start;
  for (const char* time : {"", "9:30", "24:00", "09:60", "09-30", "0930",
                           "ab:cd", "09:30:00", "09:3", " 9:30"}) {
    EXPECT_THAT(DayStart::Read(time, "UTC", &start).message(),
                HasSubstr("the time of day must be"))
        << time;
  }
  for (const char* zone :
       {"", "New York", "America/New_Yorkk", "Etc/Unknown"}) {
    EXPECT_THAT(DayStart::Read("09:30", zone, &start).message(),
                HasSubstr("there is no time zone"))
        << zone;
  }
  EXPECT_FALSE(start);
}

class DaysOfATrackerTest : public StockTrackerFixture {
 protected:
  // Noon of a day in UTC, in which the next day begins at one o'clock.
  DaysOfATrackerTest() {
    scheduler_.SetWallClock(
        internal::ParseTime("2026-01-02T12:00:00Z").value());
    StockTracker::Options options;
    options.day_start = StartAt("13:00", "UTC");
    Make(options);
    tracker_->AddStock("AAPL", P("150"));
    tracker_->SetPrice("AAPL", P("152"));
    tracker_->SetPrice("AAPL", P("151"));
    Open(kAnn);
  }

  const Quote& Apple() { return *tracker_->book().Find(S("AAPL")); }
};

TEST_F(DaysOfATrackerTest, BeginByTheClockAndReachTheClients) {
  scheduler_.Advance(std::chrono::minutes(59));
  EXPECT_EQ(Apple().reference, P("150"));
  out_.ClearMessages();
  scheduler_.Advance(std::chrono::minutes(2));
  EXPECT_EQ(Apple().reference, P("151"));
  EXPECT_THAT(out_.TextsTo(kAnn),
              ::testing::Contains(HasSubstr(
                  R"("data":{"AAPL":151},"quotes":{"AAPL":{"reference":151,)"
                  R"("high":151,"low":151,"time":)")));
}

TEST_F(DaysOfATrackerTest, DoNotBeginTwiceWhenTheClockIsSetBackALittle) {
  scheduler_.Advance(std::chrono::minutes(61));
  tracker_->SetPrice("AAPL", P("155"));
  scheduler_.SetWallClock(internal::ParseTime("2026-01-02T12:59:00Z").value());
  scheduler_.Advance(std::chrono::minutes(10));
  EXPECT_EQ(Apple().reference, P("151"));
}

}  // namespace
}  // namespace tickerhub
