// Ways to send that need no more than sockets; see floor_sender.h.

// <linux/errqueue.h> uses timespec without saying where it comes from.
// clang-format off
#include <ctime>
#include <linux/errqueue.h>
// clang-format on
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "fanout/floor_sender.h"

namespace tickerhub::fanout {
namespace {

// The floor with an option of its sockets.
class OptionSender : public SendSender {
 protected:
  // Says once if the kernel refuses.
  void SetOption(int client, int level, int option, const void* value,
                 socklen_t size) {
    if (setsockopt(client, level, option, value, size) == 0 || refused_) return;
    refused_ = true;
    std::perror("fanout_server: setsockopt");
  }

 private:
  bool refused_ = false;
};

// The kernel sends from the frame's own memory, and says for each send when it
// no longer needs it: until then the frame stays.
class ZeroCopySender final : public OptionSender {
 public:
  void Add(int client) override {
    OptionSender::Add(client);
    const int on = 1;
    SetOption(client, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof on);
  }

  void Broadcast(const Payload& payload) override {
    kept_.push_back(payload);
    const std::string_view frame = payload.frame();
    for (const int client : clients()) {
      if (send(client, frame.data(), frame.size(), kFlags | MSG_ZEROCOPY) > 0) {
        ++under_way_;
      }
    }
  }

  void OnErrorQueue(int client) override {
    while (TakeNotification(client)) continue;
    if (under_way_ == 0) kept_.clear();
  }

 private:
  bool TakeNotification(int client) {
    alignas(cmsghdr) char control[128];
    msghdr message{};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (recvmsg(client, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
      return false;
    }
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
      sock_extended_err error{};
      std::memcpy(&error, CMSG_DATA(part), sizeof error);
      if (error.ee_origin == SO_EE_ORIGIN_ZEROCOPY) {
        under_way_ -= error.ee_data - error.ee_info + 1;  // a range of sends
      }
    }
    return true;
  }

  std::vector<Payload> kept_;
  std::uint64_t under_way_ = 0;
};

// The pages of a file are sent as they are, and nothing is pinned or told. Who
// overwrites them too early changes what is under way, so that they take turns.
class SendfileSender final : public SendSender {
 public:
  bool Open() {
    file_ = memfd_create("frames", MFD_CLOEXEC);
    return file_ >= 0 && ftruncate(file_, kSlots * kSlotBytes) == 0;
  }
  ~SendfileSender() override {
    if (file_ >= 0) close(file_);
  }

  void Broadcast(const Payload& payload) override {
    const std::string_view frame = payload.frame();
    slot_ = (slot_ + 1) % kSlots;
    const off_t start = slot_ * kSlotBytes;
    if (pwrite(file_, frame.data(), frame.size(), start) < 0) return;
    for (const int client : clients()) {
      off_t offset = start;
      sendfile(client, file_, &offset, frame.size());
    }
  }

 private:
  static constexpr off_t kSlots = 64;
  static constexpr off_t kSlotBytes = 64 << 10;

  int file_ = -1;
  off_t slot_ = 0;
};

// Awake while broadcasts come, and for one more of their intervals: a peer that
// span in the others' turns would be measured with them.
class BusyPollSender final : public OptionSender {
 public:
  void Add(int client) override {
    OptionSender::Add(client);
    const int microseconds = 50;
    SetOption(client, SOL_SOCKET, SO_BUSY_POLL, &microseconds,
              sizeof microseconds);
  }

  void Broadcast(const Payload& payload) override {
    const Clock::time_point now = Clock::now();
    awake_until_ =
        now + std::min<Clock::duration>(2 * (now - last_), kLongestWait);
    last_ = now;
    OptionSender::Broadcast(payload);
  }

  int WaitMilliseconds() override {
    return Clock::now() < awake_until_ ? 0 : -1;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kLongestWait{500};

  Clock::time_point last_;
  Clock::time_point awake_until_;
};

class RenoSender final : public OptionSender {
 public:
  void Add(int client) override {
    OptionSender::Add(client);
    SetOption(client, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
  }
};

}  // namespace

std::unique_ptr<FloorSender> MakeSocketSender(std::string_view name) {
  if (name == "floor-again") return std::make_unique<SendSender>();
  if (name == "floor-zerocopy") return std::make_unique<ZeroCopySender>();
  if (name == "floor-busypoll") return std::make_unique<BusyPollSender>();
  if (name == "floor-reno") return std::make_unique<RenoSender>();
  if (name == "floor-sendfile") {
    auto sender = std::make_unique<SendfileSender>();
    if (sender->Open()) return sender;
    std::perror("fanout_server: memfd");
  }
  return nullptr;
}

}  // namespace tickerhub::fanout
