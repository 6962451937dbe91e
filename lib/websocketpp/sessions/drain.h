#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_DRAIN_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_DRAIN_H_

#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <random>

#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// When the sessions of a server that is about to stop are closed, and when
/// they may come back. The same for all loops.
struct DrainPlan {
  SteadyTime end;                    ///< all are closed then
  SteadyTime back;                   ///< the first may come back then
  std::chrono::milliseconds window;  ///< the last, this much later
};

/// Closes the sessions of a loop in slices, evenly until the end of the plan.
/// Tells each of them how long to stay away: until a moment of the window that
/// is drawn by lot, so that a restarted server is not met by all at once.
///
/// Threads: belongs to the loop's thread.
class Drain {
 public:
  using Slot = LoopSessions::Slot;

  /// `finish_broadcast` writes what is left of the broadcast under way.
  Drain(LoopContext& loop, SessionWriter& writer,
        std::function<void()> finish_broadcast);

  void Start(const DrainPlan& plan);
  /// Closes no further session. If the plan is at its end, closes those first
  /// that are left because the loop was busy: they know when to come back, too.
  /// Does nothing if it was not started.
  void Stop();

 private:
  void CloseSlice();
  void Close(Slot slot, SteadyTime now);

  LoopContext& loop_;
  SessionWriter& writer_;
  std::function<void()> finish_broadcast_;
  asio::steady_timer timer_;
  DrainPlan plan_{};
  Slot next_ = 0;  // those before it are closed
  bool started_ = false;
  bool stopped_ = false;
  std::minstd_rand random_{std::random_device()()};
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_DRAIN_H_
