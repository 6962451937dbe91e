#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_TLS_HANDSHAKES_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_TLS_HANDSHAKES_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "sessions/loop_context.h"
#include "sessions/session_writer.h"

namespace tickerhub::internal {

/// The TLS handshakes of a loop's connections.
///
/// A step of a handshake takes up to a millisecond, a thousand times as long as
/// a message to one client. So the loop makes one step in a turn: broadcasts,
/// reads and timers go on in between, however many clients connect at once.
///
/// A handshake under way holds 45 KB. So a connection costs nothing before its
/// whole first record is there, and ServerOptions::max_tls_handshakes bounds
/// how many are under way; the others wait, with their record in the kernel.
///
/// Threads: belongs to the loop's thread.
class TlsHandshakes {
 public:
  using Slot = LoopSessions::Slot;

  /// `on_done` is called when the handshake of a slot is complete.
  TlsHandshakes(LoopContext& loop, SessionWriter& writer,
                std::function<void(Slot)> on_done)
      : loop_(loop), writer_(writer), on_done_(std::move(on_done)) {}

  /// Call when a socket in phase kTls can be read. LoopSession::read_was_held
  /// tells that it waits for its turn.
  void OnReadable(Slot slot);

  /// Call before a slot in phase kTls is released.
  void Forget(Slot slot);

 private:
  using Phase = LoopSession::Phase;

  enum class Hello : std::uint8_t { kWhole, kNotYet, kNone, kBroken };

  Hello LookAtHello(Slot slot);
  void RefusePlain(Slot slot);
  bool IsFull() const;

  void Queue(Slot slot, std::deque<SessionId>* queue);
  void PostTurn();
  void TakeTurn();
  std::optional<Slot> Next(std::deque<SessionId>* queue);

  void Begin(Slot slot);
  void Step(Slot slot);
  void FailStep(Slot slot);
  void Fail(Slot slot, std::string_view why);
  void Count(Slot slot, std::string_view why);

  LoopContext& loop_;
  SessionWriter& writer_;
  const std::function<void(Slot)> on_done_;
  std::deque<SessionId> steps_;   // of handshakes under way
  std::deque<SessionId> hellos_;  // have yet to begin
  std::unordered_set<Slot> under_way_;
  bool turn_is_posted_ = false;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_TLS_HANDSHAKES_H_
