// One call of the server's after the other fails: to the kernel, to OpenSSL, to
// operator new. Whatever the call was for, the others miss nothing, the server
// goes on, and nothing is left behind.

#include <dirent.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/deadline.h"
#include "support/faults.h"
#include "support/raw_socket.h"
#include "support/running_server.h"

namespace tickerhub::testing {
namespace {

using Event = ScriptedHandler::Event;
using faults::Call;

constexpr int kTicks = 5;
// A life takes fewer calls of any kind.
constexpr std::size_t kMostCalls = 400;

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

class FaultTest : public ::testing::TestWithParam<Fault> {
 protected:
  static Server::Options Options() {
    Server::Options options = RunningServer::AnyPort();
    options.event_loops = GetParam().event_loops;
    // Whom a fault has left without an answer goes by a deadline.
    options.handshake_timeout = std::chrono::milliseconds(300);
    options.stop_timeout = std::chrono::milliseconds(300);
    return options;
  }

  static void FollowTicks(RunningServer* running) {
    running->handler().on_open = [running](SessionId session) {
      running->out().Subscribe(session, 1);
    };
    running->handler().on_message = [running](SessionId session,
                                              const InboundMessage& message) {
      running->out().Send(session, Payload(std::string(message.data)),
                          Delivery::kEvery);
    };
  }

  // Connects, says something, reads the answer, follows ticks and leaves. Says
  // at which step it was cut off.
  static std::string LiveALife(RunningServer* running) {
    RawSocket socket(running->port());
    if (!socket.connected()) return "connecting";
    if (!socket.Upgrade("/a")) return "the handshake";
    if (!socket.Send(ClientFrame(kText, "hello"))) return "sending";
    const auto answer = socket.ReadFrame();
    if (!answer || answer->payload != "hello") return "the answer";
    for (int i = 0; i < kTicks; ++i) {
      running->Publish("tick", Delivery::kEvery);
      const auto tick = socket.ReadFrame();
      if (!tick || tick->payload != "tick") return "a tick";
    }
    if (!socket.Send(ClientFrame(kCloseOpcode, ""))) return "closing";
    return socket.ReadCloseFrame() ? "" : "the end";
  }
};

// A witness is there before the fault and must get every tick, unless the fault
// hits its own socket: then it is cut off, and misses nothing in silence.
TEST_P(FaultTest, OfOneCallHarmsOneClientAtMost) {
  const Fault& fault = GetParam();
  bool has_failed = true;
  for (std::size_t nth = 1; has_failed; ++nth) {
    ASSERT_LT(nth, kMostCalls);
    SCOPED_TRACE(std::string(fault.name) + ", call " + std::to_string(nth));
    const std::size_t descriptors = OpenDescriptors();
    {
      RunningServer running(Options());
      FollowTicks(&running);
      RawSocket witness(running.port());
      ASSERT_TRUE(witness.Upgrade("/a"));
      ASSERT_TRUE(running.handler().WaitFor(Event::kOpen));

      faults::Arm(fault.call, nth, fault.error);
      const std::string cut_off = LiveALife(&running);
      has_failed = faults::Disarm();

      running.Publish("last", Delivery::kEvery);
      int ticks = 0;
      std::optional<RawSocket::Frame> frame;
      while ((frame = witness.ReadFrame()) && frame->payload != "last") ++ticks;
      if (frame) {
        EXPECT_LE(ticks, kTicks);
        if (cut_off.empty()) {
          EXPECT_EQ(ticks, kTicks);
        }
      } else {
        EXPECT_TRUE(witness.ended());
        EXPECT_TRUE(has_failed);
        // One fault, one victim.
        EXPECT_EQ(cut_off, "");
      }
      if (!has_failed) {
        EXPECT_EQ(cut_off, "");
      }

      // Who comes next is served.
      EXPECT_EQ(LiveALife(&running), "");
      running.Stop();
      EXPECT_EQ(running.handler().Count(Event::kOpen),
                running.handler().Count(Event::kClose));
    }
    EXPECT_EQ(OpenDescriptors(), descriptors);
    if (HasFailure()) return;  // the first says enough
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
