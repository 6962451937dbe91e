#ifndef TICKERHUB_BENCHMARKS_LOAD_CLIENT_POOL_H_
#define TICKERHUB_BENCHMARKS_LOAD_CLIENT_POOL_H_

// Thousands of WebSocket clients of one server on one thread. All of them share
// one epoll, one receive buffer and one inflater. The pool answers pings and
// closes; a listener gets everything else.
//
//   ClientPool pool(target, listener);
//   for (int i = 0; i < 10'000; ++i) pool.Connect();
//   while (!done) pool.Poll(std::chrono::milliseconds(100));
//
// Threads: use each pool on one thread. Do not share one across a fork().

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "frames/message_deflate.h"
#include "load/websocket.h"

namespace tickerhub::load {

/// Nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share.
std::int64_t MonotonicNow();

class ClientPool {
 public:
  /// From 0, in the order of Connect().
  using Client = std::uint32_t;

  struct Target {
    sockaddr_storage address{};
    socklen_t address_size = 0;
    /// Where connections come from; size 0: the system chooses.
    sockaddr_storage source{};
    socklen_t source_size = 0;
    std::string host;  ///< for the Host field
    std::string path = "/";
    /// Offer permessage-deflate, without context takeover.
    bool compression = false;
  };

  /// How a client ended.
  struct End {
    bool was_open = false;  ///< its handshake had succeeded
    /// Of the server's close frame; 1006 if there was none (RFC 6455 §7.1.5).
    std::uint16_t close_code = 1006;
    /// A sentence without a full stop, empty after an orderly close.
    std::string what;
  };

  /// Is called from Poll(), and OnEnd() also from Connect() and Close(). May
  /// call the pool.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void OnOpen(Client client, std::int64_t now) = 0;
    /// Text and binary, inflated if it came compressed. `now`: when it was
    /// received (MonotonicNow()).
    virtual void OnMessage(Client client, Opcode opcode, std::string_view data,
                           std::int64_t now) = 0;
    /// Exactly once for each client that ends before the pool does.
    virtual void OnEnd(Client client, const End& end) = 0;
  };

  static constexpr std::uint32_t kUnlimited =
      std::numeric_limits<std::uint32_t>::max();

  /// `listener` must outlive the pool.
  ClientPool(Target target, Listener& listener);
  /// Resets the connections that are open. The listener is not told.
  ~ClientPool();
  ClientPool(const ClientPool&) = delete;
  ClientPool& operator=(const ClientPool&) = delete;

  /// Begins to connect one more client.
  void Connect();

  /// From now on the client reads this many bytes a second; 0: none.
  void SetPace(Client client, std::uint32_t bytes_per_second);

  /// Sends a frame of at most 125 bytes. Returns whether the socket took all of
  /// it.
  bool Send(Client client, Opcode opcode, std::string_view data);
  /// Sends a close frame; OnEnd() follows when the server has answered.
  void Close(Client client, std::uint16_t code);

  /// Waits for events for at most `timeout` and handles them.
  void Poll(std::chrono::milliseconds timeout);

  /// Connected, handshake done, not ended.
  std::size_t open_count() const { return open_; }
  /// Between Connect() and the end of the handshake.
  std::size_t connecting_count() const { return connecting_; }
  /// Clients so far whose server agreed to compression.
  std::size_t compressed_count() const { return compressed_; }
  /// As they came over the wire.
  std::uint64_t bytes_received() const { return bytes_received_; }
  bool is_open(Client client) const {
    return clients_[client].state == State::kOpen;
  }

 private:
  enum class State : std::uint8_t {
    kConnecting,
    kShakingHands,
    kOpen,
    kClosing,  // a close frame was sent
    kEnded,
  };

  struct Connection {
    int descriptor = -1;
    std::uint32_t pace = kUnlimited;
    FrameReader reader;
    std::string answer;  // of the handshake, as far as it has come
    std::uint16_t close_code = 1006;
    State state = State::kConnecting;
  };

  int OpenSocket();
  void HandleEvent(Client client, std::uint32_t events);
  void FinishConnect(Client client);
  std::size_t Receive(Client client, std::size_t at_most);
  void HandleBytes(Client client, std::string_view bytes, std::int64_t now);
  std::string_view HandleAnswer(Client client, std::string_view bytes,
                                std::int64_t now);
  void HandleControl(Client client, const FrameReader::Message& message);
  void HandleData(Client client, const FrameReader::Message& message,
                  std::int64_t now);
  void ReadSlowOnes();
  void EndClient(Client client, std::string what);
  void Watch(Client client, int operation, std::uint32_t events);

  Target target_;
  Listener& listener_;
  std::string request_;
  int epoll_ = -1;
  std::deque<Connection> clients_;  // stay where they are
  std::vector<char> buffer_;
  internal::ZlibMessageInflater inflater_;
  std::string compressed_message_;  // the last one
  std::string inflated_message_;    // … what it says
  std::vector<Client> slow_;        // their pace is limited, but not 0
  std::int64_t slow_round_ = 0;
  std::size_t open_ = 0;
  std::size_t connecting_ = 0;
  std::size_t compressed_ = 0;
  std::uint64_t bytes_received_ = 0;
};

}  // namespace tickerhub::load

#endif  // TICKERHUB_BENCHMARKS_LOAD_CLIENT_POOL_H_
