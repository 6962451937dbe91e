// What the log in a file keeps through a restart, and what is its own: a full
// file, a damaged page, the end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "log_steps.h"
#include "store/database.h"
#include "store_folder.h"
#include "support/deadline.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::IsEmpty;
using Error = NotificationLog::Error;
using Log = SqliteNotificationLog;

class StoreLimitsTest : public ::testing::Test {
 protected:
  // The file again, with other options.
  template <typename Change>
  Log& Open(const Change& change) {
    Log::Options options;
    options.file = folder_.File();
    options.on_problem = [](const std::string& sentence) {
      ADD_FAILURE() << sentence;
    };
    change(&options);
    log_.reset();
    log_ = OpenStore(options);
    return *log_;
  }
  Log& Open() {
    return Open([](Log::Options*) {});
  }

  StoreFolder folder_;
  std::unique_ptr<Log> log_;
};

TEST_F(StoreLimitsTest, EverythingSurvivesARestart) {
  std::string epoch;
  {
    Log& log = Open();
    epoch = log.epoch();
    Append(log, Visit{"ann", "Ann", "secret"});
    Append(log, Membership{"ops", "ann", true});
    Append(log, To("ann", "own"));
    Append(log, ToAll("all"));
    Append(log, ToGroup("ops", "group"));
    Append(log, ReadMark{"ann", {5}, 3});
    Append(log, Deletion{"ann", 4});
    Append(log, Keyed("api", "key", At(5)));
    Append(log, Outcome{8, 1, 2});
    Notification later = ToAll("later");
    later.deliver_at = At(100);
    Append(log, later);
  }
  Log& log = Open();
  EXPECT_EQ(log.epoch(), epoch);
  EXPECT_EQ(log.last_id(), 9u);
  EXPECT_EQ(log.size(), 4u);
  EXPECT_EQ(log.users(), 1u);
  EXPECT_EQ(log.scheduled(), 1u);
  const auto ann = Find(log, "ann");
  EXPECT_EQ(ann.spelling, "Ann");
  EXPECT_EQ(ann.secrets.at(0).secret, "secret");
  EXPECT_THAT(ann.groups, ElementsAre("ops"));
  EXPECT_EQ(ann.read_up_to, 3u);
  EXPECT_THAT(MembersOf(log, "ops"), ElementsAre("ann"));
  EXPECT_THAT(IdsOf(Read(log, After(0, "ann"))), ElementsAre(2, 3, 5, 6, 7, 8));
  EXPECT_EQ(Read(log, After(0, "ann")).unread, 1u);
  const auto again = AckOf(log, Keyed("api", "key", At(6)));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.outcome->queued, 2u);
  Release(log, At(100));
  EXPECT_EQ(log.last_id(), 10u);
  EXPECT_EQ(log.scheduled(), 0u);
}

TEST_F(StoreLimitsTest, LowerLimitsCountForWhatIsThereAlready) {
  {
    Log& log = Open();
    for (int i = 0; i < 5; ++i) Append(log, To("ann", "x"));
    for (int i = 0; i < 5; ++i) Append(log, ToAll("x"));
  }
  Log& few = Open([](auto* options) { options->max_per_user = 2; });
  ASSERT_TRUE(Eventually([&] { return few.size() == 7; }));
  Log& fewer = Open([](auto* options) { options->max_notifications = 1; });
  ASSERT_TRUE(Eventually([&] { return fewer.size() == 1; }));
  EXPECT_THAT(IdsOf(Read(fewer, After(0))), ElementsAre(10));
  EXPECT_FALSE(Read(fewer, After(0, "ann")).complete);
}

