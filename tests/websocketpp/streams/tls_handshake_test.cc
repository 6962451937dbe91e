// TLS handshakes: what is agreed on, what is refused, and what a slow or a
// hostile client costs.

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "support/test_certificate.h"
#include "support/tls_server.h"
#include "support/tls_socket.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using std::chrono::milliseconds;

constexpr char kHealth[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

// The first record of a client, as OpenSSL makes it.
std::string ClientHello() {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL* const ssl = SSL_new(context);
  BIO* const written = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, BIO_new(BIO_s_mem()), written);
  SSL_connect(ssl);
  char* data = nullptr;
  const long size = BIO_get_mem_data(written, &data);
  std::string hello(data, static_cast<std::size_t>(size));
  SSL_free(ssl);
  SSL_CTX_free(context);
  return hello;
}

class TlsHandshakeTest : public ::testing::Test {
 protected:
  bool Failed(std::uint64_t count) {
    return running_.Counts([count](const Server::Counters& c) {
      return c.tls_handshakes_failed == count && c.handshakes_failed == count;
    });
  }
  TlsSocket Connect(const TlsSocket::Options& options) const {
    return TlsSocket(running_.port(), options);
  }

  TestCertificate certificate_;
  RunningServer running_{TlsOptions(certificate_)};
};

TEST_F(TlsHandshakeTest, Tls11IsRefused) {
  TlsSocket::Options options;
  options.version = TLS1_1_VERSION;
  // Otherwise this client would not even ask.
  options.ciphers = "ALL:@SECLEVEL=0";
  TlsSocket client = Connect(options);
  EXPECT_FALSE(client.secured());
  EXPECT_NE(client.failure().find("protocol version"), std::string::npos)
      << client.failure();
  EXPECT_TRUE(Failed(1));
}

TEST_F(TlsHandshakeTest, CiphersWithoutForwardSecrecyAreRefused) {
  for (const char* const weak :
       {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256"}) {
    TlsSocket::Options options;
    options.version = TLS1_2_VERSION;
    options.ciphers = weak;
    TlsSocket client = Connect(options);
    EXPECT_FALSE(client.secured()) << weak;
    EXPECT_NE(client.failure().find("handshake failure"), std::string::npos)
        << client.failure();
  }
}

TEST_F(TlsHandshakeTest, Http11IsChosenAmongTheClientsProtocols) {
  TlsSocket::Options options;
  options.protocols = "\x02h2\x08http/1.1";
  TlsSocket client = Connect(options);
  ASSERT_TRUE(client.secured()) << client.failure();
  EXPECT_EQ(client.Protocol(), "http/1.1");
}

TEST_F(TlsHandshakeTest, AClientOfOtherProtocolsOnlyIsRefused) {
  TlsSocket::Options options;
  options.protocols = "\x02h2";
  TlsSocket client = Connect(options);
  EXPECT_FALSE(client.secured());
  EXPECT_NE(client.failure().find("no application protocol"), std::string::npos)
      << client.failure();
}

TEST_F(TlsHandshakeTest, RenegotiationIsRefused) {
  TlsSocket::Options options;
  options.version = TLS1_2_VERSION;
  TlsSocket client = Connect(options);
  ASSERT_TRUE(client.secured());
  SSL_renegotiate(client.ssl());
  client.Send(kHealth);
  client.ReadToEnd();
  EXPECT_NE(client.failure().find("no renegotiation"), std::string::npos)
      << client.failure();
  EXPECT_EQ(running_.counters().tls_handshakes, 1U);
}

TEST_F(TlsHandshakeTest, NewKeysInTheMiddleChangeNothing) {
  TlsSocket client = Connect({});
  ASSERT_TRUE(client.Upgrade("/a"));
  const SessionId id = running_.handler().Opened();
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    const std::string text = std::to_string(i);
    ASSERT_TRUE(client.Send(ClientFrame(kText, text)));
    ASSERT_EQ(running_.handler().Message(static_cast<std::size_t>(i)), text);
    running_.Send(id, text);
    ASSERT_EQ(client.ReadFrame()->payload, text);
  }
}

