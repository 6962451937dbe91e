#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_INBOUND_BUDGET_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_INBOUND_BUDGET_H_

#include <algorithm>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Notes that a client was heard from, and pays off what it owes for the time
/// that has passed since.
inline void NoteHeard(const InboundLimits& limits, SteadyTime now,
                      LoopSession* session) {
  const std::chrono::duration<float> passed = now - session->last_heard;
  session->last_heard = now;
  const auto pay = [&](float owed, double rate) {
    return std::max(0.0F, owed - passed.count() * static_cast<float>(rate));
  };
  session->owed_messages =
      pay(session->owed_messages, limits.messages_per_second);
  session->owed_bytes = pay(session->owed_bytes, limits.bytes_per_second);
}

/// Bounds what the clients of a loop may send, before the hub hears of it. A
/// client owes for each message and byte, and pays off with time. One that owes
/// more than a burst is not read until it has paid off a portion (8 messages, 4
/// KiB), and then for one portion. One that goes on
/// like this for Server::Options::flood_timeout is closed with 1008.
///
/// While all clients together send too much (max_messages_per_second_total,
/// max_unhandled_bytes_total), those wait that have sent a lot lately.
///
/// A client that is within its budget costs two figures in its LoopSession. One
/// timer serves all that are not; it does not run while there are none.
///
/// Threads: belongs to the loop's thread.
class InboundBudget {
 public:
  using Slot = LoopSessions::Slot;

  /// `read_on` reads from a session that may be read again.
  InboundBudget(LoopContext& loop, SessionWriter& writer,
                std::function<void(Slot)> read_on);

  /// Charges what a client has sent. Returns true if it may not be read on.
  /// REQUIRES: NoteHeard() was called for the bytes.
  bool Charge(Slot slot, std::size_t messages, std::size_t bytes);

  /// The loop ends.
  void Stop();

 private:
  // A client that is not read, or was not a moment ago.
  struct Flooder {
    SessionId session;
    SteadyTime since;      // when it was stopped first
    SteadyTime last_held;  // when it was seen like that last
    bool over = false;     // it is a flooder no more
  };

  bool MustWait(const LoopSession& session, const InboundLimits& limits);
  bool IsHubFull() const;
  void PayOffAll(SteadyTime now);
  void WaitForSweep();
  double RoomOfSweep() const;
  void Sweep();
  void GiveBack(SteadyTime::duration lag);
  void ForgiveAll(SteadyTime now);
  // Returns true if the client is read again.
  bool SweepOne(Flooder* flooder, SteadyTime now, bool has_room);
  void Resume(Slot slot);
  void CloseFlooder(Slot slot);

  LoopContext& loop_;
  SessionWriter& writer_;
  const std::function<void(Slot)> read_on_;
  // The loop's share of what all may send.
  const double rate_of_all_;
  double owed_by_all_ = 0;
  bool was_hub_full_ = false;  // since the sweep before
  SteadyTime paid_off_{};
  asio::steady_timer timer_;
  std::vector<Flooder> flooders_;
  std::size_t next_ = 0;  // is read first when there is room
  int closes_left_ = 0;   // in this sweep
  bool waiting_ = false;
  bool stopped_ = false;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_INBOUND_BUDGET_H_
