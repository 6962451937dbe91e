#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_CONTEXT_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_CONTEXT_H_

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <utility>

#include "http/site.h"
#include "hub/hub.h"
#include "hub/log_sink.h"
#include "sessions/loop_counters.h"
#include "sessions/loop_sessions.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::internal {

/// What all loops of a server share. Outlives them.
struct ServerContext {
  const Server::Options& options;
  const Site& site;
  Hub& hub;
  LogSink& log;
};

/// What the parts of one loop share. Any thread may call Post(); everything
/// else belongs to the loop's thread.
struct LoopContext : ServerContext {
  LoopContext(int index, const ServerContext& server)
      : ServerContext(server), sessions(index) {}

  /// Runs `task` on the loop's thread, after the tasks that were posted before.
  template <typename Task>
  void Post(Task&& task) {
    asio::post(io, std::forward<Task>(task));
  }

  /// Posts a task for a session. It does not run if the session has gone then.
  template <typename Task>
  void PostTo(SessionId session, Task task) {
    Post([this, session, task = std::move(task)] {
      if (const auto slot = sessions.Find(session)) task(*slot);
    });
  }

  /// Calls the handler of the slot's channel on the hub's thread.
  void TellHandler(LoopSessions::Slot slot,
                   void (ChannelHandler::*event)(SessionId)) {
    hub.Enqueue([handler = HandlerOf(sessions.at(slot)), event,
                 id = sessions.IdOf(slot)] {
      if (handler != nullptr) (handler->*event)(id);
    });
  }

  /// The handler of a session's channel, on the hub's thread; may be null.
  ChannelHandler* HandlerOf(const LoopSession& session) const {
    return site.channels[session.channel].handler;
  }

  asio::io_context io{1};
  LoopSessions sessions;
  LoopCounters counters;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_CONTEXT_H_
