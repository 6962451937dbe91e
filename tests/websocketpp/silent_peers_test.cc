// Peers that say nothing any more, wherever they stop: each is gone within its
// deadline, and counted. Time passes as the test says.

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "support/moving_time.h"
#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using Counters = Server::Counters;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kHandshake{5'000};
constexpr milliseconds kIdle{75'000};

// What a client sends before it falls silent, and what becomes of it.
struct Silence {
  const char* name;
  std::string request;  // empty: none
  std::string frames;   // behind the handshake, if there is one
  milliseconds deadline;
  std::function<std::uint64_t(const Counters&)> counter;
};

void PrintTo(const Silence& silence, std::ostream* out) {
  *out << silence.name;
}

std::uint64_t Failed(const Counters& counters) {
  return counters.handshakes_failed;
}
std::uint64_t Idle(const Counters& counters) { return counters.closed_idle; }

std::string Half(const std::string& text) {
  return text.substr(0, text.size() / 2);
}

class SilentPeersTest : public ::testing::TestWithParam<Silence> {
 protected:
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.handshake_timeout = kHandshake;
    options.idle_timeout = kIdle;
    return options;
  }

  RunningServer running_{Options(), [](Server& server) {
                           server.Route(
                               "POST", "/taken",
                               [](const HttpRequest&, const HttpReply& reply) {
                                 reply(HttpResponse());
                               });
                         }};
};

TEST_P(SilentPeersTest, AreGoneWithinTheirDeadlineAndCounted) {
  const Silence& silence = GetParam();
  RawSocket peer(running_.port());
  ASSERT_TRUE(peer.Send(silence.request));
  if (!silence.frames.empty()) {
    ASSERT_EQ(StatusOf(peer.ReadUntil("\r\n\r\n")), 101);
    ASSERT_TRUE(peer.Send(silence.frames));
  }
  const std::size_t sent = silence.request.size() + silence.frames.size();
  ASSERT_TRUE(running_.Counts([&](const Counters& counters) {
    return counters.connections == 1 && counters.bytes_received == sent;
  }));
  LetPass(&running_, silence.deadline - seconds(2));
  EXPECT_EQ(running_.counters().connections, 1U);
  EXPECT_EQ(silence.counter(running_.counters()), 0U);
  LetPass(&running_, seconds(3));
  EXPECT_EQ(silence.counter(running_.counters()), 1U);
  // A session is told, and given the time for its answer.
  LetPass(&running_, kHandshake + seconds(2));
  EXPECT_EQ(running_.counters().connections, 0U);
  EXPECT_EQ(running_.counters().queued_bytes, 0U);
  peer.ReadToEnd();
  EXPECT_TRUE(peer.ended());
}

INSTANTIATE_TEST_SUITE_P(
    Everywhere, SilentPeersTest,
    ::testing::Values(
        Silence{"Nothing", "", "", kHandshake, Failed},
        Silence{"HalfARequestLine", "GET /heal", "", kHandshake, Failed},
        Silence{"HalfAHandshake", Half(UpgradeRequest("/a")), "", kHandshake,
                Failed},
        Silence{"HalfABody",
                "POST /taken HTTP/1.1\r\nHost: x\r\n"
                "Content-Length: 10\r\n\r\nhalf",
                "", kHandshake, Failed},
        Silence{"HalfAChunk",
                "POST /taken HTTP/1.1\r\nHost: x\r\n"
                "Transfer-Encoding: chunked\r\n\r\na\r\nhalf",
                "", kHandshake, Failed},
        Silence{"ASession", UpgradeRequest("/a"), ClientFrame(kPong, ""), kIdle,
                Idle},
        Silence{"HalfAFramesHeader", UpgradeRequest("/a"), "\x81", kIdle, Idle},
        Silence{"HalfAFrame", UpgradeRequest("/a"),
                Half(ClientFrame(kText, std::string(100, 'x'))), kIdle, Idle},
        Silence{"HalfAMessage", UpgradeRequest("/a"),
                ClientFrame(kText, "half", /*fin=*/false), kIdle, Idle}),
    [](const auto& one) { return one.param.name; });

// It is asked for half a minute by then.
TEST(SilentPeerTest, WhoNeverAnswersAPingIsAskedTwiceAndThenClosed) {
  RunningServer running;
  RawSocket peer(running.port());
  ASSERT_TRUE(peer.Upgrade("/a"));
  LetPass(&running, kIdle + seconds(1));
  int pings = 0;
  auto frame = peer.ReadFrame();
  for (; frame && frame->opcode == kPing; frame = peer.ReadFrame()) ++pings;
  EXPECT_EQ(pings, 2);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->close_code(), 4002);
}

// Bytes are no message, but a sign of life: a slow one is not cut off.
TEST(SilentPeerTest, WhoSendsAFrameByteByByteIsNotSilent) {
  RunningServer running;
  RawSocket peer(running.port());
  ASSERT_TRUE(peer.Upgrade("/a"));
  const std::string frame = ClientFrame(kText, "slow");
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::uint64_t before = running.counters().bytes_received;
    ASSERT_TRUE(peer.Send(frame.substr(i, 1)));
    ASSERT_TRUE(running.Counts(
        [&](const Counters& c) { return c.bytes_received == before + 1; }));
    LetPass(&running, seconds(60));
  }
  EXPECT_EQ(running.handler().Message(), "slow");
  EXPECT_EQ(running.counters().closed_idle, 0U);
}

// Slow-loris: each byte of a request is no progress that counts.
TEST(SilentPeerTest, WhoSendsARequestByteByByteHasNoMoreTime) {
  RunningServer running;
  RawSocket peer(running.port());
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(peer.Send("G"));
    ASSERT_TRUE(running.Counts([&](const Counters& c) {
      return c.bytes_received == static_cast<std::uint64_t>(i + 1);
    }));
    LetPass(&running, milliseconds(1'200));
  }
  EXPECT_EQ(running.counters().handshakes_failed, 0U);
  LetPass(&running, seconds(1));
  EXPECT_EQ(running.counters().handshakes_failed, 1U);
}

}  // namespace
}  // namespace tickerhub::testing
