// What a TLS connection gets when the kernel takes less than a record, or
// nothing, or fails: at every byte.

#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/scripted_kernel.h"
#include "support/test_certificate.h"
#include "support/tls_server.h"
#include "support/tls_socket.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

class TlsShortWriteTest : public ::testing::Test {
 protected:
  TlsShortWriteTest() {
    scripted_kernel::Reset();
    running_.OnHub([this] {
      running_.handler().on_open = [this](SessionId id) {
        running_.out().Subscribe(id, 1);
      };
    });
  }

  // The `index`-th client, on "/a".
  TlsSocket Connect(std::size_t index) {
    TlsSocket client(running_.port());
    EXPECT_TRUE(client.Upgrade("/a"));
    EXPECT_TRUE(running_.handler().WaitFor(Event::kOpen, index + 1));
    running_.OnHub([] {});
    return client;
  }

  // One record of 39 bytes, one of 28 for the answer, the close.
  void GiveAll(std::size_t index) {
    running_.OnHub([this, index] {
      running_.out().Publish({{1, Payload("first")}, {1, Payload("second")}},
                             Delivery::kEvery, 0);
      const SessionId id = running_.handler().Opened(index);
      running_.out().Send(id, Payload("last"), Delivery::kEvery);
      running_.out().Close(id, CloseCode::kNormal, "done");
    });
  }

  static void ExpectAll(TlsSocket* client) {
    for (const char* const text : {"first", "second", "last"}) {
      const auto frame = client->ReadFrame();
      ASSERT_TRUE(frame);
      ASSERT_EQ(frame->payload, text);
    }
    const auto close = client->ReadFrame();
    ASSERT_TRUE(close);
    ASSERT_EQ(close->close_code(), 1000);
  }

  bool AllGone() {
    return running_.Counts([](const Server::Counters& c) {
      return c.connections == 0 && c.queued_bytes == 0;
    });
  }

  TestCertificate certificate_;
  RunningServer running_{TlsOptions(certificate_)};
};

TEST_F(TlsShortWriteTest, AtEveryByteLosesNothingAndKeepsTheOrder) {
  constexpr std::size_t kAllBytes = 100;
  for (std::size_t bytes = 0; bytes <= kAllBytes; ++bytes) {
    TlsSocket client = Connect(bytes);
    scripted_kernel::Take(bytes, bytes);
    GiveAll(bytes);
    scripted_kernel::TakeAgain(bytes, scripted_kernel::kAll);
    ExpectAll(&client);
    ASSERT_TRUE(client.Send(ClientFrame(kCloseOpcode, ClosePayload(1000))));
    ASSERT_EQ(client.ReadToEnd(), "") << "cut after " << bytes;
    ASSERT_TRUE(client.was_told_the_end());
  }
  EXPECT_TRUE(AllGone());
}

TEST_F(TlsShortWriteTest, ByteByByteLosesNothingAndKeepsTheOrder) {
  TlsSocket client = Connect(0);
  scripted_kernel::Take(0, 0);
  GiveAll(0);
  constexpr std::size_t kMoreThanAll = 200;
  for (std::size_t i = 0; i < kMoreThanAll; ++i) {
    const std::size_t before = scripted_kernel::Writes().size();
    scripted_kernel::TakeAgain(0, 1);
    running_.OnHub([] {});
    if (i < 60) {
      ASSERT_TRUE(Eventually(
          [&] { return scripted_kernel::Writes().size() > before; }));
    }
  }
  scripted_kernel::TakeAgain(0, scripted_kernel::kAll);
  ExpectAll(&client);
}

// The handshake's own records, and the end of the connection.
TEST_F(TlsShortWriteTest, OfAHandshakeAndOfTheEndLosesNothing) {
  for (std::size_t bytes = 0; bytes < 40; ++bytes) {
    TlsSocket client = Connect(bytes);
    scripted_kernel::Take(bytes, bytes);
    ASSERT_TRUE(client.Send(ClientFrame(kCloseOpcode, ClosePayload(1000))));
    ASSERT_TRUE(
        Eventually([&] { return scripted_kernel::ShortWrites(bytes) > 0; }));
    scripted_kernel::TakeAgain(bytes, scripted_kernel::kAll);
    ASSERT_EQ(client.ReadCloseFrame()->close_code(), 1000);
    ASSERT_EQ(client.ReadToEnd(), "");
    ASSERT_TRUE(client.was_told_the_end()) << "cut after " << bytes;
  }
}

// It waits as a record that has to be sent; what follows it is skipped.
TEST_F(TlsShortWriteTest, APriceThatMeetsAFullSocketIsSentAndTheNextIsSkipped) {
  TlsSocket client = Connect(0);
  scripted_kernel::Take(0, 0);
  running_.Publish("1", Delivery::kLatest, 0);
  running_.Publish("2", Delivery::kLatest, 1);
  running_.Publish("3", Delivery::kLatest, 2);
  EXPECT_EQ(running_.counters().messages_skipped, 2U);
  scripted_kernel::TakeAgain(0, scripted_kernel::kAll);
  EXPECT_EQ(client.ReadFrame()->payload, "1");
  ASSERT_TRUE(running_.handler().WaitFor(Event::kDrained));
  running_.Send(running_.handler().Opened(), "newest", Delivery::kLatest);
  EXPECT_EQ(client.ReadFrame()->payload, "newest");
}

TEST_F(TlsShortWriteTest, AWriteThatFailsEndsTheSession) {
  TlsSocket client = Connect(0);
  scripted_kernel::Fail(0, EPIPE);
  running_.Publish("lost", Delivery::kEvery);
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
  EXPECT_TRUE(AllGone());
}

TEST_F(TlsShortWriteTest, NoMemoryForAWriteIsTriedAgain) {
  TlsSocket client = Connect(0);
  scripted_kernel::Fail(0, ENOBUFS);
  running_.Publish("late", Delivery::kEvery);
  EXPECT_GT(running_.counters().queued_bytes, 0U);
  scripted_kernel::Fail(0, 0);
  EXPECT_EQ(client.ReadFrame()->payload, "late");
}

}  // namespace
}  // namespace tickerhub::testing
