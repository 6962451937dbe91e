#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_SESSIONS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_SESSIONS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frames/frame_reader.h"
#include "handshake/transport.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

using LoopEndpoint = ::websocketpp::server<LoopConfig>;
using ConnectionPtr = LoopEndpoint::connection_ptr;

/// What a broadcast looks at for each session: 8 bytes, side by side, so that
/// skipping over a thousand sessions costs no cache miss on connection objects.
struct HotSession {
  static constexpr std::uint32_t kOpen = 1;  // may be sent to
  static constexpr std::uint32_t kBusy = 2;  // something waits in its queue
  static constexpr std::uint32_t kBehind =
      4;  // was skipped (Delivery::kLatest)
  static constexpr std::uint32_t kToldDrained = 8;  // … and the hub knows
  static constexpr std::uint32_t kDeflate = 16;     // agreed on compression

  int descriptor = -1;
  std::uint32_t flags = 0;

  bool Has(std::uint32_t flag) const { return (flags & flag) != 0; }
  void Set(std::uint32_t flag) { flags |= flag; }
  void Clear(std::uint32_t flag) { flags &= ~flag; }
};

/// All else about a connection.
struct LoopSession {
  enum class Phase : std::uint8_t {
    kFree,
    kHandshake,  // from the accept to the open, or to the HTTP request
    kHttp,       // answering
    kOpen,
    kClosing,  // a close frame has been sent or queued
  };

  ConnectionPtr connection;
  std::uint32_t generation = 0;
  Phase phase = Phase::kFree;
  std::uint16_t channel = 0;
  bool head_only = false;               // the HTTP request was a HEAD
  bool client_closes = false;           // its close frame has come
  std::uint8_t server_window_bits = 0;  // 0: no compression
  std::uint8_t unsent_pongs = 0;
  std::unique_ptr<std::string> newest_ping;  // to be answered when idle
  std::optional<FrameReader> reader;         // from the open on
  std::size_t queued_bytes = 0;  // handed to websocketpp and not yet written
  SteadyTime since{};            // when the phase began
  SteadyTime last_heard{};
  SteadyTime last_ping{};
};

/// Counts the messages of a session that the hub has not handled yet. The loop
/// adds, the hub takes away. Never reset: when a slot gets its next session,
/// what is left from the one before is still under way and will be taken away.
struct InboundGate {
  std::atomic<std::uint32_t> unhandled{0};
  std::atomic<bool> held{false};
};

/// The connections of a loop, each in a slot for as long as it lives. A
/// SessionId is loop, slot and the slot's generation, so that an id of a
/// session that is gone finds nothing.
class LoopSessions {
 public:
  using Slot = std::uint32_t;
  static constexpr std::size_t kMaxSlots = std::size_t{1} << 24;

  explicit LoopSessions(int loop_index) : loop_index_(loop_index) {}

  std::optional<Slot> Take() {
    if (free_.empty()) {
      if (sessions_.size() == kMaxSlots) return std::nullopt;
      free_.push_back(static_cast<Slot>(sessions_.size()));
      sessions_.emplace_back();
      hot_.emplace_back();
      gates_.emplace_back();
    }
    const Slot slot = free_.back();
    free_.pop_back();
    ++sessions_[slot].generation;
    ++count_;
    return slot;
  }

  void Release(Slot slot) {
    const std::uint32_t generation = sessions_[slot].generation;
    sessions_[slot] = LoopSession();
    sessions_[slot].generation = generation;
    hot_[slot] = HotSession();
    free_.push_back(slot);
    --count_;
  }

  SessionId IdOf(Slot slot) const {
    return {static_cast<std::uint64_t>(loop_index_) << 56 |
            static_cast<std::uint64_t>(sessions_[slot].generation) << 24 |
            slot};
  }

  /// Nothing if that session is gone.
  std::optional<Slot> Find(SessionId id) const {
    const Slot slot = static_cast<Slot>(id.value & (kMaxSlots - 1));
    if (slot >= sessions_.size() || IdOf(slot) != id ||
        sessions_[slot].phase == LoopSession::Phase::kFree) {
      return std::nullopt;
    }
    return slot;
  }

  LoopSession& at(Slot slot) { return sessions_[slot]; }
  HotSession& hot(Slot slot) { return hot_[slot]; }
  /// Stays where it is as long as this object lives.
  InboundGate& gate(Slot slot) { return gates_[slot]; }

  std::size_t count() const { return count_; }
  /// Slots in use are below this.
  Slot end() const { return static_cast<Slot>(sessions_.size()); }

 private:
  int loop_index_;
  std::vector<HotSession> hot_;
  std::vector<LoopSession> sessions_;
  std::deque<InboundGate> gates_;
  std::vector<Slot> free_;
  std::size_t count_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_LOOP_SESSIONS_H_
