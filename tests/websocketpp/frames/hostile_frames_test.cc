// Frames that break the rules: each ends its own session with the right code
// (RFC 6455 §7.4.1), is counted, and disturbs nobody else.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/websocket_client.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

struct Hostile {
  const char* name;
  std::string bytes;
  int close_code;
};

void PrintTo(const Hostile& hostile, std::ostream* out) {
  *out << hostile.name;
}

std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

std::vector<Hostile> All() {
  return {
      {"TextThatIsNotUtf8", ClientFrame(kText, "a\xff"), 1007},
      {"TextThatEndsInsideACharacter", ClientFrame(kText, "a\xe2\x82"), 1007},
      {"TextWithASurrogate", ClientFrame(kText, "\xed\xa0\x80"), 1007},
      {"TextWithAnOverlongSlash", ClientFrame(kText, "\xc0\xaf"), 1007},
      {"TextBeyondUnicode", ClientFrame(kText, "\xf4\x90\x80\x80"), 1007},
      {"TextNotUtf8InTheSecondFragment",
       ClientFrame(kText, "good", false) + ClientFrame(kContinuation, "\xff"),
       1007},
      {"ReservedOpcode3", ClientFrame(3, "x"), 1002},
      {"ReservedControlOpcode11", ClientFrame(11, "x"), 1002},
      {"ReservedBit1", ClientFrame(0x40 | kText, "x"), 1002},
      {"ReservedBit2", ClientFrame(0x20 | kText, "x"), 1002},
      {"ReservedBit3", ClientFrame(0x10 | kText, "x"), 1002},
      {"NotMasked", Bytes({0x81, 1, 'x'}), 1002},
      {"PingOf126Bytes", ClientFrame(kPing, std::string(126, 'x')), 1002},
      {"FragmentedPing", ClientFrame(kPing, "x", false), 1002},
      {"ContinuationOfNothing", ClientFrame(kContinuation, "x"), 1002},
      {"NewMessageInsideAFragmentedOne",
       ClientFrame(kText, "a", false) + ClientFrame(kText, "b"), 1002},
      {"LengthOf2To62",
       Bytes({0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0}) + std::string(4, '\0') +
           "x",
       1009},
      {"LengthNotInTheShortestForm",
       Bytes({0x81, 0xFE, 0, 1}) + std::string(4, '\0') + "x", 1002},
      {"CloseWithHalfACode", ClientFrame(kCloseOpcode, "x"), 1002},
      {"CloseWithAReservedCode", ClientFrame(kCloseOpcode, ClosePayload(1005)),
       1002},
      {"CloseWithACodeBelow1000", ClientFrame(kCloseOpcode, ClosePayload(999)),
       1002},
      {"CloseWithAReasonThatIsNotUtf8",
       ClientFrame(kCloseOpcode, ClosePayload(1000, "\xff")), 1007},
  };
}

class HostileFrameTest : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileFrameTest, EndsItsOwnSessionOnly) {
  RunningServer running;
  WebSocketClient witness;
  ASSERT_TRUE(witness.Connect(running.port(), "/b"));
  const SessionId other = running.b_handler().Opened();
  RawSocket socket(running.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  // What came before it is served.
  ASSERT_TRUE(socket.Send(ClientFrame(kText, "fine") + GetParam().bytes));
  const auto close = socket.ReadCloseFrame();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), GetParam().close_code);
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(socket.ended());
  socket.Close();
  ASSERT_TRUE(running.handler().WaitFor(Event::kClose));
  EXPECT_EQ(running.handler().Count(Event::kMessage), 1U);
  EXPECT_EQ(running.counters().messages_refused, 1U);

  running.OnHub([&] {
    running.b_out().Send(other, Payload("undisturbed"), Delivery::kEvery);
  });
  EXPECT_EQ(witness.NextText(), "undisturbed");
}

INSTANTIATE_TEST_SUITE_P(Frames, HostileFrameTest, ::testing::ValuesIn(All()),
                         [](const auto& hostile) {
                           return hostile.param.name;
                         });

TEST(HostileFrameTest, EndsTheSessionEvenOfAClientThatReadsNothing) {
  Server::Options options = RunningServer::AnyPort();
  options.socket_send_buffer_bytes = 4096;
  options.handshake_timeout = std::chrono::milliseconds(50);
  options.idle_timeout = std::chrono::milliseconds(0);
  RunningServer running(options);
  RawSocket socket(running.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(socket.Upgrade("/a"));
  // Now the close frame has to wait behind this.
  running.Send(running.handler().Opened(), std::string(8 << 20, 'x'));
  ASSERT_TRUE(socket.Send(ClientFrame(3, "x")));
  EXPECT_TRUE(running.handler().WaitFor(Event::kClose));
  EXPECT_TRUE(running.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.queued_bytes == 0;
  }));
}

}  // namespace
}  // namespace tickerhub::testing
