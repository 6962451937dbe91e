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
// A reader that stalls and is closed is cut off after the endpoint's
// set_close_handshake_timeout().

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <websocketpp/server.hpp>

#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/remote_address.h"

namespace tickerhub {

/// Sends to the connections of one endpoint. `Endpoint` is a
/// websocketpp::server<config>.
template <typename Endpoint>
class EndpointBroadcaster : public Broadcaster {
 public:
  using Handle = ::websocketpp::connection_hdl;
  using MessagePtr = typename Endpoint::message_ptr;

  struct Options {
    /// Bytes that wait for one reader (Delivery::kEvery). When more than this
    /// waits and a further message comes, the reader is closed with 4001.
    std::size_t max_queued_bytes = 256 * 1024;
  };

  explicit EndpointBroadcaster(Endpoint& endpoint)
      : EndpointBroadcaster(endpoint, Options()) {}
  /// `endpoint` must outlive this object.
  EndpointBroadcaster(Endpoint& endpoint, Options options)
      : endpoint_(endpoint), options_(std::move(options)) {}
  /// The connections that are open stay open. `handler` hears no more of them.
  ~EndpointBroadcaster() override {
    for (auto& [id, session] : sessions_) session->owner = nullptr;
  }
  EndpointBroadcaster(const EndpointBroadcaster&) = delete;
  EndpointBroadcaster& operator=(const EndpointBroadcaster&) = delete;

  /// Serves every connection of the endpoint with `handler`, which must outlive
  /// this object. Sets the open, message and close handlers of the endpoint.
  /// REQUIRES: before Endpoint::start_accept(); connections that exist already
  /// keep the handlers that they have.
  void Serve(ChannelHandler& handler) {
    SetHandler(handler);
    endpoint_.set_open_handler(IfAlive([](auto& self, Handle handle) {  //
      self.OnOpen(handle);
    }));
    endpoint_.set_close_handler(IfAlive([](auto& self, Handle handle) {  //
      self.OnClose(handle);
    }));
    endpoint_.set_message_handler(
        IfAlive([](auto& self, Handle handle, const MessagePtr& message) {
          self.OnMessage(handle, message);
        }));
  }

  /// Sets the receiving half, which must outlive this object. For an endpoint
  /// with handlers of its own, which call the three functions below.
  void SetHandler(ChannelHandler& handler) { handler_ = &handler; }

  /// The connection becomes a session. Call from the open handler.
  void OnOpen(Handle handle) {
    if (handler_ == nullptr) {
      Log("no handler was set; call EndpointBroadcaster::Serve()");
      return;
    }
    const SessionId id{++last_id_};
    auto session = std::make_shared<Session>();
    session->owner = this;
    session->id = id;
    session->handle = handle;
    ids_[handle] = id;
    sessions_[id] = std::move(session);
    Tell([&] { handler_->OnOpen(id, InfoOf(handle)); });
  }

  /// Call from the message handler. Does nothing if OnOpen() was not called for
  /// the connection.
  void OnMessage(Handle handle, const MessagePtr& message) {
    const SessionId id = IdOf(handle);
    if (id == SessionId()) return;
    const bool binary =
        message->get_opcode() == ::websocketpp::frame::opcode::binary;
    Tell([&] { handler_->OnMessage(id, {message->get_payload(), binary}); });
  }

  /// The session has gone. Call from the close handler. Does nothing if
  /// OnOpen() was not called for the connection.
  void OnClose(Handle handle) {
    const SessionId id = IdOf(handle);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    for (const TopicId topic : found->second->topics) {
      followers_[topic].erase(id);
    }
    found->second->owner = nullptr;
    sessions_.erase(found);
    ids_.erase(handle);
    Tell([&] { handler_->OnClose(id); });
  }

  /// Returns {0} if the connection is not a session.
  SessionId IdOf(Handle handle) const {
    const auto found = ids_.find(handle);
    return found == ids_.end() ? SessionId() : found->second;
  }

  // Broadcaster.

  /// Sends behind all that waits for the session. With kLatest it is up to date
  /// then, and Publish() reaches it again. Does nothing if it has gone.
  void Send(SessionId id, const Payload& payload, Delivery delivery) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    if (delivery == Delivery::kLatest) {
      found->second->behind = false;
      found->second->told_drained = false;
    }
    Push(*found->second, MessageOf(payload), payload.frame().size());
  }

