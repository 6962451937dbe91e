// Keys and times in the in-memory log: the same once, later, not any more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "log_steps.h"
#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Error = NotificationLog::Error;
using Options = InMemoryNotificationLog::Options;
using Page = NotificationLog::Page;

template <typename Change>
Options OptionsWith(const Change& change) {
  Options options;
  change(options);
  return options;
}

// Keys -----------------------------------------------------------------------

TEST(LogTimesTest, ForgetsKeysInTheirTimeAndWhenThereAreTooMany) {
  InMemoryNotificationLog log(OptionsWith([](auto& options) {
    options.max_keys = 2;
    options.key_lifetime = milliseconds(1'000);
  }));
  Append(log, Keyed("api", "a", At(0)));
  EXPECT_TRUE(AckOf(log, Keyed("api", "a", At(999))).duplicate);
  EXPECT_FALSE(AckOf(log, Keyed("api", "a", At(1'000))).duplicate);
  EXPECT_EQ(log.counters().keys_forgotten, 0u);
  Append(log, Keyed("api", "b", At(1'000)));
  Append(log, Keyed("api", "c", At(1'000)));
  EXPECT_EQ(log.counters().keys_forgotten, 1u);
  EXPECT_FALSE(AckOf(log, Keyed("api", "a", At(1'000))).duplicate);
}

// Times ----------------------------------------------------------------------

TEST(LogTimesTest, BoundsWhatIsToComeLater) {
  InMemoryNotificationLog log(
      OptionsWith([](auto& options) { options.max_scheduled = 1; }));
  Notification later = ToAll("x");
  later.deliver_at = At(1);
  EXPECT_TRUE(AckOf(log, later).scheduled);
  EXPECT_EQ(AckOf(log, later).error, Error::kNoSpace);
  EXPECT_EQ(log.counters().refused_full, 1u);
  EXPECT_EQ(log.scheduled(), 1u);
  Release(log, At(1));
  EXPECT_EQ(log.scheduled(), 0u);
}

TEST(LogTimesTest, ForgetsWhatHasExpired) {
  InMemoryNotificationLog log;
  Notification brief = To("ann", "x");
  brief.expires = At(100);
  Append(log, brief);
  NotificationLog::Query query = After(0, "ann");
  query.now = At(99);
  EXPECT_EQ(Read(log, query).unread, 1u);
  query.now = At(100);
  EXPECT_THAT(Read(log, query).entries, IsEmpty());
  EXPECT_TRUE(Read(log, query).complete) << "nobody misses it";
  EXPECT_EQ(Read(log, query).unread, 0u);
  EXPECT_EQ(log.counters().expired, 1u);
}

TEST(LogTimesTest, DropsWhatIsTooOld) {
  InMemoryNotificationLog log(
      OptionsWith([](auto& options) { options.max_age = milliseconds(100); }));
  for (const int time : {0, 50, 101}) {
    Notification notification = ToAll("x");
    notification.time = At(time);
    Append(log, notification);
  }
  EXPECT_THAT(IdsOf(Read(log, After(0))), ElementsAre(2, 3));
  EXPECT_FALSE(Read(log, After(0)).complete);
  Release(log, At(1'000));
  EXPECT_EQ(log.size(), 0u);
  EXPECT_EQ(log.counters().dropped_by_age, 3u);
}

TEST(LogTimesTest, ANewerOneTakesThePlaceOfAnOlder) {
  InMemoryNotificationLog log;
  const auto tagged = [](const char* from, const char* tag) {
    Notification notification = ToAll("x");
    notification.from = from;
    notification.tag = tag;
    return notification;
  };
  Append(log, tagged("ci", "build"));
  Append(log, tagged("ci", "deploy"));
  Append(log, tagged("ann", "build"));
  Append(log, tagged("ci", "build"));
  EXPECT_THAT(IdsOf(Read(log, After(0))), ElementsAre(2, 3, 4));
  EXPECT_TRUE(Read(log, After(0)).complete);
  Append(log, tagged("ci", "build"));
  EXPECT_THAT(IdsOf(Read(log, After(0))), ElementsAre(2, 3, 5));
  EXPECT_EQ(log.counters().replaced, 2u);
}

}  // namespace
}  // namespace tickerhub
