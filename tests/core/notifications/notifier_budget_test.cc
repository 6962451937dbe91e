// How often clients may change their names and send notifications.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

constexpr ClientBudget::Rate kNoLimit{0, 0};

class NotifierBudgetTest : public NotifierTest {
 protected:
  void OpenFrom(SessionId session, const char* address) {
    SessionInfo info;
    info.request.remote_address = *RemoteAddress::Parse(address);
    notifier().OnOpen(session, info);
  }
  void Name(SessionId session, const std::string& name) {
    Say(session, R"({"type":"set-identifier","identifier":")" + name + "\"}");
  }
  std::string Outcome(SessionId session) {
    const ParsedJson last = Last(session);
    return last.Text("type") == std::string("error") ? last.Text("code")
                                                     : last.Text("type");
  }

  // As the HTTP API does. Returns the code of the refusal, "" if it was taken.
  std::string Submit(const Notifier::Caller& caller,
                     const std::string& recipient = "all",
                     const std::string& key = "") {
    std::string code = "no answer";
    notifier().SubmitJson(
        R"({"message":"x","recipientId":")" + recipient + "\"}", caller,
        [&](const Notifier::SubmitResult& result) {
          code = result.ok() ? "" : tickerhub::Name(result.rejection->code);
          retry_after_ = result.ok() ? std::chrono::seconds(0)
                                     : result.rejection->retry_after;
        },
        key);
    return code;
  }
  static Notifier::Caller From(const char* address,
                               const Identity* identity = nullptr) {
    return {"api", identity, *RemoteAddress::Parse(address)};
  }

  const Identity ann_{"ann", {}, {}};
  std::chrono::seconds retry_after_{0};
};

TEST_F(NotifierBudgetTest, HasDefaults) {
  EXPECT_EQ(options_.names.client.per_second, 0.2);
  EXPECT_EQ(options_.names.client.burst, 5);
  EXPECT_EQ(options_.names.address.burst, 50);
  EXPECT_EQ(options_.names.all.burst, 200);
  EXPECT_EQ(options_.notifications.client.per_second, 5);
  EXPECT_EQ(options_.notifications.client.burst, 25);
  EXPECT_EQ(options_.notifications.address.burst, 100);
  EXPECT_EQ(options_.notifications.all.burst, 250);
}

TEST_F(NotifierBudgetTest, BoundsHowOftenAClientTakesAnotherName) {
  options_.names = {{0.5, 2}, kNoLimit, kNoLimit};
  Open(kA);
  for (const char* name : {"first", "one", "two"}) {
    Name(kA, name);
    EXPECT_EQ(Outcome(kA), "identified") << name;
  }
  Name(kA, "three");
  EXPECT_EQ(Outcome(kA), "rate-limited");
  EXPECT_EQ(notifier().router().IdentifierOf(kA), "two");
  EXPECT_EQ(notifier().counters().names_limited, 1u);
  Name(kA, "two");  // the same name changes nothing
  EXPECT_EQ(Outcome(kA), "identified");
  Open(kB);  // others may
  Name(kB, "bob");
  Name(kB, "rob");
  EXPECT_EQ(Outcome(kB), "identified");
  scheduler_.Advance(std::chrono::seconds(2));
  Name(kA, "three");
  EXPECT_EQ(Outcome(kA), "identified");
  Name(kA, "four");
  EXPECT_EQ(Outcome(kA), "rate-limited");
}

TEST_F(NotifierBudgetTest, ANameThatIsRefusedCostsNothing) {
  options_.names = {{0.5, 1}, kNoLimit, kNoLimit};
  Open(kA, "ann");
  for (int i = 0; i < 10; ++i) {
    Name(kA, "server");
    EXPECT_EQ(Outcome(kA), "reserved-identifier");
  }
  Name(kA, "bob");
  EXPECT_EQ(Outcome(kA), "identified");
}

TEST_F(NotifierBudgetTest, TheFirstNameIsFreeForThousandsThatReconnect) {
  options_.names = {{0.5, 1}, {0.5, 1}, {0.5, 1}};
  for (std::uint64_t i = 1; i <= 3'000; ++i) {
    Open({i}, "user" + std::to_string(i));  // expects that it is granted
  }
  EXPECT_EQ(notifier().counters().names_limited, 0u);
}

