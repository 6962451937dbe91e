#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_SESSIONS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_SESSIONS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connections/owned_descriptor.h"
#include "connections/refusal.h"
#include "frames/frame_reader.h"
#include "handshake/transport.h"
#include "hub/inbound_gate.h"
#include "streams/send_queue.h"
#include "streams/stream.h"
#include "streams/tls_stream.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// A connection that was accepted and is on its way to its loop.
struct Arrival {
  OwnedDescriptor descriptor;
  RemoteAddress remote;
  std::uint8_t listener;  ///< its number, see Server::AddListener()
  /// See LoopSession.
  bool has_address_place = false;
  Refusal refusal = Refusal::kNone;
};

/// What a broadcast looks at for each session. These 8 bytes are side by side,
/// so walking over a thousand sessions costs no cache miss.
struct HotSession {
  static constexpr std::uint32_t kOpen = 1;  ///< may be sent to
  static constexpr std::uint32_t kBusy = 2;  ///< something waits in its queue
  /// Was skipped (Delivery::kLatest) and is not up to date again.
  static constexpr std::uint32_t kBehind = 4;
  /// The hub knows that it was skipped and has drained.
  static constexpr std::uint32_t kToldDrained = 8;
  static constexpr std::uint32_t kDeflate = 16;  ///< agreed on compression
  /// Its bytes are encrypted, see LoopSessions::tls().
  static constexpr std::uint32_t kTls = 32;

  Stream stream{-1};
  std::uint32_t flags = 0;

  bool Has(std::uint32_t flag) const { return (flags & flag) != 0; }
  void Set(std::uint32_t flag) { flags |= flag; }
  void Clear(std::uint32_t flag) { flags &= ~flag; }
};

/// Everything else about a connection.
struct LoopSession {
  enum class Phase : std::uint8_t {
    kFree,
    kProxyHeader,  ///< the header of the PROXY protocol has yet to come
    kTls,          ///< from the accept to the end of the TLS handshake
    kHandshake,    ///< from the accept to the open, or to the HTTP request
    kAdmission,    ///< the channel's admission has yet to answer
    kHttp,         ///< answering an HTTP request
    kStreaming,    ///< an HTTP response that goes on
    kOpen,
    kClosing,    ///< a close frame, or the last response, is sent or queued
    kLingering,  ///< everything is sent; the client has yet to hang up
    kEnding,     ///< the loop will release the slot
  };

  ConnectionPtr handshake;  ///< websocketpp's, while it is needed
  std::uint32_t generation = 0;
  Phase phase = Phase::kFree;
  std::uint16_t channel = 0;
  std::uint8_t listener = 0;  ///< where it came in
  RemoteAddress remote;
  bool is_session = false;  ///< the channel's handler knows of it
  bool has_place = false;   ///< counts for ChannelOptions::max_sessions
  /// Counts in AddressPlaces, in UserPlaces.
  bool has_address_place = false;
  bool has_user_place = false;
  /// If it is not kNone, the client hears of it, or has its health check
  /// answered.
  Refusal refusal = Refusal::kNone;
  bool is_secure = false;      ///< the client of the HTTP request uses TLS
  bool head_only = false;      ///< the HTTP request was a HEAD
  bool client_closes = false;  ///< nothing that it says matters any more
  bool hung_up = false;        ///< the client has sent everything
  bool read_was_held = false;  ///< there may be more to read then
  bool is_held = false;        ///< InboundBudget lets it wait
  bool is_flooder = false;     ///< InboundBudget looks after it
  /// Read until the kernel has no more: it does not report the rest.
  bool read_to_end = false;
  std::uint8_t server_window_bits = 0;  ///< 0: no compression
  std::uint8_t unsent_pongs = 0;
  std::uint32_t drained_bytes = 0;    ///< read and ignored while it lingers
  std::optional<FrameReader> reader;  ///< from the open on
  // These are rare, so they are allocated.
  std::unique_ptr<SendQueue> queue;     ///< what the kernel has not taken
  std::unique_ptr<std::string> unread;  ///< was read, but not handled yet
  /// Is answered when the queue is empty.
  std::unique_ptr<std::string> newest_ping;
  std::unique_ptr<std::string> known_as;  ///< see identity()
  /// With HotSession::kBehind: the `since` of the first Publish() that it did
  /// not get.
  std::uint64_t behind_since = 0;
  /// When the phase began. While an HTTP response waits: when the kernel took a
  /// part of it.
  SteadyTime since{};
  /// Of a session. Of another connection: when it began, or its request was
  /// read.
  SteadyTime last_heard{};
  /// Of InboundBudget, as of last_heard.
  float owed_messages = 0;
  float owed_bytes = 0;

