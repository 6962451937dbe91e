// What is the in-memory log's own. log_limits_test.cc has its limits.

#include "tickerhub/in_memory_notification_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "log_steps.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Options = InMemoryNotificationLog::Options;
using Query = NotificationLog::Query;
using Page = NotificationLog::Page;

Options MaxNotifications(std::size_t number) {
  Options options;
  options.max_notifications = number;
  return options;
}

TEST(InMemoryNotificationLogTest, IsSmallUnlessToldOtherwise) {
  EXPECT_EQ(Options().max_notifications, 10'000u);
  EXPECT_EQ(Options().max_bytes, 16u * 1024 * 1024);
}

TEST(InMemoryNotificationLogTest, GivesIdsFromOneInOrder) {
  InMemoryNotificationLog log;
  EXPECT_EQ(log.last_id(), 0u);
  EXPECT_EQ(Append(log, ToAll("a")), 1u);
  EXPECT_EQ(Append(log, To("ann", "b")), 2u);
  EXPECT_EQ(log.last_id(), 2u);
}

TEST(InMemoryNotificationLogTest, HasAnEpochOfItsOwn) {
  std::set<std::string> epochs;
  for (int i = 0; i < 20; ++i) {
    const std::string epoch = InMemoryNotificationLog().epoch();
    EXPECT_EQ(epoch.size(), 16u);
    EXPECT_EQ(epoch.find_first_not_of("0123456789abcdef"), std::string::npos);
    epochs.insert(epoch);
  }
  EXPECT_EQ(epochs.size(), 20u);
}

TEST(InMemoryNotificationLogTest, TakesAnEpochThatIsGiven) {
  Options options;
  options.epoch = "mine";
  EXPECT_EQ(InMemoryNotificationLog(options).epoch(), "mine");
}

TEST(InMemoryNotificationLogTest, NothingIsMissingAfterWhatIsYetToCome) {
  InMemoryNotificationLog log(MaxNotifications(1));
  Append(log, ToAll("x"));
  Append(log, ToAll("x"));
  for (const std::uint64_t after :
       {std::uint64_t{3}, std::numeric_limits<std::uint64_t>::max()}) {
    const Page result = Read(log, After(after, "ann"));
    EXPECT_THAT(result.entries, IsEmpty());
    EXPECT_TRUE(result.complete);
    EXPECT_FALSE(result.more);
  }
}

TEST(InMemoryNotificationLogTest, MayBeAppendedToFromItsCallbacks) {
  InMemoryNotificationLog log(MaxNotifications(1));
  std::vector<std::string> seen;
  log.SetListener([&](const std::vector<LogEntry>& entries) {
    for (const LogEntry& entry : entries) {
      seen.push_back(std::get<Notification>(entry.record).message);
    }
  });
  log.Append(ToAll("first"), [&](const auto& first) {
    log.Append(ToAll("second"), [&](const auto& second) {
      seen.push_back("ack " + std::to_string(second.id));
    });
    seen.push_back("ack " + std::to_string(first.id));
  });
  EXPECT_THAT(seen, ElementsAre("first", "ack 1", "second", "ack 2"));
  EXPECT_THAT(IdsOf(Read(log, After(0))), ElementsAre(2));
}

}  // namespace
}  // namespace tickerhub
