#ifndef TICKERHUB_BENCHMARKS_FANOUT_FLOOR_SENDER_H_
#define TICKERHUB_BENCHMARKS_FANOUT_FLOOR_SENDER_H_

// The floor is one loop with one replaceable stage, the one that sends, so that
// other ways into the kernel are compared with send() and nothing else differs.
//
//   SendSender sender;
//   return ServeFloor(sender);
//
// Threads: all calls come from the loop's.

#include <sys/socket.h>

#include <memory>
#include <string_view>
#include <vector>

#include "tickerhub/payload.h"

namespace tickerhub::fanout {

class FloorSender {
 public:
  virtual ~FloorSender() = default;

  /// A client whose handshake is done, a non-blocking socket; it stays to the
  /// end.
  virtual void Add(int client) = 0;

  /// To all that were added. What the kernel does not take at once is lost.
  virtual void Broadcast(const Payload& payload) = 0;

  /// epoll says that there is something in the client's error queue.
  virtual void OnErrorQueue(int client) { static_cast<void>(client); }

  /// For how long the loop may sleep in epoll_wait(); -1: until an event.
  virtual int WaitMilliseconds() { return -1; }
};

/// send(), to one client after the other: the floor itself.
class SendSender : public FloorSender {
 public:
  void Add(int client) override { clients_.push_back(client); }

  void Broadcast(const Payload& payload) override {
    const std::string_view frame = payload.frame();
    for (const int client : clients_) {
      send(client, frame.data(), frame.size(), kFlags);
    }
  }

 protected:
  static constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;

  const std::vector<int>& clients() const { return clients_; }

 private:
  std::vector<int> clients_;
};

/// Listens, takes handshakes and obeys commands until the end of standard
/// input.
int ServeFloor(FloorSender& sender);

/// What tries to get below the floor. Each returns nothing, after a line on
/// standard error, if `name` is not one of its own or the kernel refuses.
///
///   floor-again      the floor itself: how far a ratio to it is noise
///   floor-zerocopy   MSG_ZEROCOPY, completions taken from the error queue
///   floor-sendfile   the frame in a memfd, sent by sendfile()
///   floor-busypoll   SO_BUSY_POLL, and a loop that never sleeps in a broadcast
///   floor-reno       the congestion control of old instead of the system's
std::unique_ptr<FloorSender> MakeSocketSender(std::string_view name);

///   floor-uring[-sqpoll|-spin][-fixed|-zc]   io_uring, with registered files.
///     -sqpoll  the kernel's thread takes what is submitted, and sleeps when
///              there is nothing
///     -spin    the same, awake from one broadcast to the next
///     -fixed   a write from a registered buffer instead of a send
///     -zc      a zero-copy send from a registered buffer
std::unique_ptr<FloorSender> MakeUringSender(std::string_view name);

}  // namespace tickerhub::fanout

#endif  // TICKERHUB_BENCHMARKS_FANOUT_FLOOR_SENDER_H_
