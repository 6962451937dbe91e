// Which sessions a channel has: Channel::ListSessions().

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/deadline.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using std::chrono::milliseconds;
using Event = ScriptedHandler::Event;

// A server with a channel "/guarded", with one event loop or with two. Clients
// give their identity in the query.
class SessionListTest : public ::testing::TestWithParam<int> {
 protected:
  SessionListTest() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam();
    running_.emplace(options, [&](Server& server) {
      channel_ = &server.AddChannel("/guarded");
      channel_->SetHandler(handler_);
      channel_->SetAdmission([](const ConnectRequest& request,
                                const AdmissionReply& reply) {
        reply(Admission::Accept(request.QueryParameter("user").value_or("")));
      });
    });
  }

  bool Connect(WebSocketClient& client, const std::string& query = "") {
    return client.Connect(running_->port(), "/guarded" + query);
  }
  std::vector<SessionListing> List(const SessionPage& page) {
    std::promise<std::vector<SessionListing>> listed;
    running_->OnHub([&] {
      channel_->ListSessions(page, [&](std::vector<SessionListing> sessions) {
        EXPECT_EQ(std::this_thread::get_id(), running_->hub_thread());
        listed.set_value(std::move(sessions));
      });
    });
    return listed.get_future().get();
  }

  ScriptedHandler handler_;
  Channel* channel_ = nullptr;
  std::optional<RunningServer> running_;
};

INSTANTIATE_TEST_SUITE_P(Loops, SessionListTest, ::testing::Values(1, 2));

TEST_P(SessionListTest, ListsTheSessionsOfTheChannel) {
  const auto before = std::chrono::system_clock::now() - milliseconds(1);
  WebSocketClient ann;
  WebSocketClient guest;
  WebSocketClient elsewhere;
  ASSERT_TRUE(Connect(ann, "?user=ann"));
  ASSERT_TRUE(Connect(guest));
  ASSERT_TRUE(elsewhere.Connect(running_->port(), "/a"));
  ASSERT_TRUE(handler_.WaitFor(Event::kOpen, 2));
  const std::vector<SessionListing> sessions = List({});
  ASSERT_EQ(sessions.size(), 2U);
  std::map<SessionId, std::string> listed_as;
  for (const SessionListing& listing : sessions) {
    EXPECT_EQ(listing.remote_address.ToString(), "127.0.0.1");
    EXPECT_GE(listing.opened, before);
    EXPECT_LE(listing.opened, std::chrono::system_clock::now());
    listed_as[listing.session] = listing.identity;
  }
  // Sessions of two loops open in any order.
  std::map<SessionId, std::string> opened_as;
  for (const Event& event : handler_.events()) {
    opened_as[event.session] = event.info.identity;
  }
  EXPECT_EQ(listed_as, opened_as);
}

TEST_P(SessionListTest, ListsSessionsInPages) {
  constexpr std::size_t kSessions = 5;
  std::vector<WebSocketClient> clients(kSessions);
  for (WebSocketClient& client : clients) ASSERT_TRUE(Connect(client));
  ASSERT_TRUE(handler_.WaitFor(Event::kOpen, kSessions));
  std::set<SessionId> listed;
  SessionPage page;
  page.limit = 2;
  for (const std::size_t size : {2U, 2U, 1U, 0U}) {
    const std::vector<SessionListing> some = List(page);
    ASSERT_EQ(some.size(), size);
    for (const SessionListing& listing : some) listed.insert(listing.session);
    if (some.empty()) continue;
    page.after = some.back().session;
    if (size == 1U) continue;
    // The next page begins behind it although it has ended.
    running_->OnHub(
        [&] { channel_->Close(page.after, CloseCode::kNormal, "enough"); });
    const std::uint64_t left = kSessions - listed.size() / 2;
    EXPECT_TRUE(running_->Counts(
        [&](const Server::Counters& c) { return c.sessions == left; }));
  }
  EXPECT_EQ(listed.size(), kSessions);
}

TEST(SessionListBeforeListenTest, IsEmpty) {
  std::promise<std::size_t> listed;
  const RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    Channel& early = server.AddChannel("/early");
    static ChannelHandler handler;
    early.SetHandler(handler);
    early.ListSessions([&](const std::vector<SessionListing>& sessions) {
      listed.set_value(sessions.size());
    });
  });
  auto size = listed.get_future();
  ASSERT_EQ(size.wait_for(kDeadline), std::future_status::ready);
  EXPECT_EQ(size.get(), 0U);
}

}  // namespace
}  // namespace tickerhub::testing
