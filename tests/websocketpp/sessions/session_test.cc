// The life of sessions: what the handler hears, and of whom.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

Server::Options WithLoops(int event_loops) {
  Server::Options options = RunningServer::AnyPort();
  options.event_loops = event_loops;
  return options;
}

TEST(SessionTest, OpensThenTalksThenClosesOnTheHubsThread) {
  RunningServer running;
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  ASSERT_TRUE(client.SendText("one"));
  ASSERT_TRUE(client.SendText("two"));
  ASSERT_TRUE(client.Close());
  ASSERT_TRUE(running.handler().WaitFor(Event::kClose));

  const std::vector<Event> events = running.handler().events();
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].kind, Event::kOpen);
  EXPECT_EQ(events[1].kind, Event::kMessage);
  EXPECT_EQ(events[1].data, "one");
  EXPECT_EQ(events[2].kind, Event::kMessage);
  EXPECT_EQ(events[2].data, "two");
  EXPECT_EQ(events[3].kind, Event::kClose);
  for (const Event& event : events) {
    EXPECT_EQ(event.session, events[0].session);
    EXPECT_EQ(event.thread, running.hub_thread());
  }
  EXPECT_NE(events[0].session, SessionId());
}

TEST(SessionTest, NeverUsesAnIdAgain) {
  RunningServer running;
  std::set<SessionId> ids;
  constexpr std::size_t kSessions = 50;
  for (std::size_t i = 0; i < kSessions; ++i) {
    WebSocketClient client;
    ASSERT_TRUE(client.Connect(running.port(), "/a"));
    ids.insert(running.handler().Opened(i));
    ASSERT_TRUE(client.Close());
    // Gone before the next one comes, so that its place is free.
    ASSERT_TRUE(running.Counts(
        [](const Server::Counters& c) { return c.connections == 0; }));
  }
  EXPECT_EQ(ids.size(), kSessions);
}

TEST(SessionTest, CallsForAGoneSessionDontReachTheNextOneInItsPlace) {
  RunningServer running;
  WebSocketClient first;
  ASSERT_TRUE(first.Connect(running.port(), "/a"));
  const SessionId gone = running.handler().Opened(0);
  running.OnHub([&] { running.out().Subscribe(gone, 1); });
  ASSERT_TRUE(first.Close());
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));

  WebSocketClient second;
  ASSERT_TRUE(second.Connect(running.port(), "/a"));
  const SessionId next = running.handler().Opened(1);
  running.OnHub([&] {
    Broadcaster& out = running.out();
    out.Send(gone, Payload("for the first"), Delivery::kEvery);
    out.Publish({{1, Payload("what the first followed")}}, Delivery::kEvery, 0);
    out.Subscribe(gone, 2);
    out.Publish({{2, Payload("what the first would follow")}}, Delivery::kEvery,
                0);
    out.Close(gone, CloseCode::kNormal, "first");
    out.Send(next, Payload("for the second"), Delivery::kEvery);
  });
  EXPECT_EQ(second.NextText(), "for the second");
  ASSERT_TRUE(second.SendText("still here"));
  EXPECT_EQ(running.handler().Message(), "still here");
}

TEST(SessionTest, KeepsChannelsApart) {
  RunningServer running;
  WebSocketClient a;
  WebSocketClient b;
  ASSERT_TRUE(a.Connect(running.port(), "/a"));
  ASSERT_TRUE(b.Connect(running.port(), "/b"));
  const SessionId of_a = running.handler().Opened();
  const SessionId of_b = running.b_handler().Opened();
  EXPECT_NE(of_a, of_b);
  running.OnHub([&] {
    running.out().Subscribe(of_a, 1);
    running.b_out().Subscribe(of_b, 1);
    running.out().Publish({{1, Payload("to a")}}, Delivery::kEvery, 0);
    running.b_out().Publish({{1, Payload("to b")}}, Delivery::kEvery, 0);
    running.out().Publish({{1, Payload("to a again")}}, Delivery::kEvery, 0);
  });
  EXPECT_EQ(a.NextText(), "to a");
  EXPECT_EQ(a.NextText(), "to a again");
  EXPECT_EQ(b.NextText(), "to b");
  ASSERT_TRUE(b.SendText("from b"));
  EXPECT_EQ(running.b_handler().Message(), "from b");
  EXPECT_EQ(running.handler().Count(Event::kMessage), 0U);
  EXPECT_EQ(running.handler().Count(Event::kOpen), 1U);
}

class EventLoopsTest : public ::testing::TestWithParam<int> {};

