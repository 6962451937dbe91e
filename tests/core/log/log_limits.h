#ifndef TICKERHUB_TESTS_CORE_LOG_LOG_LIMITS_H_
#define TICKERHUB_TESTS_CORE_LOG_LOG_LIMITS_H_

// The limits that both logs have, and what they do. A log may drop what is
// beyond a limit a moment later. Each log makes a suite of these tests:
//
//     INSTANTIATE_TYPED_TEST_SUITE_P(InAFile, LogLimitsTest, FileLogs);
//
// The parameter makes logs: it has a type `Log`, and Make(options) for options
// of that log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "log_steps.h"
#include "support/deadline.h"
#include "tickerhub/notification_log.h"

namespace tickerhub {

template <typename Logs>
class LogLimitsTest : public ::testing::Test {
 protected:
  using Log = typename Logs::Log;

  template <typename Change>
  Log& Open(const Change& change) {
    typename Log::Options options;
    change(&options);
    log_ = logs_.Make(options);
    return *log_;
  }
  Log& Open() {
    return Open([](auto*) {});
  }

  bool HasSize(std::size_t size) {
    return testing::Eventually([&] { return log_->size() == size; });
  }
  bool HasBytes(std::size_t bytes) {
    return testing::Eventually([&] { return log_->bytes() == bytes; });
  }

