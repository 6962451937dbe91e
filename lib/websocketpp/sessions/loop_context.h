#ifndef TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_CONTEXT_H_
#define TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_CONTEXT_H_

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "connections/address_places.h"
#include "connections/trusted_proxies.h"
#include "http/site.h"
#include "hub/health.h"
#include "hub/hub.h"
#include "hub/log_sink.h"
#include "hub/refusals.h"
#include "sessions/loop_counters.h"
#include "sessions/loop_sessions.h"
#include "streams/tls_context.h"
#include "streams/tls_wire.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// What all loops of a server share. Outlives them.
struct ServerContext {
  const ServerOptions& options;
  const std::vector<Listener>& listeners;
  const Site& site;
  Hub& hub;
  LogSink& log;
  Refusals& refusals;
  AddressPlaces& addresses;
  const TrustedProxies& proxies;
  /// Connections that may be refused at the same time.
  std::size_t max_refused;
  Health& health;
  TlsContext& tls;
};

/// What the parts of one loop share. Any thread may call Post(); everything
/// else belongs to the loop's thread.
///
/// The first loop runs on the hub's thread. Its sessions call their handlers
/// directly; those of other loops post tasks to the hub.
struct LoopContext : ServerContext {
  LoopContext(int index, const ServerContext& server)
      : ServerContext(server),
        is_on_hub(index == 0),
        own_io(is_on_hub ? nullptr : std::make_unique<asio::io_context>(1)),
        io(is_on_hub ? server.hub.context() : *own_io),
        sessions(index) {}

  /// Runs `task` on the loop's thread, after the tasks that were posted before.
  template <typename Task>
  void Post(Task&& task) {
    asio::post(io, std::forward<Task>(task));
  }

  /// Runs what the hub's thread asks for on the loop's thread: at once, if they
  /// are the same.
  template <typename Task>
  void RunFromHub(Task task) {
    if (is_on_hub) {
      task();
    } else {
      Post(std::move(task));
    }
  }

  /// Posts a task for a session. It does not run if the session has gone then.
  template <typename Task>
  void PostTo(SessionId session, Task task) {
    Post([this, session, task = std::move(task)] {
      if (const auto slot = sessions.Find(session)) task(*slot);
    });
  }

  /// Calls the handler of the slot's channel on the hub's thread. Both ways
  /// between loop and hub keep their order.
  template <typename... Arguments>
  void TellHandler(LoopSessions::Slot slot,
                   void (ChannelHandler::*event)(SessionId, Arguments...),
                   Arguments... arguments) {
    ChannelHandler* const handler = HandlerOf(sessions.at(slot));
    const auto tell = [handler, event, id = sessions.IdOf(slot), arguments...] {
      (handler->*event)(id, arguments...);
    };
    if (is_on_hub) {
      hub.Call(tell);
    } else {
      hub.Enqueue(tell);
    }
  }

  /// Calls OnOpen() of the slot's handler, as TellHandler() does.
  void TellOpened(LoopSessions::Slot slot, SessionInfo&& info) {
    ChannelHandler* const handler = HandlerOf(sessions.at(slot));
    const SessionId id = sessions.IdOf(slot);
    if (is_on_hub) {
      hub.Call([&] { handler->OnOpen(id, info); });
    } else {
      hub.Enqueue(
          [handler, id, info = std::move(info)] { handler->OnOpen(id, info); });
    }
  }

  /// Runs `task` with the slot once the handler has heard everything that it
  /// was told of the session, and what it has answered is sent.
  template <typename Task>
  void RunBehindAnswers(LoopSessions::Slot slot, Task task) {
    if (is_on_hub) {
      task(slot);
    } else {
      hub.Enqueue([this, id = sessions.IdOf(slot), task = std::move(task)] {
        PostTo(id, task);
      });
    }
  }

  /// The handler of a session's channel, on the hub's thread.
  ChannelHandler* HandlerOf(const LoopSession& session) const {
    return ChannelOf(session).handler;
  }
  const Site::Channel& ChannelOf(const LoopSession& session) const {
    return site.channels[session.channel];
  }
  const Listener& ListenerOf(const LoopSession& session) const {
    return listeners[session.listener];
  }
  /// Counts a page that was refused because of its origin.
  void NoteForeignPage(const LoopSession& session,
                       const HeaderFields& headers) {
    refusals.Note(RefusalReason::kOrigin, session.remote,
                  "pages of " + headers.Joined("Origin") + " are not allowed");
  }
  const ChannelLimits& LimitsOf(LoopSessions::Slot slot) {
    return ChannelOf(sessions.at(slot)).limits;
  }

  const bool is_on_hub;
  const std::unique_ptr<asio::io_context> own_io;
  asio::io_context& io;
  TlsWire wire;  // outlives the TLS streams of the sessions
  LoopSessions sessions;
  LoopCounters counters;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_SESSIONS_LOOP_CONTEXT_H_
