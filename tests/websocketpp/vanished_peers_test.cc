// Peers that vanish without a word: their packets are lost from some moment on.
// Each test has a network of its own and takes it down.

#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/websocketpp/http_stream.h"

namespace tickerhub::testing {
namespace {

using std::chrono::milliseconds;

bool SetLoopback(bool is_up) {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request = {};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  bool done = ::ioctl(any, SIOCGIFFLAGS, &request) == 0;
  request.ifr_flags = static_cast<short>(is_up ? request.ifr_flags | IFF_UP
                                               : request.ifr_flags & ~IFF_UP);
  done = done && ::ioctl(any, SIOCSIFFLAGS, &request) == 0;
  ::close(any);
  return done;
}

class VanishedPeersTest : public ::testing::Test {
 protected:
  // Before there are threads: they would stay in the network of before.
  void SetUp() override {
    const bool is_alone = ::unshare(CLONE_NEWNET) == 0 ||
                          ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
    if (!is_alone || !SetLoopback(true)) {
      GTEST_SKIP() << "this machine allows no network of its own";
    }
    Server::Options options = RunningServer::AnyPort();
    options.ping_interval = milliseconds(50);
    options.idle_timeout = milliseconds(200);
    options.handshake_timeout = milliseconds(200);
    options.write_timeout = milliseconds(200);
    running_.emplace(options, [this](Server& server) {
      server.Route("GET", "/stream",
                   [this](const HttpRequest&, const HttpReply& reply) {
                     HttpResponse response;
                     response.stream = [this](std::shared_ptr<HttpStream> s) {
                       stream_ = std::move(s);
                       stream_->Write("data: first\n\n",
                                      [this](bool) { written_.set_value(); });
                     };
                     reply(response);
                   });
    });
  }
  void TearDown() override {
    if (!running_) return;
    running_->OnHub([this] { stream_ = nullptr; });
    running_.reset();
  }

  bool IsEmpty() {
    return running_->Counts(
        [](const Server::Counters& c) { return c.connections == 0; });
  }

  std::shared_ptr<HttpStream> stream_;
  std::promise<void> written_;  // its first bytes
  std::optional<RunningServer> running_;
};

TEST_F(VanishedPeersTest, ASessionIsGone) {
  RawSocket peer(running_->port());
  ASSERT_TRUE(peer.Upgrade("/a"));
  ASSERT_TRUE(SetLoopback(false));
  EXPECT_TRUE(IsEmpty());
  EXPECT_EQ(running_->counters().closed_idle, 1U);
  EXPECT_TRUE(running_->handler().WaitFor(ScriptedHandler::Event::kClose));
}

TEST_F(VanishedPeersTest, AHandshakeIsGone) {
  RawSocket peer(running_->port());
  ASSERT_TRUE(peer.Send("GET /a HT"));
  ASSERT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.bytes_received == 9; }));
  ASSERT_TRUE(SetLoopback(false));
  EXPECT_TRUE(IsEmpty());
  EXPECT_EQ(running_->counters().handshakes_failed, 1U);
}

// The kernel takes what is written, so nothing waits; only that nobody
// acknowledges it tells.
TEST_F(VanishedPeersTest, TheReaderOfAStreamIsGone) {
  RawSocket peer(running_->port());
  ASSERT_TRUE(peer.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"));
  peer.ReadUntil("data: first\n\n");
  written_.get_future().wait();
  ASSERT_TRUE(SetLoopback(false));
  running_->OnHub([this] { stream_->Write(": beat\n\n", nullptr); });
  EXPECT_TRUE(IsEmpty());
  EXPECT_EQ(running_->counters().responses_cut, 1U);
}

}  // namespace
}  // namespace tickerhub::testing
