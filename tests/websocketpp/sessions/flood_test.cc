// A client that floods is never served before others: counted, not timed.
// What bounds the flood itself is in inbound_budget_test.cc.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/deadline.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/stock_tracker.h"

namespace tickerhub::testing {
namespace {

constexpr std::size_t kMaxUnhandled = 8;
constexpr int kFlood = 100;

// Passes everything on to a stock tracker and keeps the order of what came.
class Journal : public ChannelHandler {
 public:
  void Start(Server& server) {
    Channel& channel = server.AddChannel("/stocks");
    tracker_.emplace(channel, server.scheduler());
    channel.SetHandler(*this);
  }
  /// REQUIRES: the server does not run any more.
  void End() { tracker_.reset(); }

  void OnOpen(SessionId session, const SessionInfo& info) override {
    tracker_->OnOpen(session, info);
  }
  void OnMessage(SessionId session, const InboundMessage& message) override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      from_.push_back(session);
    }
    tracker_->OnMessage(session, message);
  }
  void OnDrained(SessionId session, std::uint64_t since) override {
    tracker_->OnDrained(session, since);
  }
  void OnClose(SessionId session) override { tracker_->OnClose(session); }

  /// Who sent the messages that were handled, in their order.
  std::vector<SessionId> handled() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return from_;
  }
  StockTracker::Counters counters() const { return tracker_->counters(); }

 private:
  std::optional<StockTracker> tracker_;
  mutable std::mutex mutex_;
  std::vector<SessionId> from_;
};

// Reads answers up to the one that holds `text`, snapshots passed over. Returns
// how many of them were `unknown-type`; nothing if it did not come.
std::optional<int> RefusedUntil(RawSocket* socket, std::string_view text) {
  int refused = 0;
  while (const auto frame = socket->ReadFrame()) {
    if (frame->payload.find(R"("code":"unknown-type")") != std::string::npos) {
      ++refused;
    }
    if (frame->payload.find(text) != std::string::npos) return refused;
  }
  return std::nullopt;
}

std::string FloodOf(int count) {
  std::string flood;
  for (int i = 1; i <= count; ++i) {
    flood += ClientFrame(kText, R"({"type":"dance","requestId":)" +
                                    std::to_string(i) + R"(,"x":")" +
                                    std::string(1'000, 'x') + "\"}");
  }
  return flood;
}

class FloodTest : public ::testing::Test {
 protected:
  // With two loops, the first and the third client are on the second loop, the
  // other one on the hub's thread.
  void Connect(int event_loops) {
    Server::Options options = RunningServer::AnyPort();
    options.max_unhandled_messages = kMaxUnhandled;
    options.event_loops = event_loops;
    running_.emplace(options,
                     [this](Server& server) { journal_.Start(server); });
    for (RawSocket* client : {&flooding_, &third_, &polite_}) {
      *client = RawSocket(running_->port());
      ASSERT_TRUE(client->Upgrade("/stocks"));
      ASSERT_TRUE(client->ReadFrame().has_value());  // the snapshot
    }
  }

  // As on a hub that can't keep up: nothing is handled until it is released.
  void BlockHub() {
    running_->server().Post([done = released_.get_future().share()] {
      done.wait_for(2 * kDeadline);
    });
  }

  // One is answered, the other is told for each message that is too many.
  // Returns how many of the flood were handled before the other one's request.
  std::size_t HandledBeforeThePoliteOne() {
    EXPECT_EQ(RefusedUntil(&polite_, R"("requestId":"polite")"), 0);
    EXPECT_EQ(
        RefusedUntil(&flooding_, "\"requestId\":" + std::to_string(kFlood)),
        kFlood);
    const std::vector<SessionId> handled = journal_.handled();
    EXPECT_EQ(handled.size(), std::size_t{kFlood} + 1);
    const SessionId flooder = handled.back();  // most of it comes afterwards
    const auto other =
        std::find_if(handled.begin(), handled.end(),
                     [flooder](SessionId id) { return id != flooder; });
    return static_cast<std::size_t>(other - handled.begin());
  }

  void End() {
    for (RawSocket* client : {&flooding_, &third_, &polite_}) client->Close();
    running_->Stop();
    EXPECT_EQ(journal_.counters().requests, std::uint64_t{kFlood} + 1);
    EXPECT_EQ(journal_.counters().errors, std::uint64_t{kFlood});
    journal_.End();
  }

  static std::string PoliteRequest() {
    return ClientFrame(kText, R"({"type":"subscribe","requestId":"polite"})");
  }

  std::promise<void> released_;
  Journal journal_;
  std::optional<RunningServer> running_;
  RawSocket flooding_;
  RawSocket third_;
  RawSocket polite_;
};

TEST_F(FloodTest, OnAnotherLoopIsServedNoneBeforeOthers) {
  Connect(/*event_loops=*/2);
  BlockHub();
  ASSERT_TRUE(flooding_.Send(FloodOf(kFlood)));
  EXPECT_TRUE(running_->Counts(
      [](const Server::Counters& c) { return c.readers_paused == 1; }));
  ASSERT_TRUE(polite_.Send(PoliteRequest()));
  // Answered without the hub: then the request before it waits for the hub.
  ASSERT_TRUE(polite_.Send(ClientFrame(kPing, "read?")));
  const auto pong = polite_.ReadFrame();
  released_.set_value();
  ASSERT_TRUE(pong.has_value());
  ASSERT_EQ(pong->opcode, kPong);
  EXPECT_EQ(HandledBeforeThePoliteOne(), kMaxUnhandled);
  End();
}

TEST_F(FloodTest, OnTheHubsThreadLetsOthersHaveTheirTurn) {
  Connect(/*event_loops=*/1);
  BlockHub();
  ASSERT_TRUE(flooding_.Send(FloodOf(kFlood)));
  ASSERT_TRUE(polite_.Send(PoliteRequest()));
  released_.set_value();
  // A turn reads 16 KiB at most; each message has more than 1,000 bytes.
  EXPECT_LE(HandledBeforeThePoliteOne(), 16U);
  EXPECT_EQ(running_->counters().readers_paused, 0U);
  End();
}

TEST(PongTest, AFloodOfPingsFromAClientThatDoesntReadIsBounded) {
  Server::Options options = RunningServer::AnyPort();
  options.socket_send_buffer_bytes = 4096;
  RunningServer running(options);
  RawSocket socket(running.port(), /*receive_buffer_bytes=*/4096);
  ASSERT_TRUE(socket.Upgrade("/a"));
  constexpr int kPings = 50'000;
  const std::string padding(100, '.');
  std::string pings;
  for (int i = 0; i < kPings; ++i) {
    pings += ClientFrame(kPing, std::to_string(i) + padding);
  }
  ASSERT_TRUE(socket.Send(pings));
  ASSERT_TRUE(socket.Send(ClientFrame(kText, "all were read")));
  ASSERT_EQ(running.handler().Message(), "all were read");
  // What it kept is what the kernel took and a few; the newest is answered in
  // any case (RFC 6455 §5.5.3).
  int pongs = 0;
  std::string newest;
  while (newest != std::to_string(kPings - 1) + padding) {
    const auto pong = socket.ReadFrame();
    ASSERT_TRUE(pong.has_value());
    ASSERT_EQ(pong->opcode, kPong);
    newest = pong->payload;
    ++pongs;
  }
  EXPECT_LT(pongs, kPings / 10);
}

}  // namespace
}  // namespace tickerhub::testing
