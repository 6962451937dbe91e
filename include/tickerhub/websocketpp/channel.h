#ifndef TICKERHUB_WEBSOCKETPP_CHANNEL_H_
#define TICKERHUB_WEBSOCKETPP_CHANNEL_H_

// A Channel is a path of a Server that WebSocket clients connect to, such as
// "/stocks". It is the Broadcaster of their sessions. A ChannelHandler receives
// what they send; an admission says who may connect.
//
//     tickerhub::Channel& channel = server.AddChannel("/stocks");
//     tickerhub::StockTracker tracker(channel, server.scheduler());
//     channel.SetHandler(tracker);
//
// Threads: call from the hub's thread only (see server.h).

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tickerhub/admission.h"
#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/export.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// Settings of one channel. A limit that is not set is that of the server.
/// Server::Listen() refuses a value out of its range with a sentence.
struct TICKERHUB_EXPORT ChannelOptions {
  /// The subprotocols that the channel speaks, the one that it likes best
  /// first. It agrees on the first that the client offers. If the client offers
  /// none of them, the session opens without one. An admission that names one
  /// itself chooses instead.
  std::vector<std::string> subprotocols;
  /// Sessions of this channel. A further client gets HTTP 503. 0: no limit but
  /// Server::Options::max_connections.
  std::size_t max_sessions = 0;
  /// Sessions of one user of this channel: of one identity that the admission
  /// gives. A further one gets HTTP 503. 0: no limit.
  std::size_t max_sessions_per_user = 100;
  /// See the fields of Server::Options with the same names.
  std::optional<std::size_t> max_message_bytes;
  std::optional<std::size_t> max_queued_bytes;
  std::optional<std::size_t> max_unhandled_messages;
  std::optional<double> max_messages_per_second;
  std::optional<double> message_burst;
  std::optional<double> max_bytes_per_second;
  std::optional<double> byte_burst;
};

/// One session in the answer to Channel::ListSessions().
struct TICKERHUB_EXPORT SessionListing {
  SessionId session;
  std::string identity;  ///< empty: the admission has not said
  RemoteAddress remote_address;
  /// When it opened, by the wall clock as it goes now.
  Timestamp opened;
};

/// Which sessions Channel::ListSessions() lists.
struct TICKERHUB_EXPORT SessionPage {
  /// The most sessions in one answer. 0: all of them. A channel of many
  /// thousands costs less in pages of some hundreds.
  std::size_t limit = 0;
  /// The last session of the page before, which may have ended meanwhile. The
  /// default: from the start.
  SessionId after;
};

class TICKERHUB_EXPORT Channel : public Broadcaster {
 public:
  virtual const std::string& path() const = 0;

  /// Sets the receiving half. Server::Run() calls `handler`, which must outlive
  /// it. REQUIRES: before Server::Listen().
  virtual void SetHandler(ChannelHandler& handler) = 0;

  /// Asks `admission` about each client that wants to connect. Without one,
  /// everybody may. REQUIRES: before Server::Listen().
  virtual void SetAdmission(AdmissionFunction admission) = 0;

  /// Closes every session of that identity, as Close() does. Costs a look at
  /// each connection of the server. Does nothing if `identity` is empty.
  virtual void CloseSessionsOf(std::string_view identity, CloseCode code,
                               std::string_view reason) = 0;

  /// Calls `done` once, on the hub's thread, with the sessions that are open:
  /// later, because each loop is asked for its own. Page by page a session that
  /// stays is listed once, and one that opens or ends meanwhile at most once.
  /// An empty page is the last.
  virtual void ListSessions(
      const SessionPage& page,
      std::function<void(std::vector<SessionListing>)> done) = 0;
  /// The same with all of them.
  void ListSessions(std::function<void(std::vector<SessionListing>)> done) {
    ListSessions(SessionPage(), std::move(done));
  }
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_CHANNEL_H_