 private:
  Logs logs_;
  std::unique_ptr<Log> log_;
};

TYPED_TEST_SUITE_P(LogLimitsTest);

// Notifications ---------------------------------------------------------------

TYPED_TEST_P(LogLimitsTest, DropsTheOldestBeyondItsNumber) {
  auto& log = this->Open([](auto* options) { options->max_notifications = 3; });
  Append(log, To("bob", "x"));
  for (int i = 0; i < 4; ++i) Append(log, ToAll("x"));
  ASSERT_TRUE(this->HasSize(3));
  EXPECT_EQ(log.counters().dropped_by_number, 2u);
  EXPECT_EQ(log.counters().dropped_by_bytes, 0u);
  EXPECT_THAT(IdsOf(Read(log, After(0))), ::testing::ElementsAre(3, 4, 5));
  EXPECT_FALSE(Read(log, After(1)).complete);
  EXPECT_TRUE(Read(log, After(2)).complete);
  EXPECT_EQ(Read(log, After(0, "bob")).kept_after, 2u);
}

TYPED_TEST_P(LogLimitsTest, DropsTheOldestBeyondItsBytes) {
  auto& log = this->Open([](auto* options) { options->max_bytes = 30; });
  for (int i = 0; i < 3; ++i) Append(log, ToAll(std::string(10, 'x')));
  EXPECT_EQ(log.bytes(), 30u);
  EXPECT_EQ(log.size(), 3u);
  Append(log, ToAll(std::string(11, 'x')));
  ASSERT_TRUE(this->HasBytes(21));
  EXPECT_EQ(log.counters().dropped_by_bytes, 2u);
  EXPECT_EQ(log.counters().dropped_by_number, 0u);
  EXPECT_THAT(IdsOf(Read(log, After(0))), ::testing::ElementsAre(3, 4));
}

TYPED_TEST_P(LogLimitsTest, DeliversEvenWhatItCannotKeep) {
  auto& log = this->Open([](auto* options) { options->max_bytes = 5; });
  EXPECT_EQ(Append(log, ToAll("123456")), 1u);
  ASSERT_TRUE(this->HasBytes(0));
  EXPECT_EQ(log.size(), 0u);
  EXPECT_EQ(log.counters().dropped_by_bytes, 1u);
  EXPECT_FALSE(Read(log, After(0)).complete);
  EXPECT_TRUE(Read(log, After(1)).complete);
}

TYPED_TEST_P(LogLimitsTest, CountsTheBytesOfEveryText) {
  auto& log = this->Open();
  Notification notification = To("1", "22");
  notification.from = "333";
  notification.title = "4444";
  notification.link = "55555";
  notification.event = "666666";
  Append(log, notification);
  EXPECT_EQ(log.bytes(), 1u + 2 + 3 + 4 + 5 + 6);
}

TYPED_TEST_P(LogLimitsTest, DropsOfOneUserDoNotMatterToOthers) {
  auto& log = this->Open([](auto* options) { options->max_notifications = 1; });
  Append(log, To("bob", "x"));
  Append(log, ToAll("x"));
  ASSERT_TRUE(this->HasSize(1));
  EXPECT_TRUE(Read(log, After(0)).complete);
  EXPECT_TRUE(Read(log, After(0, "ann")).complete);
  EXPECT_FALSE(Read(log, After(0, "bob")).complete);
  EXPECT_EQ(Read(log, After(0, "bob")).kept_after, 1u);
  EXPECT_TRUE(Read(log, After(1, "bob")).complete);
}

TYPED_TEST_P(LogLimitsTest, DropsTheOldestOfAUserThatHasTooMany) {
  auto& log = this->Open([](auto* options) { options->max_per_user = 2; });
  Append(log, To("ann", "1"));
  Append(log, Membership{"ops", "ann", true});
  Append(log, Membership{"ops", "bob", true});
  Append(log, ToGroup("ops", "4"));
  Append(log, To("ann", "5"));
  Append(log, To("ann", "6"));
  ASSERT_TRUE(
      testing::Eventually([&] { return log.counters().dropped_by_user == 2; }));
  EXPECT_THAT(UnreadOf(Read(log, After(0, "ann"))),
              ::testing::ElementsAre(5, 6));
  EXPECT_THAT(UnreadOf(Read(log, After(0, "bob"))), ::testing::ElementsAre(4));
  EXPECT_FALSE(Read(log, After(3, "ann")).complete);
  EXPECT_TRUE(Read(log, After(4, "ann")).complete);
}

TYPED_TEST_P(LogLimitsTest, DropsWhatIsTooOld) {
  auto& log = this->Open(
      [](auto* options) { options->max_age = std::chrono::milliseconds(100); });
  for (const int time : {0, 50, 101}) {
    Notification one = ToAll("x");
    one.time = At(time);
    Append(log, one);
  }
  ASSERT_TRUE(this->HasSize(2));
  EXPECT_THAT(IdsOf(Read(log, After(0))), ::testing::ElementsAre(2, 3));
  EXPECT_FALSE(Read(log, After(0)).complete);
  Release(log, At(1'000));
  ASSERT_TRUE(this->HasSize(0));
  EXPECT_EQ(log.counters().dropped_by_age, 3u);
}

TYPED_TEST_P(LogLimitsTest, ForgetsWhatHasExpired) {
  auto& log = this->Open();
  Notification brief = To("ann", "x");
  brief.expires = At(100);
  Append(log, brief);
  NotificationLog::Query query = After(0, "ann");
  query.now = At(99);
  EXPECT_EQ(Read(log, query).unread, 1u);
  query.now = At(100);
  EXPECT_THAT(Read(log, query).entries, ::testing::IsEmpty());
  EXPECT_TRUE(Read(log, query).complete) << "nobody misses it";
  EXPECT_EQ(Read(log, query).unread, 0u);
  Release(log, At(100));
  ASSERT_TRUE(this->HasSize(0));
  EXPECT_EQ(log.counters().expired, 1u);
}

TYPED_TEST_P(LogLimitsTest, ANewerOneTakesThePlaceOfAnOlder) {
  auto& log = this->Open();
  const auto tagged = [](const char* from, const char* tag,
                         const char* user = "") {
    Notification notification = *user == '\0' ? ToAll("x") : To(user, "x");
    notification.from = from;
    notification.tag = tag;
    return notification;
  };
  Append(log, tagged("ci", "build"));
  Append(log, tagged("ci", "deploy"));
  Append(log, tagged("ann", "build"));
  Append(log, tagged("ci", "build"));
  EXPECT_THAT(IdsOf(Read(log, After(0))), ::testing::ElementsAre(2, 3, 4));
  EXPECT_TRUE(Read(log, After(0)).complete);
  Append(log, tagged("ci", "build", "bob"));
  Append(log, tagged("ci", "build", "ann"));
  Append(log, tagged("ci", "build", "bob"));
  EXPECT_THAT(IdsOf(Read(log, After(4, "bob"))), ::testing::ElementsAre(7));
  EXPECT_THAT(IdsOf(Read(log, After(4, "ann"))), ::testing::ElementsAre(6));
  EXPECT_EQ(log.counters().replaced, 2u);
}

// Users -----------------------------------------------------------------------

TYPED_TEST_P(LogLimitsTest, ForgetsUsersThatHaveNothingFirst) {
  auto& log = this->Open([](auto* options) { options->max_users = 3; });
  for (const char* user : {"ann", "bob", "cid"}) {
    Append(log, Visit{user, user, "s"});
  }
  Append(log, To("ann", "x"));
  Append(log, Membership{"ops", "bob", true});
  Append(log, Visit{"dan", "dan", ""});
  EXPECT_FALSE(Find(log, "bob").known);
  EXPECT_THAT(MembersOf(log, "ops"), ::testing::IsEmpty());
  for (int i = 0; i < 100; ++i) {
    const std::string user = "renamed" + std::to_string(i);
    Append(log, Visit{user, user, ""});
  }
  EXPECT_TRUE(Find(log, "ann").known) << "she has a notification";
  EXPECT_EQ(log.users(), 3u);
  EXPECT_EQ(log.counters().users_forgotten, 101u);
  EXPECT_THAT(UnreadOf(Read(log, After(0, "ann"))), ::testing::ElementsAre(4));
}

TYPED_TEST_P(LogLimitsTest, SaysWhenItHasForgottenANotificationWithItsUser) {
  auto& log = this->Open([](auto* options) { options->max_users = 1; });
  Append(log, To("ann", "x"));
  Append(log, To("bob", "x"));
  EXPECT_FALSE(Read(log, After(0, "ann")).complete);
  EXPECT_EQ(log.size(), 1u);
  EXPECT_TRUE(Read(log, After(1, "ann")).complete);
}

TYPED_TEST_P(LogLimitsTest, JoinsMarksThatAreTooMany) {
  auto& log =
      this->Open([](auto* options) { options->max_marks_per_user = 3; });
  for (int i = 0; i < 10; ++i) Append(log, ToAll("x"));
  for (const std::uint64_t id : {2u, 4u, 6u, 8u}) {
    Append(log, ReadMark{"ann", {id}, 0});
  }
  // 2 is "up to" now, so 1 is read too.
  EXPECT_THAT(UnreadOf(Read(log, After(0, "ann"))),
              ::testing::ElementsAre(3, 5, 7, 9, 10));
  EXPECT_EQ(log.counters().marks_joined, 2u);
  // The oldest mark is gone. One that says all stands in its place.
  const auto page = Read(log, After(10, "ann"));
  ASSERT_THAT(IdsOf(page), ::testing::ElementsAre(11, 12, 13, 14));
  EXPECT_EQ(std::get<ReadMark>(page.entries[0].record).up_to, 2u);
  EXPECT_THAT(std::get<ReadMark>(page.entries[0].record).ids,
              ::testing::ElementsAre(4, 6, 8));
}

// Refusals --------------------------------------------------------------------

TYPED_TEST_P(LogLimitsTest, RefusesDeletionsThatAreTooMany) {
  auto& log = this->Open([](auto* options) {
    options->max_marks_per_user = 1;
    options->max_notifications = 2;
  });
  Append(log, ToAll("x"));
  Append(log, ToAll("x"));
  EXPECT_FALSE(AckOf(log, Deletion{"ann", 1}).error);
  const auto refused = AckOf(log, Deletion{"ann", 2});
  EXPECT_EQ(refused.error, NotificationLog::Error::kNoSpace);
  EXPECT_EQ(refused.sentence, "This user has deleted too many.");
  EXPECT_EQ(log.counters().refused_full, 1u);
  Append(log, ToAll("x"));
  ASSERT_TRUE(this->HasSize(2));
  EXPECT_FALSE(AckOf(log, Deletion{"ann", 2}).error)
      << "the first that was deleted is gone, and needs no room";
}

TYPED_TEST_P(LogLimitsTest, BoundsGroupsAndTheirMembers) {
  auto& log = this->Open(
      [](auto* options) { options->max_groups = options->max_members = 1; });
  EXPECT_FALSE(AckOf(log, Membership{"a", "ann", true}).error);
  EXPECT_FALSE(AckOf(log, Membership{"a", "ann", true}).error);
  const auto refused = AckOf(log, Membership{"a", "bob", true});
  EXPECT_EQ(refused.error, NotificationLog::Error::kNoSpace);
  EXPECT_EQ(refused.sentence,
            "There are too many groups, or members of this one.");
  EXPECT_EQ(AckOf(log, Membership{"b", "ann", true}).error,
            NotificationLog::Error::kNoSpace);
  EXPECT_EQ(log.counters().refused_full, 2u);
  Append(log, Membership{"a", "ann", false});
  EXPECT_FALSE(AckOf(log, Membership{"b", "bob", true}).error);
}

TYPED_TEST_P(LogLimitsTest, BoundsWhatIsToComeLater) {
  auto& log = this->Open([](auto* options) { options->max_scheduled = 1; });
  Notification later = ToAll("x");
  later.deliver_at = At(1);
  EXPECT_TRUE(AckOf(log, later).scheduled);
  const auto refused = AckOf(log, later);
  EXPECT_EQ(refused.error, NotificationLog::Error::kNoSpace);
  EXPECT_EQ(refused.sentence, "Too many notifications are scheduled.");
  EXPECT_EQ(log.counters().refused_full, 1u);
  EXPECT_EQ(log.scheduled(), 1u);
  Release(log, At(1));
  EXPECT_EQ(log.scheduled(), 0u);
  EXPECT_TRUE(AckOf(log, later).scheduled) << "there is room again";
}

TYPED_TEST_P(LogLimitsTest, ForgetsKeysInTheirTimeAndWhenThereAreTooMany) {
  auto& log = this->Open([](auto* options) {
    options->max_keys = 2;
    options->key_lifetime = std::chrono::milliseconds(1'000);
  });
  Append(log, Keyed("api", "a", At(0)));
  EXPECT_TRUE(AckOf(log, Keyed("api", "a", At(999))).duplicate);
  EXPECT_FALSE(AckOf(log, Keyed("api", "a", At(1'000))).duplicate);
  EXPECT_EQ(log.counters().keys_forgotten, 0u);
  Append(log, Keyed("api", "b", At(1'000)));
  Append(log, Keyed("api", "c", At(1'000)));
  EXPECT_EQ(log.counters().keys_forgotten, 1u);
  EXPECT_FALSE(AckOf(log, Keyed("api", "a", At(1'000))).duplicate);
}

REGISTER_TYPED_TEST_SUITE_P(
    LogLimitsTest, DropsTheOldestBeyondItsNumber, DropsTheOldestBeyondItsBytes,
    DeliversEvenWhatItCannotKeep, CountsTheBytesOfEveryText,
    DropsOfOneUserDoNotMatterToOthers, DropsTheOldestOfAUserThatHasTooMany,
    DropsWhatIsTooOld, ForgetsWhatHasExpired, ANewerOneTakesThePlaceOfAnOlder,
    ForgetsUsersThatHaveNothingFirst,
    SaysWhenItHasForgottenANotificationWithItsUser, JoinsMarksThatAreTooMany,
    RefusesDeletionsThatAreTooMany, BoundsGroupsAndTheirMembers,
    BoundsWhatIsToComeLater, ForgetsKeysInTheirTimeAndWhenThereAreTooMany);

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_LOG_LOG_LIMITS_H_
