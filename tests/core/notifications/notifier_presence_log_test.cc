// Joins, leaves and renames are state: the notification log has none of them.

#include <string>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr SessionId kWitness{1000};

class NotifierPresenceLogTest : public NotifierTest {
 protected:
  void Name(SessionId session, const std::string& name) {
    Say(session, R"({"type":"set-identifier","identifier":")" + name + "\"}");
  }
};

TEST_F(NotifierPresenceLogTest, NeverGoesIntoTheLog) {
  Open(kWitness, "witness");
  Settle();
  Open(kA);
  Name(kA, "ann");
  PassInterval();
  notifier().OnClose(kA);
  PassInterval();
  EXPECT_EQ(log_.size(), 0u);
  EXPECT_EQ(notifier().counters().notifications, 0u);
  EXPECT_EQ(notifier().counters().deliveries, 0u);
  EXPECT_THAT(Messages(kWitness, "notification"), IsEmpty());
}

TEST_F(NotifierPresenceLogTest, RenamingWithoutEndLeavesTheLogAsItIs) {
  options_.names = {{0, 0}, {0, 0}, {0, 0}};
  options_.notifications = {{0, 0}, {0, 0}, {0, 0}};
  InMemoryNotificationLog::Options options = Epoch("e1");
  options.max_users = 1'000;
  InMemoryNotificationLog small(options);
  used_log_ = &small;
  Open(kA, "ann");
  for (int i = 1; i <= 10; ++i) notifier().Announce("m" + std::to_string(i));
  for (int i = 0; i < 10'000; ++i) {
    Name(kA, "name" + std::to_string(i));
    if (i % 10 == 0) PassInterval();
    if (i % 1'000 == 0) out_.ClearMessages();
  }
  EXPECT_EQ(small.size(), 10u);
  EXPECT_EQ(small.users(), options.max_users);
  EXPECT_EQ(
      small.counters().dropped_by_number + small.counters().dropped_by_bytes,
      0u);
  Open(kB);
  out_.ClearMessages();
  Resume(kB, "e1", 0);
  EXPECT_THAT(NotifiedIds(kB), ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_THAT(Notified(kB), ElementsAre("m1", "m2", "m3", "m4", "m5", "m6",
                                        "m7", "m8", "m9", "m10"));
  EXPECT_TRUE(Last(kB).IsTrue("complete"));
  out_.ClearMessages();
  Resume(kB, "e1", small.last_id());
  EXPECT_THAT(Messages(kB), SizeIs(1));  // `resumed` alone
  EXPECT_EQ(Last(kB).Number("count"), 0);
  notifier_.reset();
}

}  // namespace
}  // namespace tickerhub
