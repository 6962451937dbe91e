// The list of who is online when it is long: what changed in it, how many bytes
// that takes, and what a client gets that does not keep up.

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "notifier_fixture.h"

namespace tickerhub {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr SessionId kObserver{100'000};

class NotifierUsersTest : public NotifierTest {
 protected:
  NotifierUsersTest() { options_.names = {{0, 0}, {0, 0}, {0, 0}}; }

  // So many that the list is longer than 4 KiB.
  void OpenCrowd(std::uint64_t count = 200) {
    for (std::uint64_t i = 1; i <= count; ++i) {
      Open({i}, "user" + std::to_string(i));
    }
    Open(kObserver, "watcher");
    PassInterval();
    // Telling so many of so many takes its time.
    scheduler_.Advance(std::chrono::seconds(10));
    out_.ClearMessages();
  }
  void Name(SessionId session, const std::string& name) {
    Say(session, R"({"type":"set-identifier","identifier":")" + name + "\"}");
  }
  std::size_t BytesTo(SessionId session) const {
    std::size_t bytes = 0;
    for (const std::string& text : out_.TextsTo(session)) bytes += text.size();
    return bytes;
  }
};

TEST_F(NotifierUsersTest, ALongListIsSentOnceAndThenWhatChanged) {
  EXPECT_EQ(options_.max_whole_users_bytes, 4u * 1024);
  OpenCrowd();
  Name({1}, "ann");
  notifier().OnClose({2});
  Open({500});
  PassInterval();
  EXPECT_THAT(Messages(kObserver, "users"), IsEmpty());
  const auto changed = Messages(kObserver, "users-changed");
  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_EQ(changed[0].Number("total"), 201);
  std::map<std::string, bool> anonymous;
  for (const auto& user : changed[0]["data"].GetArray()) {
    EXPECT_EQ(user["clientIds"].Size(), 1u);
    anonymous[user["identifier"].GetString()] = user.HasMember("anonymous");
  }
  EXPECT_EQ(anonymous, (std::map<std::string, bool>{{"ann", false},
                                                    {ClientId({500}), true}}));
  std::vector<std::string> gone;
  for (const auto& name : changed[0]["gone"].GetArray()) {
    gone.emplace_back(name.GetString());
  }
  EXPECT_THAT(gone, ElementsAre("user1", "user2"));
}

TEST_F(NotifierUsersTest, AShortListIsSentWhole) {
  OpenCrowd(10);
  Name({1}, "ann");
  PassInterval();
  EXPECT_THAT(Messages(kObserver, "users"), SizeIs(1));
  EXPECT_THAT(Messages(kObserver, "users-changed"), IsEmpty());
}

TEST_F(NotifierUsersTest, TheListIsSentWholeIfThatIsShorter) {
  OpenCrowd(100);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    Name({i}, "another" + std::to_string(i));
  }
  PassInterval();
  EXPECT_THAT(Messages(kObserver, "users"), SizeIs(1));
  EXPECT_THAT(Messages(kObserver, "users-changed"), IsEmpty());
}

TEST_F(NotifierUsersTest, ListsAndChangesTogetherGiveWhoIsOnline) {
  options_.max_whole_users_bytes = 1'000;
  options_.max_listed_users = 1'000'000;
  options_.max_users_bytes = 100'000'000;
  std::mt19937 random(1);
  std::map<std::string, std::size_t> known;  // connections by name
  std::vector<SessionId> online;
  std::uint64_t next = 1;
  const auto read = [&](const ParsedJson& message) {
    if (message.Text("type") == std::string("users")) known.clear();
    for (const auto& user : message["data"].GetArray()) {
      known[user["identifier"].GetString()] = user["clientIds"].Size();
    }
    if (!message.Has("gone")) return;
    for (const auto& name : message["gone"].GetArray()) {
      known.erase(name.GetString());
    }
  };
  for (int round = 0; round < 300; ++round) {
    if (round == 20) {
      Open(kObserver);
      for (const ParsedJson& message : Messages(kObserver, "users")) {
        read(message);
      }
    }
    for (int i = 0; i < 10; ++i) {
      const auto any = online.empty() ? 0 : random() % online.size();
      switch (random() % 4) {
        case 0:
        case 1:
          online.push_back({next++});
          Open(online.back());
          break;
        case 2:
          if (online.empty()) break;
          Name(online[any], "name" + std::to_string(random() % 50));
          break;
        default:
          if (online.empty()) break;
          notifier().OnClose(online[any]);
          online.erase(online.begin() + static_cast<std::ptrdiff_t>(any));
      }
    }
    out_.ClearMessages();
    scheduler_.Advance(std::chrono::seconds(20));
    if (round < 20) continue;
    for (const char* type : {"users", "users-changed"}) {
      for (const ParsedJson& message : Messages(kObserver, type)) read(message);
    }
    std::map<std::string, std::size_t> truth;
    for (const auto& user : notifier().router().Online(1'000'000)) {
      truth[user.identifier] = user.client_ids.size();
    }
    ASSERT_EQ(known, truth) << "in round " << round;
  }
}

