// How often clients may ask for what the log keeps, and change it: marks and
// memberships.

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

constexpr ClientBudget kTwo{{1, 2}, {}, {}};

struct Kind {
  const char* name;
  ClientBudget Notifier::Options::*budget;
  std::uint64_t Notifier::Counters::*counter;
  std::vector<const char*> requests;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

const Kind kKinds[] = {
    {"Readings",
     &Notifier::Options::readings,
     &Notifier::Counters::readings_limited,
     {R"({"type":"resume","epoch":"e","after":0})", R"({"type":"inbox"})",
      R"({"type":"members","group":"#ops"})", R"({"type":"groups"})"}},
    {"Marks",
     &Notifier::Options::marks,
     &Notifier::Counters::marks_limited,
     {R"({"type":"read","upTo":1})", R"({"type":"delete","id":1})"}},
    {"Memberships",
     &Notifier::Options::memberships,
     &Notifier::Counters::memberships_limited,
     {R"({"type":"join","group":"#ops"})",
      R"({"type":"leave","group":"#ops"})"}},
};

class RequestBudgetsTest : public NotifierTest,
                           public ::testing::WithParamInterface<Kind> {
 protected:
  // Whether it is refused because of a budget.
  bool IsLimited(SessionId session, const std::string& request) {
    const std::uint64_t before = notifier().counters().*GetParam().counter;
    Say(session, request);
    const bool is_limited = Last(session).Text("type") == "error" &&
                            Last(session).Text("code") == "rate-limited";
    EXPECT_EQ(notifier().counters().*GetParam().counter,
              before + (is_limited ? 1 : 0));
    return is_limited;
  }
  const std::vector<const char*>& requests() const {
    return GetParam().requests;
  }
};

TEST_P(RequestBudgetsTest, ThoseOfOneKindShareABudget) {
  options_.*GetParam().budget = kTwo;
  Open(kA, "ann");
  EXPECT_FALSE(IsLimited(kA, requests().front()));
  EXPECT_FALSE(IsLimited(kA, requests().back()));
  for (const char* request : requests()) {
    EXPECT_TRUE(IsLimited(kA, request)) << request;
  }
  EXPECT_EQ(out_.ClosedOf(kA), nullptr);
  scheduler_.Advance(std::chrono::seconds(1));
  EXPECT_FALSE(IsLimited(kA, requests().front()));
  EXPECT_TRUE(IsLimited(kA, requests().front()));
}

TEST_P(RequestBudgetsTest, OthersHaveTheirOwn) {
  options_.*GetParam().budget = kTwo;
  Open(kA, "ann");
  Open(kB, "bob");
  for (int i = 0; i < 3; ++i) IsLimited(kA, requests().front());
  EXPECT_FALSE(IsLimited(kB, requests().front()));
}

TEST_P(RequestBudgetsTest, OtherKindsHaveTheirOwn) {
  options_.*GetParam().budget = kTwo;
  Open(kA, "ann");
  for (int i = 0; i < 3; ++i) IsLimited(kA, requests().front());
  for (const Kind& kind : kKinds) {
    if (kind.counter == GetParam().counter) continue;
    for (const char* request : kind.requests) {
      EXPECT_FALSE(IsLimited(kA, request)) << request;
    }
  }
  SendNotification(kA, "all", "x");
  EXPECT_EQ(Last(kA).Text("type"), "sent");
}

TEST_P(RequestBudgetsTest, AddressesAndAllAreBoundedToo) {
  options_.*GetParam().budget = {{}, {0.1, 1}, {0.1, 2}};
  const auto open_from = [&](SessionId session, const char* address) {
    SessionInfo info;
    info.request.remote_address = *RemoteAddress::Parse(address);
    notifier().OnOpen(session, info);
  };
  open_from(kA, "203.0.113.7");
  open_from(kB, "203.0.113.7");
  open_from(kC, "198.51.100.1");
  EXPECT_FALSE(IsLimited(kA, requests().front()));
  EXPECT_TRUE(IsLimited(kB, requests().front())) << "by its address";
  EXPECT_FALSE(IsLimited(kC, requests().front()));
  open_from({4}, "192.0.2.1");
  EXPECT_TRUE(IsLimited({4}, requests().front())) << "by all";
}

TEST_P(RequestBudgetsTest, ZeroesMeanNoLimit) {
  options_.*GetParam().budget = {};
  Open(kA, "ann");
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_FALSE(IsLimited(kA, requests().front()));
  }
}

TEST_P(RequestBudgetsTest, WhatIsRefusedChangesNothing) {
  options_.*GetParam().budget = {{1, 1}, {}, {}};
  Open(kA, "ann");
  IsLimited(kA, requests().front());
  const std::uint64_t last = log_.last_id();
  for (const char* request : requests()) IsLimited(kA, request);
  EXPECT_EQ(log_.last_id(), last);
}

INSTANTIATE_TEST_SUITE_P(Budgets, RequestBudgetsTest,
                         ::testing::ValuesIn(kKinds), [](const auto& kind) {
                           return std::string(kind.param.name);
                         });

constexpr std::chrono::seconds kAnswered{0};

class HttpReadingBudgetTest : public NotifierTest {
 protected:
  static Notifier::Caller From(const char* address,
                               const Identity* identity = nullptr) {
    return {"api", identity, *RemoteAddress::Parse(address)};
  }
  // How long to wait, or kAnswered.
  std::chrono::seconds Read(const Notifier::Caller& caller) {
    std::chrono::seconds wait{-1};
    notifier().ReadInbox({"ann"}, caller, [&](const auto& inbox) {
      const auto* const refusal = std::get_if<Rejection>(&inbox);
      wait = refusal == nullptr ? kAnswered : WaitOf(*refusal);
    });
    return wait;
  }
  std::chrono::seconds Follow(const Notifier::Caller& caller) {
    const auto result = notifier().Follow({"ann", "", 0}, caller);
    return result.rejection ? WaitOf(*result.rejection) : kAnswered;
  }

  const Identity ann_{"ann", {}, {}};
  const Identity bob_{"bob", {}, {}};

 private:
  static std::chrono::seconds WaitOf(const Rejection& refusal) {
    EXPECT_EQ(refusal.code, ErrorCode::kRateLimited);
    return refusal.retry_after;
  }
};

TEST_F(HttpReadingBudgetTest, PagesAndStreamsOfAUserShareIt) {
  options_.readings = {{0.5, 2}, {}, {}};
  EXPECT_EQ(Read(From("203.0.113.7", &ann_)), kAnswered);
  EXPECT_EQ(Follow(From("127.0.0.1", &ann_)), kAnswered);
  EXPECT_EQ(Read(From("198.51.100.1", &ann_)), std::chrono::seconds(2));
  EXPECT_EQ(Follow(From("198.51.100.1", &ann_)), std::chrono::seconds(2));
  EXPECT_EQ(Read(From("203.0.113.7", &bob_)), kAnswered);
  EXPECT_EQ(notifier().counters().readings_limited, 2u);
  EXPECT_EQ(notifier().counters().inboxes, 2u);
  scheduler_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(Follow(From("203.0.113.7", &ann_)), kAnswered);
}

TEST_F(HttpReadingBudgetTest, StrangersAndClientsShareThatOfTheirAddress) {
  options_.readings = {{1, 1}, {0.1, 2}, {}};
  SessionInfo info;
  info.request.remote_address = *RemoteAddress::Parse("203.0.113.7");
  notifier().OnOpen(kA, info);
  Say(kA, R"({"type":"inbox"})");
  EXPECT_EQ(Read(From("203.0.113.7")), kAnswered);
  EXPECT_EQ(Follow(From("203.0.113.7")), std::chrono::seconds(10));
  EXPECT_EQ(Read(From("198.51.100.1")), kAnswered);
}

TEST_F(HttpReadingBudgetTest, ProgramsOfTheOperatorAreNotBounded) {
  options_.readings = {{1, 1}, {1, 1}, {1, 1}};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Read({}), kAnswered);
    EXPECT_EQ(Read(From("::1")), kAnswered);
    EXPECT_EQ(Follow({}), kAnswered);
  }
}

TEST(ReadingBudgetDefaults, LetThousandsReconnectAtOnce) {
  const Notifier::Options options;
  EXPECT_EQ(options.readings.client.burst, 200);
  EXPECT_EQ(options.readings.all.burst, 20'000);
  EXPECT_EQ(options.marks.client.burst, 100);
  EXPECT_EQ(options.memberships.client.per_second, 0.5);
  EXPECT_EQ(options.memberships.all.burst, 2'000);
}

}  // namespace
}  // namespace tickerhub
