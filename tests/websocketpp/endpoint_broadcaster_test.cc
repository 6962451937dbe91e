// EndpointBroadcaster over a websocketpp::server that the test itself runs.

#include "tickerhub/websocketpp/endpoint_broadcaster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "endpoint_broadcaster_fixture.h"
#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kPadding(8 * 1024, 'x');

TEST_F(EndpointBroadcasterTest, KeepsTheOrderOfSendsAndPublications) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  const SessionId id = Opened(0);
  OnHub([&] {
    out_->Publish({{1, Payload("a")}, {2, Payload("not followed")}},
                  Delivery::kEvery, 0);
    out_->Send(id, Payload("b"), Delivery::kEvery);
    out_->Subscribe(id, 2);
    out_->Publish({{2, Payload("c")}, {1, Payload(std::string(300, 'd'))}},
                  Delivery::kEvery, 0);
    out_->Unsubscribe(id, 2);
    out_->Publish({{2, Payload("not any more")}}, Delivery::kEvery, 0);
    out_->Send(id, Payload(std::string(70'000, 'e')), Delivery::kEvery);
  });
  EXPECT_EQ(client.NextText(), "a");
  EXPECT_EQ(client.NextText(), "b");
  EXPECT_EQ(client.NextText(), "c");
  EXPECT_EQ(client.NextText(), std::string(300, 'd'));
  EXPECT_TRUE(client.NextText() == std::string(70'000, 'e'));
  ASSERT_TRUE(client.SendText("from the client"));
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return from_.size(); }) > 0; }));
  EXPECT_EQ(Ask([&] { return from_.at(0); }), id);
  EXPECT_EQ(Ask([&] { return received_.at(0); }), "from the client");
}

TEST_F(EndpointBroadcasterTest, KeepsTextTextAndBinaryBinary) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  const SessionId id = Opened(0);
  ASSERT_TRUE(client.SendBinary(std::string("\0\xff", 2)));
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return received_.size(); }) == 1; }));
  EXPECT_EQ(Ask([&] { return received_.at(0); }), std::string("\0\xff", 2));
  EXPECT_TRUE(Ask([&] { return binary_; }));
  ASSERT_TRUE(client.SendText("text"));
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return received_.size(); }) == 2; }));
  EXPECT_FALSE(Ask([&] { return binary_; }));
  OnHub([&] {
    out_->Send(id, Payload("\xfe", Payload::Kind::kBinary), Delivery::kEvery);
    out_->Send(id, Payload("a"), Delivery::kEvery);
  });
  const auto binary = client.Next();
  ASSERT_TRUE(binary.has_value());
  EXPECT_TRUE(binary->binary);
  EXPECT_EQ(binary->data, "\xfe");
  EXPECT_FALSE(client.Next()->binary);
}

TEST_F(EndpointBroadcasterTest, TellsWhoHasConnected) {
  Start();
  WebSocketClient client;
  WebSocketClient::Options options;
  options.headers = {{"X-Token", "abc"}};
  ASSERT_TRUE(client.Connect(port_, "/stocks?stocks=AAPL%2CMSFT", options));
  Opened(0);
  const SessionInfo info = Ask([&] { return infos_.at(0); });
  EXPECT_EQ(info.request.path, "/stocks");
  EXPECT_EQ(info.request.query, "stocks=AAPL%2CMSFT");
  EXPECT_EQ(info.request.QueryParameter("stocks"), "AAPL,MSFT");
  EXPECT_EQ(info.request.headers.Get("x-token"), "abc");
  EXPECT_EQ(info.request.remote_address.ToString(), "127.0.0.1");
  EXPECT_GT(info.request.remote_address.port(), 0);
  EXPECT_EQ(info.identity, "");
  EXPECT_EQ(info.subprotocol, "");
}

TEST_F(EndpointBroadcasterTest, GoesOnAfterAHandlerThatThrows) {
  throws_ = true;
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  Opened(0);
  ASSERT_TRUE(client.SendText("one"));
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return received_.size(); }) == 1; }));
  Publish("still serving", Delivery::kEvery);
  EXPECT_EQ(client.NextText(), "still serving");
  TearDown();
  EXPECT_THAT(errors_.str(),
              AllOf(HasSubstr("tickerhub: a handler failed: broken open"),
                    HasSubstr("tickerhub: a handler failed\n")));
}

