#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_EXPIRIES_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_EXPIRIES_H_

#include <map>
#include <optional>
#include <unordered_map>

#include "sessions/loop_context.h"
#include "sessions/session_writer.h"
#include "threads/system_time.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Closes the sessions of a loop whose tokens have expired. A session without
/// an end costs nothing here. It follows the wall clock, as tokens do.
///
/// Threads: belongs to the loop's thread.
class SessionExpiries {
 public:
  SessionExpiries(LoopContext& loop, SessionWriter& writer)
      : loop_(loop), writer_(writer) {}

  /// The session ends then, instead of when it was said before.
  void Set(SessionId session, Timestamp expires) {
    Forget(session);
    ends_.emplace(session, by_time_.emplace(expires, session));
  }
  void Forget(SessionId session) {
    if (ends_.empty()) return;
    const auto end = ends_.find(session);
    if (end == ends_.end()) return;
    by_time_.erase(end->second);
    ends_.erase(end);
  }

  /// Call it with each sweep of the deadlines.
  void Sweep() {
    if (by_time_.empty()) return;
    const Timestamp now = SystemTime();
    while (!by_time_.empty() && by_time_.begin()->first <= now) {
      const SessionId session = by_time_.begin()->second;
      Forget(session);
      const auto slot = loop_.sessions.FindOpen(session);
      if (!slot) continue;
      loop_.counters.closed_expired.Add();
      writer_.Close(*slot, CloseCode::kTokenExpired,
                    "your token has expired; get a new one");
    }
  }

 private:
  using ByTime = std::multimap<Timestamp, SessionId>;

  LoopContext& loop_;
  SessionWriter& writer_;
  ByTime by_time_;
  std::unordered_map<SessionId, ByTime::iterator> ends_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_SESSION_EXPIRIES_H_
