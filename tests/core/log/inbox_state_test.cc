// What the in-memory log keeps of users, and what it drops.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "log_steps.h"
#include "tickerhub/in_memory_notification_log.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Error = NotificationLog::Error;
using Options = InMemoryNotificationLog::Options;
using Page = NotificationLog::Page;

template <typename Change>
Options With(const Change& change) {
  Options options;
  change(options);
  return options;
}

// Marks ----------------------------------------------------------------------

TEST(InboxStateTest, JoinsMarksThatAreTooMany) {
  InMemoryNotificationLog log(
      With([](auto& options) { options.max_marks_per_user = 3; }));
  for (int i = 0; i < 10; ++i) Append(log, ToAll("x"));
  for (const std::uint64_t id : {2, 4, 6, 8}) {
    Append(log, ReadMark{"ann", {id}, 0});
  }
  // 2 is "up to" now, so 1 is read too.
  EXPECT_THAT(UnreadOf(Read(log, After(0, "ann"))),
              ElementsAre(3, 5, 7, 9, 10));
  EXPECT_EQ(log.counters().marks_joined, 2u);
  // The oldest mark is gone. One that says all stands in its place.
  const Page page = Read(log, After(10, "ann"));
  ASSERT_THAT(IdsOf(page), ElementsAre(11, 12, 13, 14));
  EXPECT_EQ(std::get<ReadMark>(page.entries[0].record).up_to, 2u);
  EXPECT_THAT(std::get<ReadMark>(page.entries[0].record).ids,
              ElementsAre(4, 6, 8));
}

TEST(InboxStateTest, RefusesDeletionsThatAreTooMany) {
  InMemoryNotificationLog log(With([](auto& options) {
    options.max_marks_per_user = 1;
    options.max_notifications = 2;
  }));
  Append(log, ToAll("x"));
  Append(log, ToAll("x"));
  Append(log, Deletion{"ann", 1});
  EXPECT_EQ(AckOf(log, Deletion{"ann", 2}).error, Error::kNoSpace);
  EXPECT_EQ(log.counters().refused_full, 1u);
  Append(log, ToAll("x"));
  EXPECT_FALSE(AckOf(log, Deletion{"ann", 2}).error)
      << "the first that was deleted is gone, and needs no room";
}

// Groups ---------------------------------------------------------------------

TEST(InboxStateTest, BoundsGroupsAndTheirMembers) {
  InMemoryNotificationLog log(With([](auto& options) {
    options.max_groups = 1;
    options.max_members = 1;
  }));
  EXPECT_FALSE(AckOf(log, Membership{"a", "ann", true}).error);
  EXPECT_FALSE(AckOf(log, Membership{"a", "ann", true}).error);
  EXPECT_EQ(AckOf(log, Membership{"a", "bob", true}).error, Error::kNoSpace);
  EXPECT_EQ(AckOf(log, Membership{"b", "ann", true}).error, Error::kNoSpace);
  EXPECT_EQ(log.counters().refused_full, 2u);
  Append(log, Membership{"a", "ann", false});
  EXPECT_FALSE(AckOf(log, Membership{"b", "bob", true}).error);
}

// Users ----------------------------------------------------------------------

TEST(InboxStateTest, KnowsWhoWasHere) {
  InMemoryNotificationLog log;
  EXPECT_FALSE(Find(log, "ann").known);
  Append(log, To("ann", "before she came"));
  EXPECT_FALSE(Find(log, "ann").known);
  Append(log, Visit{"ann", "Ann", "s1"});
  Append(log, Visit{"ann", "ANN", ""});
  const NotificationLog::UserState ann = Find(log, "ann");
  EXPECT_TRUE(ann.known);
  EXPECT_EQ(ann.spelling, "ANN");
  ASSERT_THAT(ann.secrets, SizeIs(1));
  EXPECT_EQ(ann.secrets[0].secret, "s1");
  EXPECT_EQ(ann.secrets[0].since, 2u);
  EXPECT_EQ(log.users(), 1u);
}

TEST(InboxStateTest, ForgetsThoseFirstThatHaveNothing) {
  InMemoryNotificationLog log(
      With([](auto& options) { options.max_users = 3; }));
  for (const char* user : {"ann", "bob", "cid"}) {
    Append(log, Visit{user, user, ""});
  }
  Append(log, To("ann", "x"));
  Append(log, Membership{"ops", "bob", true});
  Append(log, Visit{"dan", "dan", ""});
  EXPECT_FALSE(Find(log, "bob").known);
  EXPECT_THAT(MembersOf(log, "ops"), IsEmpty());
  for (int i = 0; i < 100; ++i) {
    const std::string user = "renamed" + std::to_string(i);
    Append(log, Visit{user, user, ""});
  }
  EXPECT_TRUE(Find(log, "ann").known) << "she has a notification";
  EXPECT_EQ(log.users(), 3u);
  EXPECT_EQ(log.counters().users_forgotten, 101u);
  EXPECT_THAT(UnreadOf(Read(log, After(0, "ann"))), ElementsAre(4));
}

TEST(InboxStateTest, SaysWhenItHasForgottenANotificationWithItsUser) {
  InMemoryNotificationLog log(
      With([](auto& options) { options.max_users = 1; }));
  Append(log, To("ann", "x"));
  Append(log, To("bob", "x"));
  EXPECT_FALSE(Read(log, After(0, "ann")).complete);
  EXPECT_EQ(log.size(), 1u);
  EXPECT_TRUE(Read(log, After(1, "ann")).complete);
}

TEST(InboxStateTest, DropsTheOldestOfAUserThatHasTooMany) {
  InMemoryNotificationLog log(
      With([](auto& options) { options.max_per_user = 2; }));
  Append(log, To("ann", "1"));
  Append(log, Membership{"ops", "ann", true});
  Append(log, Membership{"ops", "bob", true});
  Append(log, ToGroup("ops", "4"));
  Append(log, To("ann", "5"));
  Append(log, To("ann", "6"));
  EXPECT_THAT(UnreadOf(Read(log, After(0, "ann"))), ElementsAre(5, 6));
  EXPECT_THAT(UnreadOf(Read(log, After(0, "bob"))), ElementsAre(4));
  EXPECT_FALSE(Read(log, After(3, "ann")).complete);
  EXPECT_TRUE(Read(log, After(4, "ann")).complete);
  EXPECT_EQ(log.counters().dropped_by_user, 2u);
}

}  // namespace
}  // namespace tickerhub