TEST_F(EndpointBroadcasterTest, WorksUnderHandlersOfTheEndpointsOwn) {
  served_ = false;
  endpoint_.set_open_handler([this](Handle handle) {
    if (endpoint_.get_con_from_hdl(handle)->get_resource() == "/ours") {
      out_->OnOpen(handle);
    }
  });
  endpoint_.set_message_handler(
      [this](Handle handle, const Endpoint::message_ptr& message) {
        out_->OnMessage(handle, message);
      });
  endpoint_.set_close_handler([this](Handle handle) { out_->OnClose(handle); });
  Start();
  WebSocketClient too_early;
  ASSERT_TRUE(too_early.Connect(port_, "/ours"));
  ASSERT_TRUE(too_early.Ping("1"));  // it has opened once this is answered
  ASSERT_TRUE(too_early.WaitForPongs(1));
  OnHub([&] { out_->SetHandler(*this); });
  WebSocketClient other;
  WebSocketClient ours;
  ASSERT_TRUE(other.Connect(port_, "/theirs"));
  ASSERT_TRUE(other.SendText("not for us"));
  ASSERT_TRUE(other.Close());
  ASSERT_TRUE(ours.Connect(port_, "/ours"));
  const SessionId id = Opened(0);
  ASSERT_TRUE(ours.SendText("for us"));
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return received_.size(); }) > 0; }));
  EXPECT_EQ(Ask([&] { return received_; }), std::vector<std::string>{"for us"});
  ASSERT_TRUE(ours.Close());
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return closed_.size(); }) > 0; }));
  EXPECT_EQ(Ask([&] { return closed_; }), std::vector<SessionId>{id});
  TearDown();
  EXPECT_THAT(errors_.str(), HasSubstr("EndpointBroadcaster::Serve()"));
}

TEST_F(EndpointBroadcasterTest, GivesABatchWholeToWhoHadDrained) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  Opened(0);
  OnHub([&] {
    out_->Publish({{1, Payload("one")}, {1, Payload("two")}}, Delivery::kLatest,
                  0);
  });
  EXPECT_EQ(client.NextText(), "one");
  EXPECT_EQ(client.NextText(), "two");
}

TEST_F(EndpointBroadcasterTest, ReachesAllWithTheSameBytes) {
  Start();
  std::vector<WebSocketClient> clients(5);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    ASSERT_TRUE(clients[i].Connect(port_, "/"));
    Opened(i);
  }
  for (int i = 0; i < 50; ++i) Publish(std::to_string(i), Delivery::kEvery);
  for (WebSocketClient& client : clients) {
    for (int i = 0; i < 50; ++i) {
      ASSERT_EQ(client.NextText(), std::to_string(i));
    }
  }
}

TEST_F(EndpointBroadcasterTest, ForgetsWhoHasGone) {
  Start();
  WebSocketClient leaves;
  WebSocketClient stays;
  ASSERT_TRUE(leaves.Connect(port_, "/"));
  const SessionId gone = Opened(0);
  ASSERT_TRUE(stays.Connect(port_, "/"));
  const SessionId there = Opened(1);
  EXPECT_NE(gone, there);
  ASSERT_TRUE(leaves.Close());
  ASSERT_TRUE(
      Eventually([&] { return Ask([&] { return closed_.size(); }) == 1; }));
  EXPECT_EQ(Ask([&] { return closed_.at(0); }), gone);
  OnHub([&] {
    out_->Send(gone, Payload("to nobody"), Delivery::kEvery);
    out_->Subscribe(gone, 1);
    out_->Unsubscribe(gone, 1);
    out_->Close(gone, CloseCode::kNormal, "again");
    EXPECT_EQ(out_->IdOf(Handle()), SessionId());
    out_->OnClose(Handle());
    out_->Publish({{1, Payload("to who is there")}}, Delivery::kEvery, 0);
  });
  EXPECT_EQ(stays.NextText(), "to who is there");
}

TEST_F(EndpointBroadcasterTest, ClosesWithCodeAndAReasonCutBetweenCharacters) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  const SessionId id = Opened(0);
  const std::string kept(122, 'r');
  OnHub([&] {
    out_->Send(id, Payload("last"), Delivery::kEvery);
    out_->Close(id, CloseCode::kPolicy, kept + "\xc3\xa9 and more");
    out_->Send(id, Payload("too late"), Delivery::kEvery);
    out_->Close(id, CloseCode::kNormal, "closed already");
  });
  EXPECT_EQ(client.NextText(), "last");
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1008);
  EXPECT_EQ(close->reason, kept);
}