  /// Subscribing twice has no effect.
  void Subscribe(SessionId id, TopicId topic) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    found->second->topics.insert(topic);
    followers_[topic].insert(id);
  }

  /// The session follows these topics and no others.
  void SetSubscriptions(SessionId id, std::vector<TopicId> topics) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    for (const TopicId topic : std::exchange(found->second->topics, {})) {
      followers_[topic].erase(id);
    }
    for (const TopicId topic : topics) Subscribe(id, topic);
  }

  void Unsubscribe(SessionId id, TopicId topic) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    found->second->topics.erase(topic);
    followers_[topic].erase(id);
  }

  /// With kLatest, skips each session that websocketpp still writes to, and
  /// from then on until it gets a Send(kLatest). The handler hears of that
  /// moment: OnDrained() with the first `since` that the session missed.
  void Publish(std::vector<Publication> publications, Delivery delivery,
               std::uint64_t since) override {
    // A session that had drained when the tick began gets all of it.
    std::vector<Pending> pending;
    for (const Publication& publication : publications) {
      const MessagePtr message = MessageOf(publication.payload);
      for (const SessionId id : followers_[publication.topic]) {
        Session& session = *sessions_.at(id);
        if (delivery == Delivery::kLatest &&
            (session.behind || session.in_flight_messages > 0)) {
          if (!std::exchange(session.behind, true)) {
            session.behind_since = since;
          }
          continue;
        }
        pending.push_back(
            {&session, message, publication.payload.frame().size()});
      }
    }
    for (const Pending& one : pending)
      Push(*one.session, one.message, one.bytes);
  }

  /// Begins the closing handshake. OnClose() follows when it is done, or after
  /// the endpoint's set_close_handshake_timeout().
  void Close(SessionId id, CloseCode code, std::string_view reason) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    ::websocketpp::lib::error_code ignored;  // it is closing already
    endpoint_.close(found->second->handle,
                    static_cast<::websocketpp::close::status::value>(code),
                    std::string(FittingReason(reason)), ignored);
  }

 private:
  using Message = typename MessagePtr::element_type;

  struct Session {
    EndpointBroadcaster* owner = nullptr;  // null once it has gone
    SessionId id;
    Handle handle;
    std::set<TopicId> topics;
    std::size_t in_flight_messages = 0;
    std::size_t in_flight_bytes = 0;
    // The `since` of the first Publish() that it did not get, if `behind`.
    std::uint64_t behind_since = 0;
    bool behind = false;        // was skipped (Delivery::kLatest)
    bool told_drained = false;  // OnDrained() was called since
  };

  struct Pending {
    Session* session;
    MessagePtr message;
    std::size_t bytes;
  };

  // A handler for the endpoint that does nothing once this object has gone.
  template <typename Call>
  auto IfAlive(Call call) {
    return [weak = std::weak_ptr<EndpointBroadcaster*>(self_),
            call](auto&&... arguments) {
      if (const auto self = weak.lock()) call(**self, arguments...);
    };
  }

  // Calls the handler. An exception must not end the endpoint's run().
  template <typename Call>
  void Tell(Call call) {
    try {
      call();
    } catch (const std::exception& error) {
      Log(std::string("a handler failed: ") + error.what());
    } catch (...) {
      Log("a handler failed");
    }
  }

  void Log(const std::string& line) {
    endpoint_.get_elog().write(::websocketpp::log::elevel::rerror,
                               "tickerhub: " + line);
  }

  // What the client has sent to connect. websocketpp joins header fields of the
  // same name with commas.
  SessionInfo InfoOf(Handle handle) {
    SessionInfo info;
    ::websocketpp::lib::error_code error;
    const auto connection = endpoint_.get_con_from_hdl(handle, error);
    if (error) return info;
    const std::string& target = connection->get_resource();
    const std::size_t mark = target.find('?');
    info.request.path = target.substr(0, mark);
    if (mark != std::string::npos) info.request.query = target.substr(mark + 1);
    for (const auto& [name, value] : connection->get_request().get_headers()) {
      info.request.headers.Append(name, value);
    }
    info.request.remote_address = AddressOf(connection->get_remote_endpoint());
    info.subprotocol = connection->get_subprotocol();
    return info;
  }

  // Reads "203.0.113.7:49152" and "[2001:db8::1]:49152".
  static RemoteAddress AddressOf(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    std::uint16_t port = 0;
    for (const char digit : text.substr(colon + 1)) {
      port = static_cast<std::uint16_t>(port * 10 + (digit - '0'));
    }
    std::string_view address = text.substr(0, colon);
    if (!address.empty() && address.front() == '[') {
      address = address.substr(1, address.size() - 2);
    }
    return RemoteAddress::Parse(address, port).value_or(RemoteAddress());
  }

  // Called from a deleter, deep inside websocketpp or one of our own calls.
  // No callback may run there, so it is posted.
  void OnLeft(const std::shared_ptr<Session>& session) {
    if (session->in_flight_messages > 0 || !session->behind ||
        session->told_drained) {
      return;
    }
    session->told_drained = true;
    endpoint_.get_io_service().post([session] {
      EndpointBroadcaster* const owner = session->owner;
      if (owner == nullptr || !session->told_drained) return;
      owner->Tell([&] {
        owner->handler_->OnDrained(session->id, session->behind_since);
      });
    });
  }

  static MessagePtr MessageOf(const Payload& payload) {
    namespace opcode = ::websocketpp::frame::opcode;
    auto message = std::make_shared<Message>(
        typename Message::con_msg_man_ptr(),
        payload.kind() == Payload::Kind::kBinary ? opcode::binary
                                                 : opcode::text,
        payload.text().size());
    message->set_prepared(true);
    message->set_header(
        std::string(payload.frame().substr(0, payload.header_size())));
    message->append_payload(payload.text().data(), payload.text().size());
    return message;
  }

  void Push(Session& session, const MessagePtr& message, std::size_t bytes) {
    if (session.in_flight_bytes > options_.max_queued_bytes) {
      Close(session.id, CloseCode::kSlow,
            "did not read fast enough; come back");
      return;
    }
    // websocketpp holds a message until its write has ended. Each connection
    // gets its own pointer to the shared message. Its deleter says that the
    // message has left.
    ++session.in_flight_messages;
    session.in_flight_bytes += bytes;
    const MessagePtr in_flight(
        message.get(),
        [shared = sessions_.at(session.id), message, bytes](Message*) {
          shared->in_flight_bytes -= bytes;
          --shared->in_flight_messages;
          if (shared->owner != nullptr) shared->owner->OnLeft(shared);
        });
    ::websocketpp::lib::error_code ignored;  // it has gone; OnClose() follows
    endpoint_.send(session.handle, in_flight, ignored);
  }

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

#endif  // TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_
