// What is written when the kernel takes less than it was given, or nothing, or
// fails: at every byte.

#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/scripted_kernel.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

class ShortWriteTest : public ::testing::Test {
 protected:
  ShortWriteTest() {
    scripted_kernel::Reset();
    running_.OnHub([this] {
      running_.handler().on_open = [this](SessionId id) {
        running_.out().Subscribe(id, 1);
      };
      running_.handler().on_message = [this](SessionId id,
                                             const InboundMessage&) {
        running_.out().Send(id, Payload("answer"), Delivery::kEvery);
        running_.out().Close(id, CloseCode::kNormal, "done");
        running_.out().Send(id, Payload("too late"), Delivery::kEvery);
      };
    });
  }

  // Frames of one tick in one call, one with a header of 2 bytes, one of 4; a
  // pong in between; an answer; the close.
  static std::string WholeStream() {
    std::string stream;
    for (const Payload& payload : Tick()) stream += payload.frame();
    stream += std::string("\x8a\x04") + "ping";
    stream += Payload("answer").frame();
    stream += std::string("\x88\x06\x03\xe8") + "done";
    return stream;
  }
  static std::vector<Payload> Tick() {
    return {Payload("first"), Payload(std::string(130, 'x')), Payload("")};
  }

  RawSocket Connect(std::size_t index) {
    RawSocket client(running_.port());
    EXPECT_TRUE(client.Upgrade("/a"));
    EXPECT_TRUE(running_.handler().WaitFor(Event::kOpen, index + 1));
    running_.OnHub([] {});  // it follows the topic
    return client;
  }

  std::string HandshakeAnswer() {
    RawSocket client(running_.port());
    client.Send(UpgradeRequest("/b"));
    return client.ReadUntil("\r\n\r\n");
  }

  // Everything of WholeStream() is handed to the server, in its order.
  void GiveAll(RawSocket* client) {
    running_.OnHub([this] {
      std::vector<Publication> tick;
      for (const Payload& payload : Tick()) tick.push_back({1, payload});
      running_.out().Publish(tick, Delivery::kEvery, 0);
    });
    const std::size_t messages = running_.handler().Count(Event::kMessage);
    ASSERT_TRUE(client->Send(ClientFrame(kPing, "ping") +
                             ClientFrame(kText, "request")));
    ASSERT_TRUE(running_.handler().WaitFor(Event::kMessage, messages + 1));
    running_.OnHub([] {});
  }

  RunningServer running_;
};

TEST_F(ShortWriteTest, AtEveryByteLosesNothingAndKeepsTheOrder) {
  const std::string stream = WholeStream();
  for (std::size_t bytes = 0; bytes <= stream.size(); ++bytes) {
    RawSocket client = Connect(bytes);
    scripted_kernel::Take(bytes, bytes);
    GiveAll(&client);
    if (bytes < stream.size()) {
      ASSERT_TRUE(
          Eventually([&] { return scripted_kernel::ShortWrites(bytes) > 0; }));
    }
    scripted_kernel::TakeAgain(bytes, scripted_kernel::kAll);
    ASSERT_EQ(client.ReadBytes(stream.size()), stream) << "cut after " << bytes;
    ASSERT_TRUE(client.Send(ClientFrame(kCloseOpcode, ClosePayload(1000))));
    ASSERT_EQ(client.ReadToEnd(), "");
  }
  EXPECT_TRUE(running_.Counts([](const Server::Counters& c) {
    return c.connections == 0 && c.queued_bytes == 0;
  }));
  EXPECT_EQ(running_.counters().closed_slow, 0U);
}

TEST_F(ShortWriteTest, ByteByByteLosesNothingAndKeepsTheOrder) {
  const std::string stream = WholeStream();
  RawSocket client = Connect(0);
  scripted_kernel::Take(0, 0);
  GiveAll(&client);
  std::string received;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    scripted_kernel::TakeAgain(0, 1);
    received += client.ReadBytes(1);
  }
  EXPECT_EQ(received, stream);
  ASSERT_TRUE(client.Send(ClientFrame(kCloseOpcode, ClosePayload(1000))));
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(ShortWriteTest, OfTheHandshakesAnswerLosesNothing) {
  const std::string answer = HandshakeAnswer();
  for (std::size_t bytes = 0; bytes < answer.size(); bytes += 7) {
    SCOPED_TRACE(bytes);
    const std::size_t index = scripted_kernel::SocketCount();
    RawSocket client(running_.port());
    // Nothing is answered before all was asked, so this is in time.
    ASSERT_TRUE(client.Send("GET /b HTTP/1.1\r\n"));
    ASSERT_TRUE(Eventually(
        [&] { return scripted_kernel::SocketCount() == index + 1; }));
    scripted_kernel::Take(index, bytes);
    // What comes with the request must wait until it has been answered.
    const std::string request = UpgradeRequest("/b");
    ASSERT_TRUE(client.Send(request.substr(request.find("\r\n") + 2) +
                            ClientFrame(kText, "early")));
    ASSERT_TRUE(
        Eventually([&] { return scripted_kernel::ShortWrites(index) > 0; }));
    EXPECT_EQ(running_.b_handler().Count(Event::kMessage), bytes / 7);
    scripted_kernel::TakeAgain(index, scripted_kernel::kAll);
    EXPECT_EQ(client.ReadUntil("\r\n\r\n"), answer);
    EXPECT_EQ(running_.b_handler().Message(bytes / 7), "early");
  }
}