  /// SessionInfo::identity.
  std::string_view identity() const {
    return known_as == nullptr ? std::string_view() : *known_as;
  }
};

/// The connections of a loop. Each one has a slot for its whole life. A
/// SessionId consists of the loop, the slot and the slot's generation, so the
/// id of a session that is gone finds nothing.
class LoopSessions {
 public:
  using Slot = std::uint32_t;
  static constexpr std::size_t kMaxSlots = std::size_t{1} << 24;

  explicit LoopSessions(int loop_index) : loop_index_(loop_index) {}

  /// The index of the loop that has this session.
  static int LoopOf(SessionId session) {
    return static_cast<int>(session.value >> 56);
  }

  /// Takes a free slot. Returns nothing if all are in use.
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
    if (hot_[slot].Has(HotSession::kTls)) tls_[slot].Reset();
    hot_[slot] = HotSession();
    free_.push_back(slot);
    --count_;
  }

  /// Closes the sockets of all. Use nothing of this afterwards.
  void CloseAll() const {
    for (Slot slot = 0; slot < sessions_.size(); ++slot) {
      if (sessions_[slot].phase == LoopSession::Phase::kFree) continue;
      hot_[slot].stream.Close();
    }
  }

  SessionId IdOf(Slot slot) const {
    return {static_cast<std::uint64_t>(loop_index_) << 56 |
            static_cast<std::uint64_t>(sessions_[slot].generation) << 24 |
            slot};
  }

  /// Returns nothing if that session is gone.
  std::optional<Slot> Find(SessionId id) const {
    const Slot slot = static_cast<Slot>(id.value & (kMaxSlots - 1));
    if (slot >= sessions_.size() || IdOf(slot) != id ||
        sessions_[slot].phase == LoopSession::Phase::kFree) {
      return std::nullopt;
    }
    return slot;
  }

  /// Returns nothing if that session is gone or may not be sent to.
  std::optional<Slot> FindOpen(SessionId id) const {
    const std::optional<Slot> slot = Find(id);
    if (!slot || hot_[*slot].Has(HotSession::kOpen)) return slot;
    return std::nullopt;
  }

  /// The slots of all loops are in one order, that of the loops and then of the
  /// slots. Returns the first slot here that comes behind that of `id`, whether
  /// the session lives or not. No id: 0.
  Slot FirstBehind(SessionId id) const {
    if (id == SessionId() || LoopOf(id) < loop_index_) return 0;
    if (LoopOf(id) > loop_index_) return end();
    return static_cast<Slot>(id.value & (kMaxSlots - 1)) + 1;
  }

  LoopSession& at(Slot slot) { return sessions_[slot]; }
  HotSession& hot(Slot slot) { return hot_[slot]; }
  /// The encryption of a connection. REQUIRES: it has HotSession::kTls.
  TlsStream& tls(Slot slot) { return tls_[slot]; }
  /// From now on the connection's bytes are encrypted.
  void BeginTls(Slot slot) {
    if (tls_.size() <= slot) tls_.resize(sessions_.size());
    hot_[slot].Set(HotSession::kTls);
  }
  /// From now on they are not.
  void EndTls(Slot slot) {
    tls_[slot].Reset();
    hot_[slot].Clear(HotSession::kTls);
  }
  /// Keeps its address as long as this object lives.
  InboundGate& gate(Slot slot) { return gates_[slot]; }

  std::size_t count() const { return count_; }
  /// All slots in use are below this one.
  Slot end() const { return static_cast<Slot>(sessions_.size()); }

 private:
  int loop_index_;
  std::vector<HotSession> hot_;
  std::vector<TlsStream> tls_;  // empty as long as no connection has TLS
  // Does not move its elements, so a handler may run while one is in use.
  std::deque<LoopSession> sessions_;
  std::deque<InboundGate> gates_;
  std::vector<Slot> free_;
  std::size_t count_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_SESSIONS_H_