TEST_F(NotifierUsersTest, PresenceIsStateSoNobodyIsClosedForIt) {
  OpenCrowd();
  Name({1}, "ann");
  PassInterval();
  std::vector<Delivery> deliveries;
  for (const auto& message : out_.MessagesTo(kObserver)) {
    deliveries.push_back(message.delivery);
  }
  EXPECT_THAT(deliveries, SizeIs(2));  // users-changed, presence
  EXPECT_THAT(deliveries, Each(Delivery::kLatest));
}

TEST_F(NotifierUsersTest, WhoWasSkippedGetsTheListWhenItCanTakeIt) {
  OpenCrowd();
  Name({1}, "ann");
  PassInterval();
  out_.ClearMessages();
  notifier().OnDrained(kObserver, 0);
  const auto messages = Messages(kObserver);
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_EQ(messages[0].Text("type"), "users");
  EXPECT_EQ(messages[0]["data"][0]["identifier"].GetString(),
            std::string("ann"));
  EXPECT_EQ(out_.MessagesTo(kObserver)[0].delivery, Delivery::kLatest);
  notifier().OnDrained({777}, 0);  // nobody
}

TEST_F(NotifierUsersTest, OneWhoRenamesItselfCostsAFewBytes) {
  options_ = Notifier::Options();
  OpenCrowd(300);
  // Four times a second for a minute.
  for (int i = 0; i < 240; ++i) {
    Name({1}, "name" + std::to_string(i));
    PassInterval();
  }
  EXPECT_LT(BytesTo(kObserver), 60u * 100);  // 100 bytes a second
  EXPECT_GT(notifier().counters().names_limited, 200u);
}

TEST_F(NotifierUsersTest, ManyWhoComeAndGoTakeTheBytesThatTheyMay) {
  EXPECT_EQ(options_.max_presence_bytes_per_second, 1024u * 1024);
  OpenCrowd(300);
  std::uint64_t next = 1'000;
  // For a minute, 100 of them a second.
  for (int i = 0; i < 240; ++i) {
    for (int k = 0; k < 25; ++k) {
      Open({next});
      notifier().OnClose({next++ - 10});
    }
    PassInterval();
  }
  const std::size_t bytes = BytesTo(kObserver);
  EXPECT_LT(bytes, 60u * 1024 * 1024 / 300 * 12 / 10);
  EXPECT_GT(bytes, 60u * 1024 * 1024 / 300 / 2);
  EXPECT_GT(notifier().counters().presence_delayed, 0u);
}

TEST_F(NotifierUsersTest, WaitsTenSecondsAtMost) {
  options_.max_presence_bytes_per_second = 1;
  OpenCrowd(300);
  Name({1}, "ann");
  PassInterval();
  EXPECT_THAT(Messages(kObserver, "users-changed"), SizeIs(1));
  Name({1}, "bob");
  scheduler_.Advance(std::chrono::milliseconds(9'900));
  EXPECT_THAT(Messages(kObserver, "users-changed"), SizeIs(1));
  scheduler_.Advance(std::chrono::milliseconds(200));
  EXPECT_THAT(Messages(kObserver, "users-changed"), SizeIs(2));
}

}  // namespace
}  // namespace tickerhub