// The proxy's header is plain, and stands before everything else.
TEST(TlsBehindProxyTest, TheHeaderOfAProxyComesBeforeTheHello) {
  const TestCertificate certificate;
  Server::Options options = TlsOptions(certificate);
  options.trusted_proxies = {"127.0.0.1"};
  options.proxy_protocol = true;
  RunningServer running(options);
  const std::string version2(
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xCB\0\x71\x07\xC0\0\x02\x01\x12\x67\0"
      "P",
      28);
  const std::string headers[] = {
      "PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n", version2};
  std::size_t clients = 0;
  for (const std::string& header : headers) {
    TlsSocket::Options behind;
    behind.before_tls = header;
    TlsSocket client(running.port(), behind);
    ASSERT_TRUE(client.secured()) << client.failure();
    ASSERT_TRUE(client.Upgrade("/a"));
    ++clients;
    ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, clients));
    EXPECT_EQ(running.handler()
                  .events()
                  .back()
                  .info.request.remote_address.ToString(),
              "203.0.113.7");
    client.Close();
    ASSERT_TRUE(running.handler().WaitFor(Event::kClose, clients));
  }
  EXPECT_FALSE(TlsSocket(running.port()).secured()) << "without a header";
}

class TlsResumptionTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Versions, TlsResumptionTest,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

// The loops share the keys of the tickets, so any of them will do.
TEST_P(TlsResumptionTest, AClientWithATicketMakesAShortHandshakeOnEachLoop) {
  const TestCertificate certificate;
  Server::Options server_options = TlsOptions(certificate);
  server_options.event_loops = 2;
  RunningServer running(server_options);
  TlsSocket::Options options;
  options.version = GetParam();
  TlsSocket first(running.port(), options);
  ASSERT_TRUE(first.Upgrade("/a"));  // a ticket of TLS 1.3 comes before it
  options.session = first.Session();
  for (int i = 0; i < 4; ++i) {
    TlsSocket next(running.port(), options);
    ASSERT_TRUE(next.Upgrade("/a"));
    EXPECT_TRUE(next.resumed());
    options.session = next.Session();
  }
  EXPECT_EQ(running.counters().tls_handshakes, 5U);
  EXPECT_EQ(running.counters().tls_resumed, 4U);
}

TEST_F(TlsHandshakeTest, AHelloInSingleBytesIsWaitedFor) {
  const std::string hello = ClientHello();
  RawSocket client(running_.port());
  for (const char c : hello) ASSERT_TRUE(client.Send({&c, 1}));
  // The server's first record: a handshake.
  EXPECT_EQ(client.ReadBytes(3), std::string("\x16\x03\x03"));
}

TEST_F(TlsHandshakeTest, WhoSpeaksHttpIsToldWhatIsSpokenHere) {
  const std::string answer = Exchange(running_.port(), kHealth);
  EXPECT_EQ(StatusOf(answer), 400);
  EXPECT_EQ(BodyOf(answer),
            "this port speaks TLS; use https:// or wss:// here.\n");
  EXPECT_EQ(HeaderOf(answer, "Content-Length"),
            std::to_string(BodyOf(answer).size()));
  EXPECT_TRUE(Failed(1));
}

TEST_F(TlsHandshakeTest, NonsenseIsRefused) {
  // No TLS; a record that is too long; a hello that is none.
  const std::string nonsense[] = {
      std::string("\0\0\0\0\0\0", 6), std::string("\x16\x03\x01\xff\xff") + "x",
      std::string("\x16\x03\x01\x00\x04", 5) + "\x02\x02\x02\x02"};
  std::uint64_t count = 0;
  for (const std::string& bytes : nonsense) {
    RawSocket client(running_.port());
    ASSERT_TRUE(client.Send(bytes));
    client.ReadToEnd();
    EXPECT_TRUE(client.ended());
    EXPECT_TRUE(Failed(++count));
  }
  EXPECT_TRUE(Connect({}).secured());
}

TEST_F(TlsHandshakeTest, WhoHangsUpInTheMiddleIsGone) {
  const std::string hello = ClientHello();
  std::uint64_t count = 0;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, hello.size() / 2, hello.size()}) {
    RawSocket client(running_.port());
    ASSERT_TRUE(client.Send(hello.substr(0, size)));
    client.ShutdownSend();
    EXPECT_TRUE(Failed(++count)) << size;
    client.ReadToEnd();
  }
  EXPECT_TRUE(running_.Counts(
      [](const Server::Counters& c) { return c.connections == 0; }));
}