TEST_F(NotifierBudgetTest, BoundsTheNamesOfAnAddressAndOfAll) {
  options_.names = {kNoLimit, {0.1, 1}, {0.1, 2}};
  OpenFrom(kA, "2001:db8::1");
  OpenFrom(kB, "2001:db8::2");  // the same network
  OpenFrom(kC, "203.0.113.7");
  for (const SessionId session : {kA, kB, kC}) {
    Name(session, "first" + std::to_string(session.value));
  }
  Name(kA, "ann");
  EXPECT_EQ(Outcome(kA), "identified");
  Name(kB, "bob");
  EXPECT_EQ(Outcome(kB), "rate-limited");
  Name(kC, "cid");
  EXPECT_EQ(Outcome(kC), "identified");
  scheduler_.Advance(std::chrono::seconds(10));
  Name(kB, "bob");
  EXPECT_EQ(Outcome(kB), "identified");
  Name(kC, "rob");  // its address has a token, all together have none
  EXPECT_EQ(Outcome(kC), "rate-limited");
}

TEST_F(NotifierBudgetTest, LoopbackHasNoLimitForAnAddress) {
  options_.names = {kNoLimit, {0.1, 1}, kNoLimit};
  OpenFrom(kA, "127.0.0.1");
  for (int i = 0; i < 10; ++i) {
    Name(kA, "name" + std::to_string(i));
    EXPECT_EQ(Outcome(kA), "identified");
  }
}

TEST_F(NotifierBudgetTest, BoundsHowOftenAClientSends) {
  options_.notifications = {{1, 3}, kNoLimit, kNoLimit};
  Open(kA);
  Open(kB);
  for (int i = 0; i < 3; ++i) {
    SendNotification(kA, "all", "x");
    EXPECT_EQ(Outcome(kA), "sent");
  }
  SendNotification(kA, "all", "x", R"(,"requestId":7)");
  EXPECT_EQ(Outcome(kA), "rate-limited");
  EXPECT_EQ(Last(kA).Number("requestId"), 7);
  EXPECT_EQ(notifier().counters().notifications_limited, 1u);
  EXPECT_EQ(notifier().counters().notifications, 3u);
  EXPECT_EQ(out_.ClosedOf(kA), nullptr);
  SendNotification(kB, "all", "x");
  EXPECT_EQ(Outcome(kB), "sent");
  scheduler_.Advance(std::chrono::seconds(1));
  SendNotification(kA, "all", "x");
  EXPECT_EQ(Outcome(kA), "sent");
}

TEST_F(NotifierBudgetTest, WhatTheProgramSendsIsNotBounded) {
  options_.notifications = {{1, 1}, {1, 1}, {1, 1}};
  Open(kA);
  for (int i = 0; i < 100; ++i) notifier().Announce("x");
  EXPECT_EQ(notifier().counters().notifications, 100u);
}

TEST_F(NotifierBudgetTest, AUserOfTheApiHasABudgetWhateverItsConnections) {
  options_.notifications = {{1, 2}, kNoLimit, kNoLimit};
  const Identity ann_again{"\xef\xbc\xa1nn", {}, {}};  // a wide A
  const Identity bob{"bob", {}, {}};
  EXPECT_EQ(Submit(From("203.0.113.7", &ann_)), "");
  EXPECT_EQ(Submit(From("127.0.0.1", &ann_again)), "");
  EXPECT_EQ(Submit(From("198.51.100.1", &ann_)), "rate-limited");
  EXPECT_EQ(retry_after_, std::chrono::seconds(1));
  EXPECT_EQ(notifier().counters().notifications_limited, 1u);
  EXPECT_EQ(notifier().counters().notifications, 2u);
  EXPECT_EQ(notifier().counters().errors, 0u) << "of messages of clients";
  EXPECT_EQ(Submit(From("203.0.113.7", &bob)), "");
  scheduler_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Submit(From("203.0.113.7", &ann_)), "");
}