TEST_F(ShortWriteTest, OfAPriceSkipsTheNextOnesUntilTheReaderIsUpToDate) {
  RawSocket client = Connect(0);
  scripted_kernel::Take(0, 3);
  running_.Publish("price 1", Delivery::kLatest);
  running_.Publish("price 2", Delivery::kLatest);
  ASSERT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.messages_skipped == 1; }));
  scripted_kernel::TakeAgain(0, scripted_kernel::kAll);
  ASSERT_TRUE(running_.handler().WaitFor(Event::kDrained));
  running_.Publish("price 3", Delivery::kLatest);  // not yet up to date
  running_.Send(running_.handler().Opened(0), "snapshot", Delivery::kLatest);
  running_.Publish("price 4", Delivery::kLatest);
  for (const char* text : {"price 1", "snapshot", "price 4"}) {
    const auto frame = client.ReadFrame();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->payload, text);
  }
}

TEST_F(ShortWriteTest, AnErrorInTheMiddleOfABroadcastEndsThatSessionOnly) {
  std::vector<RawSocket> clients;
  for (std::size_t i = 0; i < 3; ++i) clients.push_back(Connect(i));
  for (const int error : {EPIPE, ENOMEM}) {
    SCOPED_TRACE(error);
    const std::size_t ended = running_.handler().Count(Event::kClose);
    scripted_kernel::Fail(ended, error);
    running_.Publish("to all", Delivery::kEvery);
    ASSERT_TRUE(running_.handler().WaitFor(Event::kClose, ended + 1));
    EXPECT_EQ(clients[ended].ReadToEnd(), "");
    EXPECT_TRUE(clients[ended].ended());
    for (std::size_t i = ended + 1; i < clients.size(); ++i) {
      const auto frame = clients[i].ReadFrame();
      ASSERT_TRUE(frame.has_value());
      EXPECT_EQ(frame->payload, "to all");
    }
  }
}

// The kernel does not say when it has memory again.
TEST_F(ShortWriteTest, WithoutMemoryIsTriedAgain) {
  RawSocket client = Connect(0);
  scripted_kernel::Fail(0, ENOBUFS);
  GiveAll(&client);
  ASSERT_TRUE(Eventually([] { return scripted_kernel::ShortWrites(0) > 1; }));
  scripted_kernel::Fail(0, 0);
  const std::string stream = WholeStream();
  EXPECT_EQ(client.ReadBytes(stream.size()), stream);
}

TEST_F(ShortWriteTest, HandlersMaySendCloseAndThrowBetweenBroadcasts) {
  std::vector<RawSocket> clients;
  for (std::size_t i = 0; i < 3; ++i) clients.push_back(Connect(i));
  running_.OnHub([this] {
    running_.handler().on_message = [this](SessionId id,
                                           const InboundMessage&) {
      Broadcaster& out = running_.out();
      out.Publish({{1, Payload("one")}}, Delivery::kEvery, 0);
      out.Send(id, Payload("to you"), Delivery::kEvery);
      out.Close(running_.handler().Opened(1), CloseCode::kPolicy, "out");
      out.Close(id, CloseCode::kNormal, "you too");
      out.Publish({{1, Payload("two")}, {1, Payload("three")}},
                  Delivery::kEvery, 0);
      throw std::runtime_error("from inside a handler");
    };
  });
  // Something waits for the second one meanwhile.
  scripted_kernel::Take(1, 1);
  ASSERT_TRUE(clients[0].Send(ClientFrame(kText, "go")));
  ASSERT_TRUE(Eventually([&] { return !running_.log().empty(); }));
  running_.OnHub([] {});
  scripted_kernel::TakeAgain(1, scripted_kernel::kAll);

  const auto expect = [](RawSocket& client,
                         const std::vector<std::string>& texts, int code) {
    for (const std::string& text : texts) {
      const auto frame = client.ReadFrame();
      ASSERT_TRUE(frame.has_value());
      EXPECT_EQ(frame->payload, text);
    }
    if (code == 0) return;
    const auto close = client.ReadFrame();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->close_code(), code);
  };
  expect(clients[0], {"one", "to you"}, 1000);
  expect(clients[1], {"one"}, 1008);
  expect(clients[2], {"one", "two", "three"}, 0);
}

}  // namespace
}  // namespace tickerhub::testing
