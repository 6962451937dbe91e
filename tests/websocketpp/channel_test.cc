// The settings of a channel: ChannelOptions.

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

// A server with a channel "/own" that has settings of its own.
class ChannelTest : public ::testing::Test {
 protected:
  void Start(const ChannelOptions& channel,
             const Server::Options& options = RunningServer::AnyPort()) {
    running_.emplace(options, [&](Server& server) {
      channel_ = &server.AddChannel("/own", channel);
      channel_->SetHandler(handler_);
    });
  }
  void TearDown() override { running_.reset(); }

  std::string Offer(const std::string& subprotocols,
                    const std::string& path = "/own") {
    RawSocket socket(running_->port());
    std::string request = UpgradeRequest(path);
    request.insert(request.size() - 2, subprotocols);
    EXPECT_TRUE(socket.Send(request));
    return socket.ReadUntil("\r\n\r\n");
  }

  ScriptedHandler handler_;
  Channel* channel_ = nullptr;
  std::optional<RunningServer> running_;
};

TEST_F(ChannelTest, KnowsItsPath) {
  Start({});
  EXPECT_EQ(channel_->path(), "/own");
}

TEST_F(ChannelTest, AgreesOnTheSubprotocolThatItLikesBest) {
  ChannelOptions options;
  options.subprotocols = {"v2", "v1"};
  Start(options);
  const std::string both = Offer("Sec-WebSocket-Protocol: v1, v2\r\n");
  EXPECT_EQ(StatusOf(both), 101);
  EXPECT_EQ(HeaderOf(both, "Sec-WebSocket-Protocol"), "v2");
  const std::string foreign = Offer("Sec-WebSocket-Protocol: v9\r\n");
  EXPECT_EQ(StatusOf(foreign), 101);
  EXPECT_EQ(HeaderOf(foreign, "Sec-WebSocket-Protocol"), "");
  EXPECT_EQ(HeaderOf(Offer(""), "Sec-WebSocket-Protocol"), "");
}

TEST_F(ChannelTest, ChoosesTheSubprotocolIfTheAdmissionDoesNot) {
  running_.emplace(RunningServer::AnyPort(), [&](Server& server) {
    ChannelOptions options;
    options.subprotocols = {"v2", "v1"};
    channel_ = &server.AddChannel("/own", options);
    channel_->SetHandler(handler_);
    channel_->SetAdmission(
        [](const ConnectRequest& request, const AdmissionReply& reply) {
          const bool names_one = request.query == "v1";
          reply(Admission::Accept("ann", names_one ? "v1" : ""));
        });
  });
  EXPECT_EQ(HeaderOf(Offer("Sec-WebSocket-Protocol: v1, v2\r\n"),
                     "Sec-WebSocket-Protocol"),
            "v2");
  EXPECT_EQ(HeaderOf(Offer("Sec-WebSocket-Protocol: v1, v2\r\n", "/own?v1"),
                     "Sec-WebSocket-Protocol"),
            "v1");
  EXPECT_TRUE(handler_.WaitFor(Event::kOpen, 2));
  EXPECT_EQ(handler_.events()[0].info.subprotocol, "v2");
}

TEST_F(ChannelTest, WithoutSubprotocolsAgreesOnNone) {
  Start({});
  EXPECT_EQ(HeaderOf(Offer("Sec-WebSocket-Protocol: v1\r\n"),
                     "Sec-WebSocket-Protocol"),
            "");
}

TEST_F(ChannelTest, BoundsItsSessions) {
  ChannelOptions options;
  options.max_sessions = 1;
  Start(options);
  WebSocketClient first;
  ASSERT_TRUE(first.Connect(running_->port(), "/own"));
  const std::string response =
      Exchange(running_->port(), UpgradeRequest("/own"));
  EXPECT_EQ(StatusOf(response), 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "5");
  EXPECT_EQ(BodyOf(response), "the channel is full\n");
  EXPECT_EQ(running_->counters().refused_channel_full, 1U);
  WebSocketClient elsewhere;
  EXPECT_TRUE(elsewhere.Connect(running_->port(), "/a"));

  ASSERT_TRUE(first.Close());
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.connections == 1; }));
  WebSocketClient next;
  EXPECT_TRUE(next.Connect(running_->port(), "/own"));
}

TEST_F(ChannelTest, BoundsItsMessages) {
  ChannelOptions options;
  options.max_message_bytes = 10;
  Start(options);
  WebSocketClient own;
  WebSocketClient other;
  ASSERT_TRUE(own.Connect(running_->port(), "/own"));
  ASSERT_TRUE(other.Connect(running_->port(), "/a"));
  ASSERT_TRUE(own.SendText("0123456789"));
  EXPECT_EQ(handler_.Message(), "0123456789");
  ASSERT_TRUE(own.SendText("0123456789a"));
  const auto close = own.WaitForClose();
  ASSERT_TRUE(close);
  EXPECT_EQ(close->code, 1009);
  ASSERT_TRUE(other.SendText("0123456789a"));
  EXPECT_EQ(running_->handler().Message(), "0123456789a");
}

TEST_F(ChannelTest, BoundsWhatWaitsForAReader) {
  ChannelOptions options;
  options.max_queued_bytes = 1;
  Server::Options server = RunningServer::AnyPort();
  server.max_queued_bytes = std::size_t{1} << 30;
  Start(options, server);
  RawSocket reader(running_->port(), 4096);
  ASSERT_TRUE(reader.Upgrade("/own"));
  const SessionId session = handler_.Opened();
  const std::string large(1 << 20, 'x');
  running_->OnHub([&] {
    for (int i = 0; i < 3; ++i) {
      channel_->Send(session, Payload(large), Delivery::kEvery);
    }
  });
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.closed_slow == 1; }));
}

TEST_F(ChannelTest, SetsAllSubscriptionsOfASessionAtOnce) {
  Start({});
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running_->port(), "/own"));
  const SessionId session = handler_.Opened();
  const auto publish = [&](TopicId topic, const std::string& text) {
    std::vector<Publication> publications;
    publications.push_back({topic, Payload(text)});
    channel_->Publish(std::move(publications), Delivery::kEvery, 0);
  };
  running_->OnHub([&] {
    channel_->Subscribe(session, 1);
    channel_->Subscribe(session, 2);
    channel_->SetSubscriptions(session, {2, 3, 3});
    publish(1, "one");
    publish(2, "two");
    publish(3, "three");
    channel_->SetSubscriptions(session, {});
    publish(3, "nothing");
    channel_->Send(session, Payload("end"), Delivery::kEvery);
  });
  EXPECT_EQ(client.NextText(), "two");
  EXPECT_EQ(client.NextText(), "three");
  EXPECT_EQ(client.NextText(), "end");
}

}  // namespace
}  // namespace tickerhub::testing
