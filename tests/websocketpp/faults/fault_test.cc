// One call of the server's after the other fails: to the kernel, to OpenSSL, to
// operator new. Whatever the call was for, the others miss nothing, the server
// goes on, and nothing is left behind. Only without memory it ends, and says
// so.

#include <dirent.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "support/deadline.h"
#include "support/faults.h"
#include "support/raw_socket.h"
#include "support/running_server.h"
#include "tickerhub/websocketpp/channel.h"

namespace tickerhub::testing {
namespace {

using faults::Call;

constexpr int kTicks = 5;
// A life takes fewer calls of any kind.
constexpr std::size_t kMostCalls = 2'000;

std::size_t OpenDescriptors() {
  std::size_t count = 0;
  DIR* const folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

struct Fault {
  const char* name;
  Call call;
  int error;
  int event_loops;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

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
  explicit Life(const Fault& fault)
      : fault_(fault), running_(Options(fault), [this](Server& server) {
          handler_ = std::make_unique<FollowingHandler>(server);
        }) {}

  // Lets the `nth` call fail while a client comes and goes. Returns whether
  // there were as many calls.
  bool Suffer(std::size_t nth);

 private:
  static Server::Options Options(const Fault& fault) {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = fault.event_loops;
    // Whom a fault has left without an answer goes by a deadline.
    options.handshake_timeout = std::chrono::milliseconds(300);
    options.stop_timeout = std::chrono::milliseconds(300);
    return options;
  }

  bool out_of_memory() { return running_.server().out_of_memory(); }
  void Publish(const char* text);
  std::string ComeAndGo();
  std::string HearWitness(const std::string& cut_off);

  const Fault& fault_;
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
  faults::Arm(fault_.call, nth, fault_.error);
  const std::string cut_off = ComeAndGo();
  const bool has_failed = faults::Disarm();
  if (!has_failed) {
    EXPECT_EQ(cut_off, "");
  }
  const std::string witness = HearWitness(cut_off);
  const std::string next = ComeAndGo();
  // Which may take effect a little later than the client is cut off.
  if (fault_.call == Call::kAllocate && !next.empty()) {
    EXPECT_TRUE(Eventually([&] { return out_of_memory(); }));
  }
  running_.Stop();
  if (!out_of_memory()) {
    EXPECT_EQ(witness, "");
    EXPECT_EQ(next, "");
    EXPECT_EQ(handler_->opened, handler_->closed);
  } else {
    EXPECT_EQ(fault_.call, Call::kAllocate);
    EXPECT_EQ(running_.log().back().rfind("out of memory: ", 0), 0U);
    witness_.ReadToEnd();
    EXPECT_TRUE(witness_.ended());
  }
  return has_failed;
}

class FaultTest : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultTest, HarmsOneClientAtMost) {
  bool has_failed = true;
  for (std::size_t nth = 1; has_failed && !HasFailure(); ++nth) {
    ASSERT_LT(nth, kMostCalls);
    SCOPED_TRACE("call " + std::to_string(nth));
    const std::size_t descriptors = OpenDescriptors();
    has_failed = Life(GetParam()).Suffer(nth);
    EXPECT_EQ(OpenDescriptors(), descriptors);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kernel, FaultTest,
    ::testing::Values(Fault{"AcceptAborted", Call::kAccept, ECONNABORTED, 1},
                      Fault{"AcceptTwoLoops", Call::kAccept, EMFILE, 2},
                      Fault{"AcceptInterrupted", Call::kAccept, EINTR, 1},
                      Fault{"SendBroken", Call::kSend, EPIPE, 1},
                      Fault{"SendNoBuffers", Call::kSend, ENOBUFS, 1},
                      Fault{"SendInterrupted", Call::kSend, EINTR, 2},
                      Fault{"ReceiveReset", Call::kReceive, ECONNRESET, 1},
                      Fault{"ReceiveInterrupted", Call::kReceive, EINTR, 1},
                      Fault{"ReceiveNoMemory", Call::kReceive, ENOMEM, 2},
                      Fault{"EpollControl", Call::kEpollControl, ENOSPC, 1},
                      Fault{"EpollControlTwoLoops", Call::kEpollControl, ENOMEM,
                            2},
                      Fault{"EpollWait", Call::kEpollWait, EINTR, 1},
                      Fault{"EpollWaitTwoLoops", Call::kEpollWait, EINTR, 2}),
    [](const auto& of) { return std::string(of.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Memory, FaultTest,
    ::testing::Values(Fault{"Allocation", Call::kAllocate, 0, 1},
                      Fault{"AllocationTwoLoops", Call::kAllocate, 0, 2}),
    [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace tickerhub::testing