TEST_F(EndpointBroadcasterTest,
       SkipsWhoDoesntReadAndTellsOnceWhenItHasDrained) {
  send_buffer_ = 8 * 1024;
  Start();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  const SessionId id = Opened(0);
  const std::string first(2 << 20, 'f');
  OnHub([&] {
    out_->Send(id, Payload(first), Delivery::kLatest);
    out_->Publish({{1, Payload("stale")}}, Delivery::kLatest, 7);
    out_->Publish({{1, Payload("stale")}}, Delivery::kLatest, 8);
  });
  EXPECT_EQ(Ask([&] { return drained_; }), 0);
  ASSERT_TRUE(Eventually([&] {
    stalled.ReadAvailable();
    return Ask([&] { return drained_; }) > 0;
  }));
  EXPECT_EQ(Ask([&] { return static_cast<int>(drained_since_); }), 7);
  // Still behind: what is published is skipped; what is sent is not, and makes
  // it drain again, of which nothing is heard.
  Publish("stale", Delivery::kLatest);
  const std::string second(2 << 20, 's');
  OnHub([&] { out_->Send(id, Payload(second), Delivery::kEvery); });
  EXPECT_TRUE(stalled.ReadFrame()->payload == first);
  EXPECT_TRUE(stalled.ReadFrame()->payload == second);
  OnHub([&] { out_->Send(id, Payload("fresh"), Delivery::kLatest); });
  EXPECT_EQ(stalled.ReadFrame()->payload, "fresh");
  EXPECT_EQ(Ask([&] { return drained_; }), 1);
}

TEST_F(EndpointBroadcasterTest, BringsUpToDateFromInsideTheCallback) {
  send_buffer_ = 8 * 1024;
  Start();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  Opened(0);
  OnHub([&] {
    on_drained_ = [&](SessionId drained) {
      out_->Send(drained, Payload("fresh"), Delivery::kLatest);
    };
  });
  for (int i = 0; i < 500; ++i) {
    Publish(std::to_string(i) + ":" + kPadding, Delivery::kLatest);
  }
  std::string text;
  while (text != "fresh") {
    const auto frame = stalled.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    text = frame->payload;
  }
  // Once more by one way or the other: it may not have been told yet that
  // "fresh" has left. Some of the many may stand between, if it had drained
  // while they were still being published.
  Publish("next", Delivery::kLatest);
  do {
    const auto frame = stalled.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    text = frame->payload;
  } while (text != "next" && text != "fresh");
}

TEST_F(EndpointBroadcasterTest, ClosesWith4001WhoLetsTooMuchWait) {
  StartWithSmallQueues();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  Opened(0);
  WebSocketClient good;
  ASSERT_TRUE(good.Connect(port_, "/"));
  Opened(1);
  for (int i = 0; i < 300; ++i) {
    const std::string text = std::to_string(i) + ":" + kPadding;
    Publish(text, Delivery::kEvery);
    ASSERT_EQ(good.NextText(), text);
  }
  int received = 0;
  auto frame = stalled.ReadFrame();
  for (; frame && frame->opcode == kText; frame = stalled.ReadFrame()) {
    ASSERT_EQ(std::stoi(frame->payload), received);
    ++received;
  }
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->close_code(), 4001);
  EXPECT_LT(received, 300);
  EXPECT_EQ(Ask([&] { return drained_; }), 0);
}

TEST_F(EndpointBroadcasterTest, AnswersBehindAMessageLargerThanTheLimit) {
  StartWithSmallQueues();
  RawSocket stalled(port_, 4096);
  ASSERT_TRUE(stalled.Upgrade("/"));
  const SessionId session = Opened(0);
  const std::string huge(1024 * 1024, 'h');
  OnHub([&] {
    for (const std::string& text : {huge, std::string("answer")}) {
      out_->Send(session, Payload(text), Delivery::kEvery);
    }
  });
  for (const std::string& text : {huge, std::string("answer")}) {
    const auto frame = stalled.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    EXPECT_TRUE(frame->payload == text);
  }
}

TEST_F(EndpointBroadcasterTest, MayGoBeforeItsSessions) {
  Start();
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(port_, "/"));
  Opened(0);
  OnHub([&] {
    out_->Publish({{1, Payload("last")}}, Delivery::kLatest, 0);
    out_->Publish({{1, Payload("is skipped")}}, Delivery::kLatest, 0);
    out_.reset();
  });
  EXPECT_EQ(client.NextText(), "last");
  EXPECT_TRUE(client.Close());
  EXPECT_EQ(Ask([&] { return drained_; }), 0);
}

}  // namespace
}  // namespace tickerhub::testing
