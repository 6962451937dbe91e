// The end of a server, in bounded time whatever clients do.

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::milliseconds;

TEST(StopTest, ClosesEverySessionWith1001AndThenReturns) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = 2;
  RunningServer running(options);
  std::vector<WebSocketClient> clients(5);
  for (WebSocketClient& client : clients) {
    ASSERT_TRUE(client.Connect(running.port(), "/a"));
  }
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, clients.size()));
  running.server().Stop();
  for (WebSocketClient& client : clients) {
    const auto close = client.WaitForClose();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->code, 1001);
    EXPECT_EQ(close->reason, "server is stopping");
    client.Vanish();
  }
  running.Stop();
  EXPECT_EQ(running.handler().Count(Event::kClose), clients.size());
  EXPECT_EQ(running.counters().connections, 0U);
  EXPECT_EQ(running.counters().sessions, 0U);
  RawSocket late(running.port());
  EXPECT_FALSE(late.connected());
}

TEST(StopTest, SendsWhatWaitedBeforeTheClose) {
  RunningServer running;
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  const std::string large(200'000, 'x');
  running.Send(running.handler().Opened(), large);
  running.Send(running.handler().Opened(), "last words");
  running.server().Stop();
  EXPECT_TRUE(client.NextText() == large);
  EXPECT_EQ(client.NextText(), "last words");
  ASSERT_TRUE(client.WaitForClose().has_value());
}

// What can keep a server from ending.
TEST(StopTest, ReturnsWithinItsTimeoutWhateverIsStillThere) {
  Server::Options options = RunningServer::AnyPort();
  options.stop_timeout = milliseconds(300);
  options.handshake_timeout = std::chrono::minutes(10);
  options.idle_timeout = milliseconds(0);
  options.socket_send_buffer_bytes = 4096;
  options.ping_interval = milliseconds(20);
  HttpReply kept;
  RunningServer running(options, [&](Server& server) {
    server.Route("GET", "/never", [&kept](const HttpRequest&, HttpReply reply) {
      kept = std::move(reply);
    });
  });
  RawSocket never_reads(running.port(), 4096);
  ASSERT_TRUE(never_reads.Upgrade("/a"));
  running.Send(running.handler().Opened(), std::string(1 << 20, 'x'));
  RawSocket never_answers(running.port());
  ASSERT_TRUE(never_answers.Upgrade("/a"));
  const auto ping = never_answers.ReadFrame();  // which it does not answer
  ASSERT_TRUE(ping.has_value());
  RawSocket says_nothing(running.port());
  RawSocket in_mid_handshake(running.port());
  ASSERT_TRUE(in_mid_handshake.Send("GET /a HTTP/1.1\r\nHost:"));
  RawSocket waits_for_a_route(running.port());
  ASSERT_TRUE(waits_for_a_route.Send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n"));
  RawSocket doesnt_read_its_refusal(running.port(), 4096);
  ASSERT_TRUE(doesnt_read_its_refusal.Send(UpgradeRequest("/nowhere")));
  ASSERT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.accepted == 6 && c.http_requests == 1;
  }));

  const auto begin = std::chrono::steady_clock::now();
  running.Stop();
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(took, milliseconds(290));
  // Far less than any other timeout here; not the pong's 5 s either.
  EXPECT_LT(took, milliseconds(4'000));
  EXPECT_EQ(running.counters().connections, 0U);
  EXPECT_EQ(running.counters().queued_bytes, 0U);
  EXPECT_EQ(running.handler().Count(Event::kClose), 2U);
}

TEST(StopTest, EndsHandshakesAtOnce) {
  Server::Options options = RunningServer::AnyPort();
  options.stop_timeout = std::chrono::minutes(10);
  RunningServer running(options);
  RawSocket says_nothing(running.port());
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 1; }));
  running.Stop();
  EXPECT_EQ(says_nothing.ReadToEnd(), "");
  EXPECT_TRUE(says_nothing.ended());
}