TEST_F(StoreLimitsTest, AReadingTellsTheTimeToo) {
  Log& log = Open(
      [](auto* options) { options->max_age = std::chrono::milliseconds(100); });
  Append(log, ToAll("x"));
  NotificationLog::Query query = After(0);
  query.now = At(1'000);
  ASSERT_TRUE(Eventually([&] {
    Read(log, query);
    return log.size() == 0;
  }));
  EXPECT_EQ(log.counters().dropped_by_age, 1u);
}

TEST_F(StoreLimitsTest, ARestartForgetsNoKeyAndNoUserThatWasForgotten) {
  const auto limits = [](auto* options) {
    options->max_users = 1;
    options->key_lifetime = std::chrono::milliseconds(1'000);
  };
  Log& log = Open(limits);
  Append(log, To("ann", "x"));
  Append(log, To("bob", "x"));
  Append(log, Keyed("api", "a", At(0)));
  Log& again = Open(limits);
  EXPECT_FALSE(Read(again, After(0, "ann")).complete);
  EXPECT_TRUE(AckOf(again, Keyed("api", "a", At(999))).duplicate);
  EXPECT_FALSE(AckOf(again, Keyed("api", "a", At(1'000))).duplicate);
}

TEST_F(StoreLimitsTest, AFullFileRefusesAndGoesOnWhenThereIsRoom) {
  Log& log = Open([](auto* options) {
    options->max_file_bytes = 400'000;
    options->on_problem = nullptr;  // that it is full is no fault here
  });
  int kept = 0;
  NotificationLog::Ack ack;
  std::vector<std::uint64_t> heard;
  log.SetListener([&](const std::vector<LogEntry>& entries) {
    for (const LogEntry& entry : entries) heard.push_back(entry.id);
  });
  while (!(ack = AckOf(log, To("ann", std::string(5'000, 'x')))).error) ++kept;
  EXPECT_EQ(ack.error, Error::kNoSpace);
  EXPECT_EQ(ack.sentence,
            "There is no space for the notification log on the disk.");
  EXPECT_EQ(log.counters().refused_disk_full, 1u);
  EXPECT_GT(kept, 10);
  EXPECT_EQ(heard.size(), static_cast<std::size_t>(kept));
  EXPECT_EQ(log.last_id(), static_cast<std::uint64_t>(kept));
  EXPECT_EQ(Read(log, After(0, "ann")).unread, heard.size()) << "one can read";
  for (const std::uint64_t id : std::vector<std::uint64_t>(heard)) {
    if (id % 2 == 0) continue;
    NotificationLog::Ack gone = AckOf(log, Deletion{"ann", id});
    EXPECT_FALSE(gone.error) << gone.sentence;
  }
  const auto later = AckOf(log, To("ann", std::string(5'000, 'x')));
  EXPECT_FALSE(later.error) << later.sentence;
  EXPECT_GT(later.id, static_cast<std::uint64_t>(kept));
}

// The writing thread
// -----------------------------------------------------------

TEST_F(StoreLimitsTest, WhatWaitsIsOneTransactionOnAThreadOfItsOwn) {
  constexpr int kAppends = 100;
  Log& log = Open();
  std::promise<void> all;
  std::atomic<int> acks{0};
  std::atomic<bool> is_own{true};
  const auto here = std::this_thread::get_id();
  const auto is_elsewhere = [&] {
    if (std::this_thread::get_id() == here) is_own = false;
  };
  log.SetListener([&](const std::vector<LogEntry>&) { is_elsewhere(); });
  log.Append(ToAll("x"), [&](const NotificationLog::Ack&) {
    // The thread that writes is here. So these wait for it.
    for (int i = 0; i < kAppends; ++i) {
      log.Append(ToAll("x"), [&](const NotificationLog::Ack& ack) {
        EXPECT_FALSE(ack.error);
        is_elsewhere();
        if (++acks == kAppends) all.set_value();
      });
    }
  });
  ASSERT_EQ(all.get_future().wait_for(testing::kDeadline),
            std::future_status::ready);
  log.Read(After(0), [&](const NotificationLog::Page&) { is_elsewhere(); });
  EXPECT_EQ(Read(log, After(0)).entries.size(), 1u + kAppends);
  EXPECT_EQ(log.counters().transactions, 2u);
  EXPECT_TRUE(is_own) << "nothing is done on the thread of the caller";
}

// Each append waits already when the one before has been acknowledged. So there
// is a step of retention between them, and never more.
TEST_F(StoreLimitsTest, RetentionTakesSmallStepsBetweenDeliveries) {
  constexpr int kOld = 4'000;
  constexpr int kNew = 8;
  constexpr std::size_t kStep = 256;
  Log& log = Open();
  std::vector<std::size_t> sizes;
  std::promise<void> all;
  const auto at = [](std::int64_t time) {
    Notification one = ToAll("x");
    one.time = At(time);
    one.expires = At(time + 100);
    return one;
  };
  std::function<void(const NotificationLog::Ack&)> next =
      [&](const NotificationLog::Ack& ack) {
        EXPECT_FALSE(ack.error);
        sizes.push_back(log.size());
        if (sizes.size() > kNew) return all.set_value();
        log.Append(at(1'000), next);  // all the old ones have ended
      };
  for (int i = 1; i < kOld; ++i) log.Append(at(0), nullptr);
  ASSERT_TRUE(Eventually([&] { return log.size() == kOld - 1; }));
  log.Append(at(0), next);  // alone: a step may be twice as large as a batch
  ASSERT_EQ(all.get_future().wait_for(testing::kDeadline),
            std::future_status::ready);
  EXPECT_EQ(sizes.front(), std::size_t{kOld});
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    EXPECT_LE(sizes[i], sizes[i - 1] + 1);
    EXPECT_GE(sizes[i] + kStep, sizes[i - 1]) << "that was no small step";
  }
  ASSERT_TRUE(Eventually([&] { return log.counters().expired == kOld; }));
}

TEST_F(StoreLimitsTest, AFileThatCannotBeWrittenRefusesAppends) {
  std::atomic<int> problems{0};
  Log& log = Open([&](auto* options) {
    options->on_problem = [&](const std::string&) { ++problems; };
  });
  const std::uint64_t id = Append(log, ToAll("x"));
  {
    internal::Database other(folder_.File(), "");
    other.Execute("ALTER TABLE notifications RENAME TO hidden");
  }
  const auto ack = AckOf(log, ToAll("x"));
  EXPECT_EQ(ack.error, Error::kFailed);
  EXPECT_EQ(ack.id, 0u);
  EXPECT_THAT(ack.sentence,
              ::testing::HasSubstr("The notification log cannot be written: "));
  EXPECT_EQ(log.counters().refused_failed, 1u);
  {
    internal::Database other(folder_.File(), "");
    other.Execute("ALTER TABLE hidden RENAME TO notifications");
  }
  EXPECT_EQ(Append(log, ToAll("x")), id + 1) << "as soon as it works again";
  EXPECT_THAT(IdsOf(Read(log, After(0))), ElementsAre(id, id + 1));
}

TEST_F(StoreLimitsTest, SkipsIdsAfterAStartOfTheMachine) {
  {
    Log& log = Open();
    Append(log, ToAll("x"));
  }
  EXPECT_EQ(Open().last_id(), 1u);
  log_.reset();
  {
    internal::Database database(folder_.File(), "");
    database.Execute("UPDATE log SET boot = 'another'");
  }
  Log& log = Open();
  EXPECT_GT(log.last_id(), 1'000'000u);
  EXPECT_THAT(IdsOf(Read(log, After(0))), ElementsAre(1));
}

TEST_F(StoreLimitsTest, ADamagedPageIsToldToWhoReads) {
  {
    Log& log = Open();
    for (int i = 0; i < 1'000; ++i) {
      log.Append(To("ann", std::string(1'000, 'x')), nullptr);
    }
    Append(log, ToAll("x"));
  }
  log_.reset();
  {
    internal::Database database(folder_.File(), "");
    database.Execute("PRAGMA journal_mode = DELETE");
  }
  std::string bytes = BytesOfFile(folder_.File());
  const std::size_t text = bytes.find(std::string(900, 'x'), bytes.size() / 2);
  ASSERT_NE(text, std::string::npos);
  constexpr std::size_t kPage = 4096;
  constexpr std::size_t kHead = 100;
  bytes.replace(text / kPage * kPage, kHead, kHead, '\x5a');
  WriteFile(folder_.File(), bytes);
  std::atomic<int> problems{0};
  Log& log = Open([&](auto* options) {
    options->on_problem = [&](const std::string&) { ++problems; };
  });
  const auto page = Read(log, After(0, "ann"));
  EXPECT_THAT(page.entries, IsEmpty());
  EXPECT_FALSE(page.complete);
  EXPECT_EQ(page.kept_after, log.last_id());
  EXPECT_EQ(page.error, Error::kFailed);
  EXPECT_EQ(log.counters().failed_readings, 1u);
  EXPECT_EQ(problems, 1);
}

TEST_F(StoreLimitsTest, TheEndKeepsAndCallsBackAllThatWaits) {
  constexpr int kAppends = 500;
  Log& log = Open();
  std::atomic<int> acks{0};
  std::atomic<int> closed{0};
  for (int i = 0; i < kAppends; ++i) {
    log.Append(ToAll("x"), [&](const NotificationLog::Ack& ack) {
      if (!ack.error) ++acks;
    });
  }
  log.Read(After(0), [&](const NotificationLog::Page&) { ++closed; });
  log_.reset();
  EXPECT_EQ(acks, kAppends);
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(Open().size(), std::size_t{kAppends});
}

}  // namespace
}  // namespace tickerhub
