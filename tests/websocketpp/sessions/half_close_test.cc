// Clients that end their sending half and still read, and urgent data.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <string>

#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

// With two loops the first client is on the one that is not the hub's thread.
class HalfCloseTest : public ::testing::TestWithParam<int> {
 protected:
  HalfCloseTest() : running_(WithLoops(GetParam())) {
    running_.OnHub([this] {
      running_.handler().on_message = [this](SessionId from,
                                             const InboundMessage& message) {
        running_.out().Send(from, Payload(message.data), Delivery::kEvery);
      };
    });
  }

  static Server::Options WithLoops(int event_loops) {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = event_loops;
    options.max_message_bytes = 1 << 20;
    options.socket_send_buffer_bytes = 4096;  // so that answers wait
    return options;
  }

  // Clients that send a text and `last_frame` and end their sending half. Each
  // gets the text, then one more frame, then the end.
  void ForEachSize(
      const std::string& last_frame,
      const std::function<void(const RawSocket::Frame&)>& check_last) {
    for (const std::size_t size : {std::size_t{100}, std::size_t{100'000}}) {
      const std::string text(size, 'x');
      for (int i = 0; i < 50; ++i) {
        RawSocket socket(running_.port());
        ASSERT_TRUE(socket.Upgrade("/a"));
        ASSERT_TRUE(socket.Send(ClientFrame(kText, text) + last_frame));
        socket.ShutdownSend();
        const auto answer = socket.ReadFrame();
        ASSERT_TRUE(answer.has_value()) << i;
        EXPECT_TRUE(answer->payload == text);
        const auto last = socket.ReadFrame();
        ASSERT_TRUE(last.has_value()) << i;
        check_last(*last);
        EXPECT_EQ(socket.ReadToEnd(), "");
        EXPECT_FALSE(socket.was_reset());
      }
    }
    EXPECT_TRUE(running_.handler().WaitFor(Event::kClose, 100));
  }

  RunningServer running_;
};

TEST_P(HalfCloseTest, GetsItsAnswersAndTheClose) {
  ForEachSize(ClientFrame(kCloseOpcode, ClosePayload(1000, "bye")),
              [](const RawSocket::Frame& close) {
                EXPECT_EQ(close.close_code(), 1000);
              });
}

TEST_P(HalfCloseTest, WithoutACloseFrameGetsItsAnswers) {
  ForEachSize(ClientFrame(kText, "2"), [](const RawSocket::Frame& answer) {
    EXPECT_EQ(answer.payload, "2");
  });
}

TEST_P(HalfCloseTest, InTheMiddleOfAFrameEndsTheSession) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  const std::string frame = ClientFrame(kText, "never whole");
  ASSERT_TRUE(socket.Send(frame.substr(0, frame.size() - 1)));
  socket.ShutdownSend();
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
  EXPECT_EQ(running_.handler().Count(Event::kMessage), 0U);
}

TEST_P(HalfCloseTest, AfterTheServersCloseEndsTheSession) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  const SessionId session = running_.handler().Opened();
  running_.OnHub(
      [&] { running_.out().Close(session, CloseCode::kPolicy, "out"); });
  EXPECT_EQ(socket.ReadFrame()->close_code(), 1008);
  socket.ShutdownSend();
  EXPECT_EQ(socket.ReadToEnd(), "");
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
}

TEST_P(HalfCloseTest, OfAnHttpRequestGetsItsResponse) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
  socket.ShutdownSend();
  EXPECT_EQ(StatusOf(socket.ReadToEnd()), 200);
}

// A read stops at the byte of urgent data. The kernel does not say again that
// there is more behind it.
TEST_P(HalfCloseTest, AByteOfUrgentDataHoldsNothingUp) {
  RawSocket socket(running_.port());
  ASSERT_TRUE(socket.Upgrade("/a"));
  for (int i = 0; i < 20; ++i) {
    // The hub is busy until all three have come.
    running_.OnHub([&] {
      ASSERT_TRUE(socket.Send(ClientFrame(kText, "one")));
      ASSERT_EQ(::send(socket.descriptor(), "!", 1, MSG_OOB), 1);
      ASSERT_TRUE(socket.Send(ClientFrame(kText, "two")));
    });
    for (const char* expected : {"one", "two"}) {
      const auto answer = socket.ReadFrame();
      ASSERT_TRUE(answer.has_value()) << i;
      EXPECT_EQ(answer->payload, expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OneLoopAndTwo, HalfCloseTest, ::testing::Values(1, 2));

}  // namespace
}  // namespace tickerhub::testing
