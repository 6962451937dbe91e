#ifndef TICKERHUB_LIB_WEBSOCKETPP_LOOP_DEADLINES_H_
#define TICKERHUB_LIB_WEBSOCKETPP_LOOP_DEADLINES_H_

#include <asio/steady_timer.hpp>
#include <chrono>
#include <deque>

#include "sessions/loop_context.h"
#include "sessions/session_expiries.h"
#include "sessions/session_writer.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Ends the connections of a loop that take too long: for their handshake,
/// their HTTP response, their close, or since they were heard from. One sweep
/// over all slots serves every deadline, so no connection has a timer. A
/// deadline is late by one sweep at most, a quarter of the shortest deadline.
/// Time in which the loop did not run counts for none of them.
///
/// Threads: belongs to the loop's thread.
class Deadlines {
 public:
  using Slot = LoopSessions::Slot;

  Deadlines(LoopContext& loop, SessionWriter& writer,
            SessionExpiries& expiries);

  /// Begins to sweep. Keeps the loop running until Stop().
  void Start() { Sweep(); }
  void Stop();

  /// Gives the client of a lingering connection a second to hang up.
  void OnLingering(Slot slot);

 private:
  struct Lingering {
    SessionId session;
    SteadyTime deadline;
  };

  void Sweep();
  void CountLag(SteadyTime::duration lag);
  void GiveBack(SteadyTime::duration lag, SteadyTime now);
  void SweepSlot(Slot slot, SteadyTime now);
  void SweepResponse(Slot slot, SteadyTime now);
  void SweepTls(Slot slot, SteadyTime now);
  void SweepOpen(Slot slot, SteadyTime now);
  void EndLingering();

  LoopContext& loop_;
  SessionWriter& writer_;
  SessionExpiries& expiries_;
  const std::chrono::milliseconds interval_;
  const SteadyTime::duration may_be_silent_;
  SteadyTime last_sweep_{};
  asio::steady_timer sweep_timer_;
  asio::steady_timer linger_timer_;
  std::deque<Lingering> lingering_;  // the earliest deadline first
  bool stopped_ = false;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_LOOP_DEADLINES_H_