TEST(StopTest, AnswersTheRequestsThatAreUnderWay) {
  std::promise<HttpReply> asked;
  RunningServer running(RunningServer::AnyPort(), [&](Server& server) {
    server.Route("GET", "/slow", [&](const HttpRequest&, HttpReply reply) {
      asked.set_value(std::move(reply));
    });
  });
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  HttpReply reply = asked.get_future().get();
  running.server().Stop();
  running.server().Post([&] {
    reply({200, "text/plain", "just in time", {}});
  });
  EXPECT_EQ(BodyOf(socket.ReadToEnd()), "just in time");
}

TEST(StopTest, MayBeCalledTwiceAndFromManyThreads) {
  RunningServer running;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { running.server().Stop(); });
  }
  for (std::thread& thread : threads) thread.join();
  running.Stop();
  running.server().Stop();
  running.server().Post([] { ADD_FAILURE() << "ran after the end"; });
}

TEST(StopTest, BeforeRunMakesRunReturnAtOnce) {
  Server server(RunningServer::AnyPort());
  ASSERT_TRUE(server.Listen().ok());
  server.Stop();
  server.Run();
  EXPECT_EQ(server.counters().accepted, 0U);
}

TEST(StopTest, BeforeListenMakesRunReturnAtOnce) {
  Server server(RunningServer::AnyPort());
  server.Stop();
  ASSERT_TRUE(server.Listen().ok());
  server.Run();
}

TEST(StopTest, IsNotNeededByAServerThatNeverRan) {
  {
    Server never_listened(RunningServer::AnyPort());
    never_listened.Post([] { ADD_FAILURE() << "ran without Run()"; });
    EXPECT_EQ(never_listened.port(), 0);
    EXPECT_EQ(never_listened.url(), "");
    EXPECT_EQ(never_listened.counters().accepted, 0U);
  }
  Server never_ran(RunningServer::AnyPort());
  ASSERT_TRUE(never_ran.Listen().ok());
  RawSocket waiting(never_ran.port());
  EXPECT_TRUE(waiting.connected());
}

TEST(StopTest, MayBeCalledByAHandler) {
  RunningServer running;
  running.OnHub([&] {
    running.handler().on_message = [&](SessionId, const InboundMessage&) {
      running.server().Stop();
    };
  });
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  ASSERT_TRUE(client.SendText("stop"));
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1001);
  client.Vanish();
  running.Stop();
  EXPECT_EQ(running.handler().Count(Event::kClose), 1U);
}

TEST(StopTest, LeavesNothingBehindWhileClientsStreamIn) {
  // A connection may be between the acceptor and another loop just then.
  for (int i = 0; i < 10; ++i) {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = 4;
    RunningServer running(options);
    std::vector<RawSocket> sockets;
    for (int c = 0; c < 40; ++c) {
      sockets.emplace_back(running.port());
      if (c == 20) running.server().Stop();
    }
    running.Stop();
    EXPECT_EQ(running.counters().connections, 0U);
    for (RawSocket& socket : sockets) {
      if (!socket.connected()) continue;
      // Linux may drop a connection whose last handshake packet meets the
      // closing of the listening socket without a word; a byte brings the word.
      socket.SendWhatFits("x");
      EXPECT_EQ(socket.ReadToEnd(), "");
      EXPECT_TRUE(socket.ended());
    }
  }
}

class SignalTest : public ::testing::TestWithParam<int> {};

TEST_P(SignalTest, StopsTheServer) {
  RunningServer running(RunningServer::AnyPort(),
                        [](Server& server) { server.StopOnSignals(); });
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  ASSERT_EQ(::kill(::getpid(), GetParam()), 0);
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1001);
  client.Vanish();
  running.Stop();
  ASSERT_EQ(running.log().size(), 1U);
  EXPECT_EQ(running.log()[0],
            "stopping on signal " + std::to_string(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Signals, SignalTest,
                         ::testing::Values(SIGINT, SIGTERM),
                         [](const auto& signal) {
                           return signal.param == SIGINT ? "Sigint" : "Sigterm";
                         });

TEST(SignalTest, IgnoresSigpipe) {
  RunningServer running(RunningServer::AnyPort(),
                        [](Server& server) { server.StopOnSignals(); });
  ASSERT_EQ(::kill(::getpid(), SIGPIPE), 0);
  EXPECT_EQ(StatusOf(Fetch(running.port(), "GET", "/healthz")), 200);
}

}  // namespace
}  // namespace tickerhub::testing
