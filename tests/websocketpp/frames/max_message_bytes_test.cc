// Server::Options::max_message_bytes, over real sockets.

#include <gtest/gtest.h>

#include <string>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

class MaxMessageBytesTest : public ::testing::Test {
 protected:
  static Server::Options Small() {
    Server::Options options = RunningServer::AnyPort();
    options.max_message_bytes = 1000;
    return options;
  }
  void SetUp() override {
    ASSERT_TRUE(witness_.Connect(running_.port(), "/b"));
  }
  // One was refused, and another client noticed nothing.
  void ExpectOneRefused() {
    EXPECT_TRUE(running_.Counts(
        [](const Server::Counters& c) { return c.messages_refused == 1; }));
    ASSERT_TRUE(witness_.SendText("undisturbed"));
    EXPECT_EQ(running_.b_handler().Message(), "undisturbed");
  }

  RunningServer running_{Small()};
  WebSocketClient witness_;
};

TEST_F(MaxMessageBytesTest, AllowsAMessageOfExactlyThatSize) {
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running_.port(), "/a"));
  ASSERT_TRUE(client.SendText(std::string(1000, 'x')));
  ASSERT_TRUE(client.SendInFrames(std::string(1000, 'y'), 300));
  EXPECT_EQ(running_.handler().Message(0), std::string(1000, 'x'));
  EXPECT_EQ(running_.handler().Message(1), std::string(1000, 'y'));
  EXPECT_EQ(running_.counters().messages_refused, 0U);
}

TEST_F(MaxMessageBytesTest, ClosesWith1009OneByteBeyond) {
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running_.port(), "/a"));
  ASSERT_TRUE(client.SendText(std::string(1001, 'x')));
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1009);
  client.Vanish();
  ExpectOneRefused();
  EXPECT_EQ(running_.handler().Count(Event::kMessage), 0U);
}

TEST_F(MaxMessageBytesTest, CountsAllFragmentsTogether) {
  WebSocketClient client;
  ASSERT_TRUE(client.Connect(running_.port(), "/a"));
  client.SendInFrames(std::string(1200, 'x'), 100);
  const auto close = client.WaitForClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->code, 1009);
  client.Vanish();
  ExpectOneRefused();
}

TEST_F(MaxMessageBytesTest, TellsEvenAClientThatSendsAMegabyteAtOnce) {
  // Many times: a reset that destroys the close frame would depend on timing.
  for (int i = 0; i < 20; ++i) {
    WebSocketClient client;
    ASSERT_TRUE(client.Connect(running_.port(), "/a"));
    client.BeginSendText(std::string(1024 * 1024, 'x'));
    const auto close = client.WaitForClose();
    ASSERT_TRUE(close.has_value()) << "time " << i;
    EXPECT_EQ(close->code, 1009);
  }
  ASSERT_TRUE(running_.Counts([](const Server::Counters& c) {
    return c.messages_refused == 20 && c.connections == 1;
  }));
}

TEST_F(MaxMessageBytesTest, TellsEvenAClientThatReadsOnlyAfterItHasSentAll) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  ASSERT_TRUE(socket.Send(ClientFrame(kText, std::string(1024 * 1024, 'x'))));
  const auto close = socket.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1009);
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(socket.ended());
  socket.Close();
  ExpectOneRefused();
}

}  // namespace
}  // namespace tickerhub::testing
