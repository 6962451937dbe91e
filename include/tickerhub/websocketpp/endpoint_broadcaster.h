#ifndef TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_
#define TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_

// A Broadcaster over a websocketpp::server that you run yourself. Server
// (server.h) does more for you; use this where an endpoint exists already.
//
//     using Endpoint = websocketpp::server<websocketpp::config::asio>;
//     Endpoint endpoint;
//     tickerhub::EndpointBroadcaster<Endpoint> out(endpoint);
//     MyService service(out);  // a ChannelHandler
//     endpoint.set_open_handler([&](websocketpp::connection_hdl handle) {
//       service.OnOpen(out.Add(handle), {});
//     });
//     endpoint.set_message_handler([&](websocketpp::connection_hdl handle,
//                                      Endpoint::message_ptr message) {
//       service.OnMessage(out.IdOf(handle), {message->get_payload()});
//     });
//     endpoint.set_close_handler([&](websocketpp::connection_hdl handle) {
//       service.OnClose(out.Remove(handle));
//     });
//
// This header includes websocketpp. So it needs C++17 (websocketpp 0.8.2 does
// not compile as C++20), and tickerhub.h does not include it.
//
// Threads: call from the thread that runs the endpoint. It is the hub's thread.
//
// Promises: those of Broadcaster. A message is framed once, and all connections
// that get it share it. websocketpp does not tell when a session has drained;
// this class finds out by itself and calls Options::on_drained.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <websocketpp/server.hpp>

#include "tickerhub/broadcaster.h"

namespace tickerhub {

/// Sends to the connections of one endpoint. `Endpoint` is a
/// websocketpp::server<config>.
template <typename Endpoint>
class EndpointBroadcaster : public Broadcaster {
 public:
  using Handle = ::websocketpp::connection_hdl;

  struct Options {
    /// Bytes that wait for one reader (Delivery::kEvery). When more than this
    /// waits and a further message comes, the reader is closed with 4001.
    std::size_t max_queued_bytes = 256 * 1024;
    /// Is called when a session that was skipped has drained. Call
    /// ChannelHandler::OnDrained() from it, with the same arguments: without
    /// that the session is skipped for ever.
    std::function<void(SessionId, std::uint64_t since)> on_drained;
  };

  explicit EndpointBroadcaster(Endpoint& endpoint)
      : EndpointBroadcaster(endpoint, Options()) {}
  /// `endpoint` must outlive this object and must not run afterwards.
  EndpointBroadcaster(Endpoint& endpoint, Options options)
      : endpoint_(endpoint), options_(std::move(options)) {}
  ~EndpointBroadcaster() override {
    for (auto& [id, session] : sessions_) session->owner = nullptr;
  }
  EndpointBroadcaster(const EndpointBroadcaster&) = delete;
  EndpointBroadcaster& operator=(const EndpointBroadcaster&) = delete;

  /// Adds a connection. Call from the open handler.
  SessionId Add(Handle handle) {
    const SessionId id{++last_id_};
    auto session = std::make_shared<Session>();
    session->owner = this;
    session->id = id;
    session->handle = handle;
    ids_[handle] = id;
    sessions_[id] = std::move(session);
    return id;
  }

  /// Removes a connection and returns its id. Call from the close handler.
  /// Returns {0} if the connection was not added.
  SessionId Remove(Handle handle) {
    const SessionId id = IdOf(handle);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return id;
    for (const TopicId topic : found->second->topics) {
      followers_[topic].erase(id);
    }
    found->second->owner = nullptr;
    sessions_.erase(found);
    ids_.erase(handle);
    return id;
  }

  /// Returns {0} if the connection was not added.
  SessionId IdOf(Handle handle) const {
    const auto found = ids_.find(handle);
    return found == ids_.end() ? SessionId() : found->second;
  }

  // Broadcaster.

  void Send(SessionId id, const Payload& payload, Delivery delivery) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    if (delivery == Delivery::kLatest) {
      found->second->behind = false;
      found->second->told_drained = false;
    }
    Push(*found->second, MessageOf(payload), payload.frame().size());
  }

  void Subscribe(SessionId id, TopicId topic) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    found->second->topics.insert(topic);
    followers_[topic].insert(id);
  }

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

  void Close(SessionId id, CloseCode code, std::string_view reason) override {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    ::websocketpp::lib::error_code ignored;  // it is closing already
    endpoint_.close(found->second->handle,
                    static_cast<::websocketpp::close::status::value>(code),
                    std::string(FittingReason(reason)), ignored);
  }

 private:
  using MessagePtr = typename Endpoint::message_ptr;
  using Message = typename MessagePtr::element_type;

  struct Session {
    EndpointBroadcaster* owner = nullptr;  // null after Remove()
    SessionId id;
    Handle handle;
    std::set<TopicId> topics;
    std::size_t in_flight_messages = 0;
    std::size_t in_flight_bytes = 0;
    // The `since` of the first Publish() that it did not get, if `behind`.
    std::uint64_t behind_since = 0;
    bool behind = false;        // was skipped (Delivery::kLatest)
    bool told_drained = false;  // on_drained was called since
  };

  struct Pending {
    Session* session;
    MessagePtr message;
    std::size_t bytes;
  };

  // Called from a deleter, deep inside websocketpp or one of our own calls.
  // No callback may run there, so it is posted.
  void OnLeft(const std::shared_ptr<Session>& session) {
    if (session->in_flight_messages > 0 || !session->behind ||
        session->told_drained) {
      return;
    }
    session->told_drained = true;
    endpoint_.get_io_service().post([session] {
      const EndpointBroadcaster* const owner = session->owner;
      if (owner != nullptr && session->told_drained &&
          owner->options_.on_drained) {
        owner->options_.on_drained(session->id, session->behind_since);
      }
    });
  }

  static MessagePtr MessageOf(const Payload& payload) {
    auto message = std::make_shared<Message>(
        typename Message::con_msg_man_ptr(), ::websocketpp::frame::opcode::text,
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
    ::websocketpp::lib::error_code ignored;  // it has gone; Remove() follows
    endpoint_.send(session.handle, in_flight, ignored);
  }

  Endpoint& endpoint_;
  Options options_;
  std::uint64_t last_id_ = 0;
  std::map<Handle, SessionId, std::owner_less<Handle>> ids_;
  std::map<SessionId, std::shared_ptr<Session>> sessions_;
  std::map<TopicId, std::set<SessionId>> followers_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_ENDPOINT_BROADCASTER_H_
