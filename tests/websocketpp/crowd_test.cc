// Many at once, and clients that go in the middle of everything.

#include <dirent.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstddef>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

std::size_t OpenDescriptors() {
  DIR* const directory = ::opendir("/proc/self/fd");
  std::size_t count = 0;
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

class CrowdTest : public ::testing::TestWithParam<int> {
 protected:
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam();
    return options;
  }
  // Everybody who opens follows topic 1.
  void FollowAll(RunningServer& running) {
    running.OnHub([&] {
      running.handler().on_open = [&](SessionId id) {
        running.out().Subscribe(id, 1);
      };
    });
  }
};

TEST_P(CrowdTest, OfTwoThousandComesAndGoesWithoutATrace) {
  std::size_t crowd = 2'000;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  // Both ends are in this process.
  ASSERT_GT(limit.rlim_max, 2 * crowd + 100) << "descriptors";
  RunningServer running(Options());
  FollowAll(running);
  // Something has been there before, so that what is made once is made.
  ASSERT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
  const std::size_t descriptors = OpenDescriptors();

  std::vector<RawSocket> sockets;
  for (std::size_t i = 0; i < crowd; ++i) {
    sockets.emplace_back(running.port());
    ASSERT_TRUE(sockets.back().Send(UpgradeRequest("/a")));
  }
  for (RawSocket& socket : sockets) {
    ASSERT_EQ(StatusOf(socket.ReadUntil("\r\n\r\n")), 101);
  }
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, crowd));
  EXPECT_EQ(running.counters().sessions, crowd);
  running.OnHub([&] {
    for (int i = 0; i < 5; ++i) {
      running.out().Publish({{1, Payload(std::to_string(i))},
                             {1, Payload(std::to_string(i) + " again")}},
                            Delivery::kEvery, 0);
    }
  });
  for (RawSocket& socket : sockets) {
    for (int i = 0; i < 5; ++i) {
      ASSERT_EQ(socket.ReadFrame()->payload, std::to_string(i));
      ASSERT_EQ(socket.ReadFrame()->payload, std::to_string(i) + " again");
    }
  }
  EXPECT_EQ(running.counters().messages_sent, crowd * 10);

  sockets.clear();
  ASSERT_TRUE(running.handler().WaitFor(Event::kClose, crowd));
  ASSERT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.sessions == 0 && c.queued_bytes == 0;
  }));
  // A connection's socket goes with the last of what refers to it.
  EXPECT_TRUE(Eventually([&] { return OpenDescriptors() <= descriptors; }))
      << OpenDescriptors() << " of " << descriptors;
}

TEST_P(CrowdTest, MayLeaveInTheMiddleOfABroadcast) {
  RunningServer running(Options());
  FollowAll(running);
  WebSocketClient stays;
  ASSERT_TRUE(stays.Connect(running.port(), "/a"));
  constexpr std::size_t kRounds = 40;
  std::size_t opened = 1;
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, opened));
  for (std::size_t round = 0; round < kRounds; ++round) {
    std::vector<RawSocket> leaving;
    for (int i = 0; i < 8; ++i) {
      leaving.emplace_back(running.port());
      ASSERT_TRUE(leaving.back().Upgrade("/a"));
    }
    opened += leaving.size();
    ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, opened));
    running.server().Post([&running, round] {
      for (int i = 0; i < 10; ++i) {
        running.out().Publish(
            {{1, Payload(std::to_string(round) + "." + std::to_string(i))},
             {1, Payload(std::string(2'000, 'x'))}},
            Delivery::kEvery, 0);
      }
    });
    for (std::size_t i = 0; i < leaving.size(); ++i) {
      if (i % 3 == 0) {
        leaving[i].Reset();
      } else if (i % 3 == 1) {
        leaving[i].Close();
      } else {
        leaving[i].Send(ClientFrame(kCloseOpcode, ClosePayload(1000)));
      }
    }
    for (int i = 0; i < 10; ++i) {
      ASSERT_EQ(stays.NextText(),
                std::to_string(round) + "." + std::to_string(i));
      ASSERT_EQ(stays.NextText().size(), 2'000U);
    }
  }
  ASSERT_TRUE(running.handler().WaitFor(Event::kClose, opened - 1));
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.connections == 1 && c.sessions == 1 && c.queued_bytes == 0;
  }));
}

TEST_P(CrowdTest, MayBeClosedByTheServiceInTheMiddleOfABroadcast) {
  RunningServer running(Options());
  FollowAll(running);
  std::vector<WebSocketClient> clients(10);
  std::vector<SessionId> ids;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    ASSERT_TRUE(clients[i].Connect(running.port(), "/a"));
    ids.push_back(running.handler().Opened(i));
  }
  running.OnHub([&] {
    Broadcaster& out = running.out();
    out.Publish({{1, Payload("first")}}, Delivery::kEvery, 0);
    for (std::size_t i = 0; i < ids.size(); i += 2) {
      out.Close(ids[i], CloseCode::kPolicy, "out");
    }
    out.Publish({{1, Payload("second")}}, Delivery::kEvery, 0);
  });
  for (std::size_t i = 0; i < clients.size(); ++i) {
    EXPECT_EQ(clients[i].NextText(), "first");
    if (i % 2 == 1) {
      EXPECT_EQ(clients[i].NextText(), "second");
      continue;
    }
    const auto close = clients[i].WaitForClose();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->code, 1008);
  }
}

INSTANTIATE_TEST_SUITE_P(Loops, CrowdTest, ::testing::Values(1, 2),
                         [](const auto& count) {
                           return std::to_string(count.param) + "Loops";
                         });

TEST(CrowdTest, EveryCounterHasBeenSeenAtWork) {
  // Each has its own test where it belongs; together they must add up.
  RunningServer running;
  {
    WebSocketClient client;
    ASSERT_TRUE(client.Connect(running.port(), "/a"));
    ASSERT_TRUE(client.SendText("in"));
    running.Send(running.handler().Opened(), "out");
    ASSERT_EQ(client.NextText(), "out");
    const Server::Counters open = running.counters();
    EXPECT_EQ(open.connections, 1U);
    EXPECT_EQ(open.sessions, 1U);
    ASSERT_TRUE(client.Close());
  }
  ASSERT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  ASSERT_EQ(StatusOf(Exchange(running.port(), UpgradeRequest("/x"))), 404);
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
  const Server::Counters counters = running.counters();
  EXPECT_EQ(counters.sessions, 0U);
  EXPECT_EQ(counters.queued_bytes, 0U);
  EXPECT_EQ(counters.accepted, 3U);
  EXPECT_EQ(counters.refused_full, 0U);
  EXPECT_EQ(counters.handshakes_failed, 1U);
  EXPECT_EQ(counters.http_requests, 1U);
  EXPECT_EQ(counters.http_bodies_refused, 0U);
  EXPECT_EQ(counters.messages_received, 1U);
  EXPECT_EQ(counters.messages_refused, 0U);
  EXPECT_EQ(counters.readers_paused, 0U);
  EXPECT_EQ(counters.messages_sent, 1U);
  EXPECT_EQ(counters.bytes_sent, 5U);
  EXPECT_EQ(counters.messages_skipped, 0U);
  EXPECT_EQ(counters.closed_slow, 0U);
  EXPECT_EQ(counters.closed_idle, 0U);
}

}  // namespace
}  // namespace tickerhub::testing