TEST(TlsDeadlineTest, AHandshakeThatTakesTooLongIsCutOff) {
  const TestCertificate certificate;
  Server::Options options = TlsOptions(certificate);
  options.handshake_timeout = milliseconds(50);
  RunningServer running(options);
  const std::string hello = ClientHello();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, hello.size()}) {
    RawSocket client(running.port());
    ASSERT_TRUE(client.Send(hello.substr(0, size)));
    client.ReadToEnd();
    EXPECT_TRUE(client.ended());
  }
  EXPECT_EQ(running.counters().tls_handshakes_failed, 3U);
}

// The first client has begun and stops. The second one waits for its turn.
TEST(TlsLimitTest, FurtherHandshakesWaitForThoseUnderWay) {
  const TestCertificate certificate;
  Server::Options options = TlsOptions(certificate);
  options.max_tls_handshakes = 1;
  RunningServer running(options);
  RawSocket first(running.port());
  ASSERT_TRUE(first.Send(ClientHello()));
  EXPECT_EQ(first.ReadBytes(1), "\x16");
  RawSocket second(running.port());
  ASSERT_TRUE(second.Send(ClientHello()));
  ASSERT_TRUE(running.Counts(
      [](const Server::Counters& c) { return c.tls_handshakes_held == 1; }));
  running.OnHub([] {});
  second.ReadAvailable();
  first.Close();
  EXPECT_EQ(second.ReadBytes(1), "\x16");
  second.Close();
  EXPECT_TRUE(TlsSocket(running.port()).secured());
}

// On a machine that stops in between, the second one is cut off too; then they
// try again.
TEST(TlsLimitTest, OneThatIsCutOffMakesRoomForThoseThatWait) {
  const TestCertificate certificate;
  Server::Options options = TlsOptions(certificate);
  options.max_tls_handshakes = 1;
  options.handshake_timeout = milliseconds(200);
  RunningServer running(options);
  const auto second_is_answered = [&running, &options] {
    RawSocket first(running.port());
    EXPECT_TRUE(first.Send(ClientHello()));
    EXPECT_EQ(first.ReadBytes(1), "\x16");
    std::this_thread::sleep_for(options.handshake_timeout / 2);
    RawSocket second(running.port());
    EXPECT_TRUE(second.Send(ClientHello()));
    return second.ReadBytes(1) == "\x16";
  };
  bool answered = false;
  for (int tries = 0; tries < 20 && !answered; ++tries) {
    answered = second_is_answered();
  }
  EXPECT_TRUE(answered);
}

TEST(TlsLimitTest, AServerThatIsFullSaysSoThroughTls) {
  const TestCertificate certificate;
  Server::Options options = TlsOptions(certificate);
  options.max_connections = 1;
  RunningServer running(options);
  TlsSocket first(running.port());
  ASSERT_TRUE(first.Upgrade("/a"));
  TlsSocket second(running.port());
  ASSERT_TRUE(second.secured()) << second.failure();
  ASSERT_TRUE(second.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(StatusOf(second.ReadToEnd()), 503);
  EXPECT_TRUE(second.was_told_the_end());
  EXPECT_FALSE(second.was_reset());
}

TEST(TlsListenerTest, PlainAndTlsListenersServeTheSameChannels) {
  const TestCertificate certificate;
  Server::Options options = TlsOptions(certificate);
  options.tls = false;
  RunningServer running(options, [](Server& server) {
    Listener listener;
    listener.tls = true;
    EXPECT_EQ(server.AddListener(listener), 1U);
  });
  EXPECT_EQ(running.server().url(0).substr(0, 5), "http:");
  EXPECT_EQ(running.server().url(1).substr(0, 6), "https:");
  RawSocket plain(running.port());
  EXPECT_TRUE(plain.Upgrade("/a"));
  TlsSocket secret(running.server().port(1));
  EXPECT_TRUE(secret.Upgrade("/a"));
  ASSERT_TRUE(running.handler().WaitFor(Event::kOpen, 2));
  running.Send(running.handler().Opened(0), "one");
  running.Send(running.handler().Opened(1), "two");
  EXPECT_EQ(plain.ReadFrame()->payload, "one");
  EXPECT_EQ(secret.ReadFrame()->payload, "two");
}

}  // namespace
}  // namespace tickerhub::testing
