// Sessions and HTTP over TLS. The client is OpenSSL's.

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/test_certificate.h"
#include "support/tls_server.h"
#include "support/tls_socket.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;

class TlsSessionTest : public ::testing::TestWithParam<int> {
 protected:
  TlsSessionTest() {
    running_.OnHub([this] {
      running_.handler().on_open = [this](SessionId id) {
        running_.out().Subscribe(id, 1);
      };
    });
  }

  TlsSocket Connect() const {
    TlsSocket::Options options;
    options.version = GetParam();
    return TlsSocket(running_.port(), options);
  }

  // With a session on "/a" that follows topic 1.
  TlsSocket Open(std::size_t index = 0) {
    TlsSocket client = Connect();
    EXPECT_TRUE(client.secured()) << client.failure();
    EXPECT_TRUE(client.Upgrade("/a"));
    EXPECT_TRUE(running_.handler().WaitFor(Event::kOpen, index + 1));
    running_.OnHub([] {});
    return client;
  }

  bool AllGone() {
    return running_.Counts(
        [](const Server::Counters& c) { return c.connections == 0; });
  }

  TestCertificate certificate_;
  RunningServer running_{TlsOptions(certificate_)};
};

INSTANTIATE_TEST_SUITE_P(Versions, TlsSessionTest,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12"
                                                                  : "Tls13";
                         });

TEST_P(TlsSessionTest, HttpIsAnsweredAndTheEndIsTold) {
  TlsSocket client = Connect();
  ASSERT_TRUE(client.secured()) << client.failure();
  EXPECT_EQ(SSL_version(client.ssl()), GetParam());
  ASSERT_TRUE(client.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(StatusOf(client.ReadToEnd()), 200);
  EXPECT_TRUE(client.was_told_the_end());
  EXPECT_FALSE(client.was_reset());
  client.Close();
  EXPECT_TRUE(AllGone());
  EXPECT_EQ(running_.counters().tls_handshakes, 1U);
  EXPECT_EQ(running_.counters().handshakes_failed, 0U);
}

TEST_P(TlsSessionTest, TheUrlSaysHttps) {
  EXPECT_EQ(running_.server().url(),
            "https://127.0.0.1:" + std::to_string(running_.port()) + "/");
}

TEST_P(TlsSessionTest, MessagesGoBothWays) {
  TlsSocket client = Open();
  ASSERT_TRUE(client.Send(ClientFrame(kText, "hello")));
  EXPECT_EQ(running_.handler().Message(), "hello");
  running_.Send(running_.handler().Opened(), "answer");
  EXPECT_EQ(client.ReadFrame()->payload, "answer");
}

// One read of the server's finds both records.
TEST_P(TlsSessionTest, MessagesThatComeWithTheRequestAreHandled) {
  TlsSocket client = Connect();
  ASSERT_TRUE(client.Send(UpgradeRequest("/a")));
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(client.Send(ClientFrame(kText, std::to_string(i))));
  }
  EXPECT_EQ(running_.handler().Message(19), "19");
}

TEST_P(TlsSessionTest, TheMessagesOfATickShareARecord) {
  TlsSocket client = Open();
  const std::size_t before = client.records();
  running_.OnHub([this] {
    running_.out().Publish(
        {{1, Payload("a")}, {1, Payload("b")}, {1, Payload("c")}},
        Delivery::kLatest, 0);
  });
  std::string all;
  for (int i = 0; i < 3; ++i) all += client.ReadFrame()->payload;
  EXPECT_EQ(all, "abc");
  EXPECT_EQ(client.records() - before, 1U);
}

TEST_P(TlsSessionTest, LargeMessagesComeWhole) {
  TlsSocket client = Open();
  const std::string large(100'000, 'x');
  running_.OnHub([&] {
    running_.out().Publish(
        {{1, Payload("small")}, {1, Payload(large)}, {1, Payload("last")}},
        Delivery::kEvery, 0);
  });
  EXPECT_EQ(client.ReadFrame()->payload, "small");
  EXPECT_EQ(client.ReadFrame()->payload, large);
  EXPECT_EQ(client.ReadFrame()->payload, "last");
}

// The queue holds messages as they are, and they are encrypted when there is
// room.
TEST_P(TlsSessionTest, AReaderThatPausesGetsEverythingInItsOrder) {
  TlsSocket::Options options;
  options.version = GetParam();
  options.receive_buffer_bytes = 4096;
  TlsSocket client(running_.port(), options);
  ASSERT_TRUE(client.Upgrade("/a"));
  const SessionId id = running_.handler().Opened();
  std::size_t count = 0;
  ASSERT_TRUE(Eventually([&] {
    running_.Send(id, std::to_string(count++) + std::string(20'000, ' '));
    return running_.counters().queued_bytes > 100'000;
  }));
  for (std::size_t i = 0; i < count; ++i) {
    const auto frame = client.ReadFrame();
    ASSERT_TRUE(frame);
    ASSERT_EQ(std::stoul(frame->payload), i);
  }
  EXPECT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.queued_bytes == 0; }));
}

