// The defaults of Server::Options, and max_connections.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using std::chrono::milliseconds;

TEST(DefaultLimitsTest, AreThoseOfTheHeader) {
  const Server::Options options;
  EXPECT_EQ(options.max_connections, 100'000U);
  EXPECT_EQ(options.max_message_bytes, 72U * 1024);
  EXPECT_EQ(options.max_http_body_bytes, 64U * 1024);
  EXPECT_EQ(options.max_queued_bytes, 256U * 1024);
  EXPECT_EQ(options.socket_send_buffer_bytes, 64U * 1024);
  EXPECT_EQ(options.socket_receive_buffer_bytes, 64U * 1024);
  EXPECT_EQ(options.socket_unsent_bytes, 4U * 1024);
  EXPECT_EQ(options.max_unhandled_messages, 64U);
  EXPECT_FALSE(options.max_connections_per_address);
  EXPECT_FALSE(options.max_accepts_per_second_per_address);
  EXPECT_EQ(options.max_accepts_per_second, 5'000);
  EXPECT_EQ(options.max_messages_per_second, 50);
  EXPECT_EQ(options.message_burst, 100);
  EXPECT_EQ(options.max_bytes_per_second, 64 * 1024);
  EXPECT_EQ(options.byte_burst, 256 * 1024);
  EXPECT_EQ(options.flood_timeout, milliseconds(30'000));
  EXPECT_EQ(options.max_messages_per_second_total, 5'000);
  EXPECT_EQ(options.max_unhandled_bytes_total, 16U * 1024 * 1024);
  EXPECT_EQ(options.write_timeout, milliseconds(10'000));
  EXPECT_EQ(options.response_timeout, milliseconds(120'000));
  EXPECT_EQ(ChannelOptions().max_sessions_per_user, 100U);
  EXPECT_EQ(options.max_admin_connections, 16U);
  EXPECT_EQ(options.reconnects_per_second, 1'000U);
  EXPECT_EQ(options.drain, milliseconds(0));
  EXPECT_FALSE(options.watch_hub);
  EXPECT_FALSE(options.measure_publish);
  EXPECT_EQ(options.handshake_timeout, milliseconds(5'000));
  EXPECT_EQ(options.ping_interval, milliseconds(30'000));
  EXPECT_EQ(options.idle_timeout, milliseconds(75'000));
  EXPECT_EQ(options.stop_timeout, milliseconds(3'000));
  EXPECT_EQ(options.address, "127.0.0.1");
  EXPECT_EQ(options.port, 8080);
  EXPECT_EQ(options.event_loops, 1);
  EXPECT_FALSE(options.reuse_port);
}

TEST(MaxConnectionsTest, Answers503BeyondAndTakesTheNextOnceOneHasGone) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 2;
  options.event_loops = 2;
  RunningServer running(options);
  WebSocketClient first;
  WebSocketClient second;
  ASSERT_TRUE(first.Connect(running.port(), "/a"));
  ASSERT_TRUE(second.Connect(running.port(), "/a"));

  WebSocketClient third;
  EXPECT_FALSE(third.Connect(running.port(), "/a"));
  EXPECT_EQ(third.handshake_status(), 503);
  const std::string response = Fetch(running.port(), "GET", "/none");
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "5");
  EXPECT_EQ(HeaderOf(response, "Content-Length"),
            std::to_string(BodyOf(response).size()));
  const Server::Counters counters = running.counters();
  EXPECT_EQ(counters.refused_full, 2U);
  EXPECT_EQ(counters.accepted, 4U);
  EXPECT_EQ(counters.connections, 2U);

  ASSERT_TRUE(first.Close());
  first.Vanish();
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 1; }));
  WebSocketClient fourth;
  EXPECT_TRUE(fourth.Connect(running.port(), "/a"));
  EXPECT_TRUE(second.Close());
}

TEST(MaxConnectionsTest, LeavesHealthChecksAPlaceOfTheirOwn) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 1;
  RunningServer running(options);
  WebSocketClient first;
  ASSERT_TRUE(first.Connect(running.port(), "/a"));
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/")), 503);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
  EXPECT_EQ(running.counters().connections, 1U);
  EXPECT_TRUE(first.Close());
}

TEST(MaxConnectionsTest, TellsAClientThatSendsNothing) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 1;
  RunningServer running(options);
  RawSocket first(running.port());
  ASSERT_TRUE(first.Upgrade("/a"));
  RawSocket silent(running.port());
  const std::string response = silent.ReadToEnd();
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(BodyOf(response), "the server is full\n");
  EXPECT_FALSE(silent.was_reset());
}

TEST(MaxConnectionsTest, ItsAnswerArrivesHoweverMuchTheClientSends) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 1;
  RunningServer running(options);
  RawSocket first(running.port());
  ASSERT_TRUE(first.Upgrade("/a"));
  const std::string request = UpgradeRequest("/a");
  for (int i = 0; i < 50; ++i) {
    RawSocket refused(running.port());
    // A reset because of this would take the answer away.
    ASSERT_TRUE(refused.Send(request + std::string(100'000, 'x')));
    EXPECT_EQ(StatusOf(refused.ReadToEnd()), 503);
    EXPECT_FALSE(refused.was_reset());
  }
  EXPECT_EQ(running.counters().refused_unanswered, 0U);
  EXPECT_EQ(running.counters().connections, 1U);
}

TEST(MaxConnectionsTest, AnswersAFewAtATimeAndOnlyClosesTheOthers) {
  Server::Options options = RunningServer::AnyPort();
  options.max_connections = 1;
  RunningServer running(options);
  RawSocket first(running.port());
  ASSERT_TRUE(first.Upgrade("/a"));
  // They do not hang up, so each is being told for a second.
  std::vector<RawSocket> refused;
  for (int i = 0; i < 200; ++i) refused.emplace_back(running.port());
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.refused_full == 200; }));
  EXPECT_GT(running.counters().refused_unanswered, 0U);
  EXPECT_EQ(StatusOf(refused.front().ReadToEnd()), 503);
  first.Close();
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
  RawSocket next(running.port());
  EXPECT_TRUE(next.Upgrade("/a"));
}

}  // namespace
}  // namespace tickerhub::testing
