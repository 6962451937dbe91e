// One allocation of the server's after the other fails. Either nobody notices,
// or the server ends, says so and leaves nothing behind.

#include <dirent.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/deadline.h"
#include "support/failing_memory.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/websocketpp/channel.h"

namespace tickerhub::testing {
namespace {

constexpr int kTicks = 5;
// A life takes fewer.
constexpr std::size_t kMostAllocations = 2'000;

std::size_t OpenDescriptors() {
  std::size_t count = 0;
  DIR* const folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// Lets its clients follow topic 1 and says back what they say.
class FollowingHandler final : public ChannelHandler {
 public:
  explicit FollowingHandler(Server& server)
      : channel(server.AddChannel("/follow")) {
    channel.SetHandler(*this);
  }

  void OnOpen(SessionId session, const SessionInfo&) override {
    ++opened;
    channel.Subscribe(session, 1);
  }
  void OnMessage(SessionId session, const InboundMessage& message) override {
    channel.Send(session, Payload(message.data), Delivery::kEvery);
  }
  void OnDrained(SessionId, std::uint64_t) override {}
  void OnClose(SessionId) override { ++closed; }

  Channel& channel;
  std::atomic<int> opened{0};
  std::atomic<int> closed{0};
};

// A server with a client that is there before the fault: the witness.
class Life {
 public:
  explicit Life(int event_loops)
      : running_(Options(event_loops), [this](Server& server) {
          handler_ = std::make_unique<FollowingHandler>(server);
        }) {}

  // Lets the `nth` allocation fail while a client comes and goes. Returns
  // whether there were as many.
  bool Suffer(std::size_t nth);

 private:
  static Server::Options Options(int event_loops) {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = event_loops;
    // Whom a fault has left without an answer goes by a deadline.
    options.handshake_timeout = std::chrono::milliseconds(300);
    options.stop_timeout = std::chrono::milliseconds(300);
    return options;
  }

  bool out_of_memory() { return running_.server().out_of_memory(); }
  void Publish(const char* text);
  std::string ComeAndGo();
  std::string HearWitness(const std::string& cut_off);

  std::unique_ptr<FollowingHandler> handler_;
  RunningServer running_;
  RawSocket witness_;
};

void Life::Publish(const char* text) {
  const auto done = std::make_shared<std::atomic<bool>>(false);
  running_.server().Post([this, text, done] {
    handler_->channel.Publish({{1, Payload(std::string_view(text))}},
                              Delivery::kEvery, 0);
    *done = true;
  });
  ASSERT_TRUE(Eventually([&] { return *done || out_of_memory(); }));
}

// Connects, says something, reads the answer, follows ticks and leaves. Says at
// which step the client was cut off; nothing: it was not.
std::string Life::ComeAndGo() {
  RawSocket socket(running_.port());
  if (!socket.connected()) return "connecting";
  if (!socket.Upgrade("/follow")) return "the handshake";
  if (!socket.Send(ClientFrame(kText, "hello"))) return "sending";
  const auto answer = socket.ReadFrame();
  if (!answer || answer->payload != "hello") return "the answer";
  for (int i = 0; i < kTicks; ++i) {
    Publish("tick");
    const auto tick = socket.ReadFrame();
    if (!tick || tick->payload != "tick") return "a tick";
  }
  if (!socket.Send(ClientFrame(kCloseOpcode, ""))) return "closing";
  return socket.ReadCloseFrame() ? "" : "the end";
}

// The witness gets every tick, unless the fault hit its own socket: then it is
// cut off, and misses nothing in silence. Returns what is wrong.
std::string Life::HearWitness(const std::string& cut_off) {
  Publish("last");
  int ticks = 0;
  std::optional<RawSocket::Frame> frame;
  while ((frame = witness_.ReadFrame()) && frame->payload == "tick") ++ticks;
  if (!frame) {  // one fault, one victim
    return cut_off.empty() ? "" : "both are cut off, the other at " + cut_off;
  }
  return ticks == kTicks || !cut_off.empty() ? "" : std::to_string(ticks);
}

bool Life::Suffer(std::size_t nth) {
  witness_ = RawSocket(running_.port());
  EXPECT_TRUE(witness_.Upgrade("/follow"));
  EXPECT_TRUE(Eventually([&] { return handler_->opened == 1; }));
  FailAllocation(nth);
  const std::string cut_off = ComeAndGo();
  const bool has_failed = StopFailing();
  if (!has_failed) {
    EXPECT_EQ(cut_off, "");
  }
  const std::string witness = HearWitness(cut_off);
  const std::string next = ComeAndGo();
  // Which may take effect a little later than the client is cut off.
  if (!next.empty()) {
    EXPECT_TRUE(Eventually([&] { return out_of_memory(); }));
  }
  running_.Stop();
  if (!out_of_memory()) {
    EXPECT_EQ(witness, "");
    EXPECT_EQ(next, "");
    EXPECT_EQ(handler_->opened, handler_->closed);
  } else {
    EXPECT_EQ(running_.log().back().rfind("out of memory: ", 0), 0U);
    witness_.ReadToEnd();
    EXPECT_TRUE(witness_.ended());
  }
  return has_failed;
}

class OutOfMemoryTest : public ::testing::TestWithParam<int> {};

TEST_P(OutOfMemoryTest, EndsTheServerOrHarmsNobody) {
  bool has_failed = true;
  for (std::size_t nth = 1; has_failed && !HasFailure(); ++nth) {
    ASSERT_LT(nth, kMostAllocations);
    SCOPED_TRACE("allocation " + std::to_string(nth));
    const std::size_t descriptors = OpenDescriptors();
    has_failed = Life(GetParam()).Suffer(nth);
    EXPECT_EQ(OpenDescriptors(), descriptors);
  }
}

INSTANTIATE_TEST_SUITE_P(Loops, OutOfMemoryTest, ::testing::Values(1, 2));

}  // namespace
}  // namespace tickerhub::testing