TEST_P(TlsSessionTest, AStalledReaderIsSkippedAndToldWhenItHasDrained) {
  TlsSocket::Options options;
  options.version = GetParam();
  options.receive_buffer_bytes = 4096;
  TlsSocket client(running_.port(), options);
  ASSERT_TRUE(client.Upgrade("/a"));
  running_.handler().Opened();
  running_.OnHub([] {});
  std::uint64_t count = 0;
  ASSERT_TRUE(Eventually([&] {
    running_.Publish(std::to_string(count) + std::string(20'000, ' '),
                     Delivery::kLatest, count);
    ++count;
    return running_.counters().messages_skipped > 0;
  }));
  // What waits is the rest of one record.
  EXPECT_LT(running_.counters().queued_bytes, 40'000U);
  std::uint64_t next = 0;
  while (running_.handler().Count(Event::kDrained) == 0) {
    ASSERT_EQ(std::stoul(client.ReadFrame()->payload), next++);
    if (next == count - 1) break;
  }
  EXPECT_TRUE(running_.handler().WaitFor(Event::kDrained));
}

TEST_P(TlsSessionTest, TheCloseIsAnsweredAndThenTheEndIsTold) {
  TlsSocket client = Open();
  ASSERT_TRUE(client.Send(ClientFrame(kCloseOpcode, ClosePayload(1000))));
  EXPECT_EQ(client.ReadCloseFrame()->close_code(), 1000);
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(client.was_told_the_end());
  EXPECT_FALSE(client.was_reset());
  client.Close();
  EXPECT_TRUE(AllGone());
}

TEST_P(TlsSessionTest, AClientThatTellsItsEndGetsItsAnswers) {
  running_.OnHub([this] {
    running_.handler().on_message = [this](SessionId id,
                                           const InboundMessage& message) {
      running_.out().Send(id, Payload(std::string(message.data)),
                          Delivery::kEvery);
    };
  });
  TlsSocket client = Open();
  ASSERT_TRUE(client.Send(ClientFrame(kText, "last words")));
  client.SendTheEnd();
  EXPECT_EQ(client.ReadFrame()->payload, "last words");
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(AllGone());
}

TEST_P(TlsSessionTest, AClientThatVanishesIsGone) {
  {
    TlsSocket orderly = Open(0);
    TlsSocket reset = Open(1);
    reset.Reset();
  }
  EXPECT_TRUE(AllGone());
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose, 2));
}

TEST_P(TlsSessionTest, StoppingClosesTheSession) {
  TlsSocket client = Open();
  running_.server().Stop();
  EXPECT_EQ(client.ReadCloseFrame()->close_code(), 1001);
  ASSERT_TRUE(client.Send(ClientFrame(kCloseOpcode, ClosePayload(1001))));
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_TRUE(client.was_told_the_end());
}

TEST_P(TlsSessionTest, ARecordThatIsAlteredEndsTheSessionWithAnAlert) {
  TlsSocket client = Open();
  // A record of application data with 30 bytes that nobody has encrypted.
  const std::string forged =
      std::string("\x17\x03\x03\x00\x1e", 5) + std::string(30, 'x');
  ASSERT_EQ(::send(client.descriptor(), forged.data(), forged.size(), 0),
            static_cast<ssize_t>(forged.size()));
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_NE(client.failure().find("bad record mac"), std::string::npos)
      << client.failure();
  client.Close();
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
  EXPECT_TRUE(AllGone());
}

TEST_P(TlsSessionTest, ARecordThatIsCutShortGivesNoMessage) {
  TlsSocket client = Open();
  const std::string half = std::string("\x17\x03\x03\x00\x64", 5) + "half";
  ASSERT_EQ(::send(client.descriptor(), half.data(), half.size(), 0),
            static_cast<ssize_t>(half.size()));
  client.ShutdownSend();
  EXPECT_TRUE(running_.handler().WaitFor(Event::kClose));
  EXPECT_EQ(running_.handler().Count(Event::kMessage), 0U);
  client.Close();
  EXPECT_TRUE(AllGone());
}

}  // namespace
}  // namespace tickerhub::testing