TEST_F(NotifierBudgetTest, UsersStrangersAndClientsShareThoseOfAddressAndAll) {
  options_.notifications = {{0.1, 1}, {0.1, 2}, {0.1, 3}};
  OpenFrom(kA, "203.0.113.7");
  EXPECT_EQ(Submit(From("203.0.113.7", &ann_)), "");
  EXPECT_EQ(Submit(From("203.0.113.7")), "") << "a stranger is no client";
  SendNotification(kA, "all", "x");
  EXPECT_EQ(Outcome(kA), "rate-limited") << "by its address";
  EXPECT_EQ(Submit(From("198.51.100.1")), "");
  EXPECT_EQ(Submit(From("192.0.2.1")), "rate-limited") << "by all";
  EXPECT_EQ(retry_after_, std::chrono::seconds(10));
  EXPECT_EQ(notifier().counters().notifications_limited, 2u);
  scheduler_.Advance(std::chrono::seconds(10));
  EXPECT_EQ(Submit(From("192.0.2.1")), "");
}

TEST_F(NotifierBudgetTest, AStrangerHasNoneButThatOfItsAddressAndOfAll) {
  options_.notifications = {{1, 1}, kNoLimit, kNoLimit};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Submit(From("203.0.113.7")), "");
}

TEST_F(NotifierBudgetTest, ProgramsOfTheOperatorAreNotBounded) {
  options_.notifications = {{1, 1}, {1, 1}, {1, 1}};
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Submit({"api"}), "");
    EXPECT_EQ(Submit(From("127.0.0.1")), "");
    EXPECT_EQ(Submit(From("::1")), "");
  }
  EXPECT_EQ(Submit(From("203.0.113.7")), "") << "nothing was taken";
}

TEST_F(NotifierBudgetTest, WhatIsRefusedAnywayIsNotCharged) {
  options_.notifications = {{1, 1}, {1, 1}, {1, 1}};
  options_.may_send_to_users = nullptr;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Submit(From("203.0.113.7", &ann_), "bob"), "sending-disabled");
    EXPECT_EQ(Submit(From("203.0.113.7", &ann_), "#"), "invalid-group");
    EXPECT_EQ(Submit(From("203.0.113.7"), ""), "unknown-recipient");
  }
  EXPECT_EQ(Submit(From("203.0.113.7", &ann_)), "");
}

TEST_F(NotifierBudgetTest, EachOfABatchCounts) {
  options_.notifications = {{1, 2}, kNoLimit, kNoLimit};
  const std::string one = R"({"recipientId":"all","message":"x"})";
  std::vector<std::string> codes;
  notifier().SubmitBatch(
      "[" + one + ",{}," + one + "," + one + "]", From("203.0.113.7", &ann_),
      [&](const std::optional<Rejection>& rejection, const auto& results) {
        EXPECT_FALSE(rejection);
        for (const Notifier::SubmitResult& result : results) {
          codes.emplace_back(
              result.ok() ? "" : tickerhub::Name(result.rejection->code));
        }
      });
  EXPECT_THAT(codes,
              ::testing::ElementsAre("", "missing-field", "", "rate-limited"));
  EXPECT_EQ(notifier().counters().notifications_limited, 1u);
}

// The log knows the keys, and the budget comes before the log.
TEST_F(NotifierBudgetTest, ARetryWithItsKeyIsChargedToo) {
  options_.notifications = {{1, 2}, kNoLimit, kNoLimit};
  Open(kA);
  for (const char* code : {"sent", "sent", "rate-limited"}) {
    SendNotification(kA, "all", "x", R"(,"key":"k")");
    EXPECT_EQ(Outcome(kA), code);
  }
  for (const char* code : {"", "", "rate-limited"}) {
    EXPECT_EQ(Submit(From("203.0.113.7", &ann_), "all", "k"), code);
  }
  EXPECT_EQ(notifier().counters().duplicates, 2u);
  EXPECT_EQ(notifier().counters().notifications, 2u);
  scheduler_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Submit(From("203.0.113.7", &ann_), "all", "k"), "");
  EXPECT_EQ(notifier().counters().duplicates, 3u);
}

TEST_F(NotifierBudgetTest, IsNotFooledByTheWallClock) {
  options_.notifications = {{1, 1}, kNoLimit, kNoLimit};
  Open(kA);
  SendNotification(kA, "all", "x");
  scheduler_.SetWallClock(scheduler_.Now() + std::chrono::hours(1));
  SendNotification(kA, "all", "x");
  EXPECT_EQ(Outcome(kA), "rate-limited");
  scheduler_.SetWallClock(scheduler_.Now() - std::chrono::hours(2));
  scheduler_.Advance(std::chrono::seconds(1));
  SendNotification(kA, "all", "x");
  EXPECT_EQ(Outcome(kA), "sent");
}

}  // namespace
}  // namespace tickerhub