TEST_P(EventLoopsTest, ShareTheConnectionsEvenlyAndAllGetABroadcast) {
  const int loops = GetParam();
  RunningServer running(WithLoops(loops));
  constexpr int kClientsEach = 6;
  const auto count = static_cast<std::size_t>(loops) * kClientsEach;
  running.OnHub([&] {
    running.handler().on_open = [&](SessionId id) {
      running.out().Subscribe(id, 1);
    };
  });
  std::vector<WebSocketClient> clients(count);
  std::map<std::uint64_t, int> of_loop;
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_TRUE(clients[i].Connect(running.port(), "/a"));
    // The loop's number is in the topmost byte of the id.
    ++of_loop[running.handler().Opened(i).value >> 56];
  }
  EXPECT_EQ(of_loop.size(), static_cast<std::size_t>(loops));
  for (const auto& [loop, clients_there] : of_loop) {
    EXPECT_EQ(clients_there, kClientsEach) << "loop " << loop;
  }
  for (int i = 0; i < 20; ++i) {
    running.Publish(std::to_string(i), Delivery::kEvery);
  }
  for (WebSocketClient& client : clients) {
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(client.NextText(), std::to_string(i));
    }
  }
  EXPECT_EQ(running.counters().sessions, count);
}

INSTANTIATE_TEST_SUITE_P(Counts, EventLoopsTest, ::testing::Values(1, 2, 4),
                         [](const auto& count) {
                           return std::to_string(count.param) + "Loops";
                         });

TEST(SessionTest, EndsWhenTheClientVanishesOrResets) {
  RunningServer running;
  WebSocketClient vanishing;
  WebSocketClient resetting;
  ASSERT_TRUE(vanishing.Connect(running.port(), "/a"));
  ASSERT_TRUE(resetting.Connect(running.port(), "/a"));
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, 2));
  vanishing.Vanish();
  resetting.Reset();
  EXPECT_TRUE(running.handler().WaitFor(Event::kClose, 2));
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.sessions == 0;
  }));
}

TEST(SessionTest, MaySendFromInsideEveryCallback) {
  // The server calls back until it has ended, so this outlives it.
  SessionId other;
  Broadcaster* out = nullptr;
  const auto send = [&out](SessionId to, const char* text) {
    out->Send(to, Payload(text), Delivery::kEvery);
  };
  RunningServer running;
  ScriptedHandler& handler = running.handler();
  out = &running.out();
  running.OnHub([&] {
    handler.on_open = [&](SessionId id) { send(id, "welcome"); };
    handler.on_message = [&](SessionId id, const InboundMessage&) {
      send(id, "heard");
    };
    handler.on_close = [&](SessionId id) {
      send(id, "nobody gets this");
      out->Subscribe(id, 1);
      out->Close(id, CloseCode::kNormal, "again");
      send(other, "it left");
    };
  });
  WebSocketClient stays;
  ASSERT_TRUE(stays.Connect(running.port(), "/a"));
  EXPECT_EQ(stays.NextText(), "welcome");
  other = handler.Opened(0);
  WebSocketClient leaves;
  ASSERT_TRUE(leaves.Connect(running.port(), "/a"));
  EXPECT_EQ(leaves.NextText(), "welcome");
  ASSERT_TRUE(leaves.SendText("hello"));
  EXPECT_EQ(leaves.NextText(), "heard");
  ASSERT_TRUE(leaves.Close());
  EXPECT_EQ(stays.NextText(), "it left");
}

TEST(SessionTest, FlagsBinaryAndPassesEveryByteOn) {
  RunningServer running;
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  ASSERT_TRUE(client.SendBinary(bytes));
  ASSERT_TRUE(client.SendText("gr\xc3\xbc\xc3\x9f"));
  ASSERT_TRUE(client.SendText(""));
  ASSERT_TRUE(running.handler().WaitFor(Event::kMessage, 3));
  const std::vector<Event> events = running.handler().events();
  EXPECT_EQ(events[1].data, bytes);
  EXPECT_TRUE(events[1].binary);
  EXPECT_EQ(events[2].data, "gr\xc3\xbc\xc3\x9f");
  EXPECT_FALSE(events[2].binary);
  EXPECT_EQ(events[3].data, "");
  EXPECT_FALSE(events[3].binary);
}

TEST(SessionTest, PutsAFragmentedMessageTogether) {
  RunningServer running;
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running.port(), "/a"));
  const std::string text(10'000, 'x');
  ASSERT_TRUE(client.SendInFrames(text + "end", 7));
  EXPECT_EQ(running.handler().Message(), text + "end");
}

TEST(SessionTest, TakesFramesThatCameWithTheHandshakesBytes) {
  RunningServer running;
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Send(UpgradeRequest("/a") + ClientFrame(kText, "early") +
                          ClientFrame(kText, "bird")));
  EXPECT_EQ(running.handler().Message(0), "early");
  EXPECT_EQ(running.handler().Message(1), "bird");
}

}  // namespace
}  // namespace tickerhub::testing
