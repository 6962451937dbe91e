#ifndef TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_
#define TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_

// A Broadcaster over a websocketpp::server that you run yourself. Server
// (server.h) does more for you; use this where an endpoint exists already.
//
//     using Endpoint = websocketpp::server<websocketpp::config::asio>;
//     Endpoint endpoint;
//     endpoint.init_asio();
//     tickerhub::AsioScheduler scheduler(endpoint.get_io_service());
//     tickerhub::EndpointBroadcaster<Endpoint> out(endpoint);
//     tickerhub::StockTracker tracker(out, scheduler);
//     out.Serve(tracker);
//     endpoint.listen(9002);
//     endpoint.start_accept();
//     endpoint.run();
//
// Serve() takes the open, message and close handlers of the endpoint. If you
// need them yourself, because the endpoint has several paths, call SetHandler()
// instead, and OnOpen(), OnMessage() and OnClose() from your handlers:
//
//     websocketpp::server<websocketpp::config::asio> endpoint;
//     tickerhub::EndpointBroadcaster<decltype(endpoint)> out(endpoint);
//     out.SetHandler(tracker);
//     endpoint.set_open_handler([&](websocketpp::connection_hdl handle) {
//       auto connection = endpoint.get_con_from_hdl(handle);
//       if (connection->get_resource() == "/stocks") out.OnOpen(handle);
//     });
//     endpoint.set_message_handler([&](auto handle, auto message) {
//       out.OnMessage(handle, message);
//     });
//     endpoint.set_close_handler([&](auto handle) { out.OnClose(handle); });
//
// This header includes websocketpp. So it needs C++17 (websocketpp 0.8.2 does
// not compile as C++20), and tickerhub.h does not include it.
//
// Threads: call from the thread that runs the endpoint. It is the hub's thread.
//
// Promises: those of Broadcaster and ChannelHandler. A message is framed once,
// and all connections that get it share it. websocketpp does not tell when a
// session has drained; this class finds out by itself. A handler that throws is
// logged (Endpoint::get_elog()).
//
// What is the endpoint's: it decides who may connect (set_validate_handler()),
// how long a message may be (set_max_message_size()) and when a silent client
// is cut off (set_pong_timeout()). There is no admission, so SessionInfo has
// neither identity nor rights, and SetExpiry() does nothing: no session ends
// with its token.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>
#include <websocketpp/server.hpp>

#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/connect_request.h"

namespace tickerhub {

/// Sends to the connections of one endpoint. `Endpoint` is a
/// websocketpp::server<config>.
template <typename Endpoint>
class EndpointBroadcaster : public Broadcaster {
 public:
  using Handle = ::websocketpp::connection_hdl;
  using MessagePtr = typename Endpoint::message_ptr;

  struct Options {
    /// Bytes that wait for one reader (Delivery::kEvery) besides the largest
    /// message among them. When more than this waits and a further message
    /// comes, the reader is closed with 4001. It is cut off after the
    /// endpoint's set_close_handshake_timeout().
    std::size_t max_queued_bytes = 256 * 1024;
  };

  /// `endpoint` must outlive this object.
  explicit EndpointBroadcaster(Endpoint& endpoint)
      : EndpointBroadcaster(endpoint, Options()) {}
  EndpointBroadcaster(Endpoint& endpoint, Options options)
      : endpoint_(endpoint), options_(options) {}
  /// The connections that are open stay open. The handler hears no more of
  /// them.
  ~EndpointBroadcaster() override;
  EndpointBroadcaster(const EndpointBroadcaster&) = delete;
  EndpointBroadcaster& operator=(const EndpointBroadcaster&) = delete;

  /// Serves every connection of the endpoint with `handler`, which must outlive
  /// this object. Sets the open, message and close handlers of the endpoint.
  /// REQUIRES: before Endpoint::start_accept(); connections that exist already
  /// keep the handlers that they have.
  void Serve(ChannelHandler& handler);

  /// Sets the receiving half, which must outlive this object. For an endpoint
  /// with handlers of its own, which call the three functions below.
  void SetHandler(ChannelHandler& handler) { handler_ = &handler; }

  /// The connection becomes a session, and the handler hears of it. Call from
  /// the open handler. Without a handler it is logged, and the connection stays
  /// open without a session.
  void OnOpen(Handle handle);

  /// Call from the message handler. Does nothing if OnOpen() was not called for
  /// the connection.
  void OnMessage(Handle handle, const MessagePtr& message);

  /// The session has gone. Call from the close handler. Does nothing if
  /// OnOpen() was not called for the connection.
  void OnClose(Handle handle);

  /// Returns {0} if the connection is not a session.
  SessionId IdOf(Handle handle) const;

  // Broadcaster.

  /// Sends behind all that waits for the session. With kLatest it is up to date
  /// then, and Publish() reaches it again. Does nothing if it has gone.
  void Send(SessionId id, const Payload& payload, Delivery delivery) override;

  void Subscribe(SessionId id, TopicId topic) override;
  void Unsubscribe(SessionId id, TopicId topic) override;
  void SetSubscriptions(SessionId id, std::vector<TopicId> topics) override;

  /// With kLatest, skips each session that websocketpp still writes to, and
  /// from then on until it gets a Send(kLatest). The handler hears of that
  /// moment: OnDrained() with the first `since` that the session missed.
  void Publish(std::vector<Publication> publications, Delivery delivery,
               std::uint64_t since) override;

  /// Begins the closing handshake. OnClose() follows when it is done, or after
  /// the endpoint's set_close_handshake_timeout().
  void Close(SessionId id, CloseCode code, std::string_view reason) override;

 private:
  struct Session;

  template <typename Call>
  auto IfAlive(Call call);
  template <typename Call>
  void Tell(Call call);
  void Log(const std::string& line);
  SessionInfo InfoOf(Handle handle);
  static MessagePtr MessageOf(const Payload& payload);
  void Push(const std::shared_ptr<Session>& session, const MessagePtr& message,
            std::size_t bytes);
  void OnLeft(const std::shared_ptr<Session>& session);

  Endpoint& endpoint_;
  const Options options_;
  ChannelHandler* handler_ = nullptr;
  // Tells the endpoint's handlers whether this still exists.
  const std::shared_ptr<EndpointBroadcaster*> self_ =
      std::make_shared<EndpointBroadcaster*>(this);
  std::uint64_t last_id_ = 0;
  std::map<Handle, SessionId, std::owner_less<Handle>> ids_;
  std::map<SessionId, std::shared_ptr<Session>> sessions_;
  std::map<TopicId, std::set<SessionId>> followers_;
};

}  // namespace tickerhub

#include "tickerhub/websocketpp/internal/endpoint_broadcaster_impl.h"

#endif  // TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_
