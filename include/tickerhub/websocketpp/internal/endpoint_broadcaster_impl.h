#ifndef TICKERHUB_WEBSOCKETPP_INTERNAL_ENDPOINT_BROADCASTER_IMPL_H_
#define TICKERHUB_WEBSOCKETPP_INTERNAL_ENDPOINT_BROADCASTER_IMPL_H_

// The code of EndpointBroadcaster, which is a template. Include
// tickerhub/websocketpp/endpoint_broadcaster.h instead.

#include <algorithm>
#include <exception>
#include <utility>

#include "tickerhub/remote_address.h"
#include "tickerhub/websocketpp/endpoint_broadcaster.h"

namespace tickerhub {

namespace internal {

// Reads "203.0.113.7:49152" and "[2001:db8::1]:49152".
inline RemoteAddress ReadRemoteEndpoint(std::string_view text) {
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

}  // namespace internal

template <typename Endpoint>
struct EndpointBroadcaster<Endpoint>::Session {
  EndpointBroadcaster* owner = nullptr;  // null once it has gone
  SessionId id;
  Handle handle;
  std::set<TopicId> topics;
  std::size_t in_flight_messages = 0;
  std::size_t in_flight_bytes = 0;
  std::size_t largest_in_flight = 0;  // since none was
  // The `since` of the first Publish() that it did not get, if `behind`.
  std::uint64_t behind_since = 0;
  bool behind = false;        // was skipped (Delivery::kLatest)
  bool told_drained = false;  // OnDrained() was called since
};

// ---- handlers

// A handler for the endpoint that does nothing once this object has gone.
template <typename Endpoint>
template <typename Call>
auto EndpointBroadcaster<Endpoint>::IfAlive(Call call) {
  return [weak = std::weak_ptr<EndpointBroadcaster*>(self_),
          call](auto&&... arguments) {
    if (const auto self = weak.lock()) call(**self, arguments...);
  };
}

// Calls the handler. An exception must not end the endpoint's run().
template <typename Endpoint>
template <typename Call>
void EndpointBroadcaster<Endpoint>::Tell(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    Log(std::string("a handler failed: ") + error.what());
  } catch (...) {
    Log("a handler failed");
  }
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Log(const std::string& line) {
  endpoint_.get_elog().write(::websocketpp::log::elevel::rerror,
                             "tickerhub: " + line);
}

template <typename Endpoint>
EndpointBroadcaster<Endpoint>::~EndpointBroadcaster() {
  for (auto& [id, session] : sessions_) session->owner = nullptr;
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Serve(ChannelHandler& handler) {
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

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::OnOpen(Handle handle) {
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

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::OnMessage(Handle handle,
                                              const MessagePtr& message) {
  const SessionId id = IdOf(handle);
  if (id == SessionId()) return;
  const bool binary =
      message->get_opcode() == ::websocketpp::frame::opcode::binary;
  Tell([&] { handler_->OnMessage(id, {message->get_payload(), binary}); });
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::OnClose(Handle handle) {
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

template <typename Endpoint>
SessionId EndpointBroadcaster<Endpoint>::IdOf(Handle handle) const {
  const auto found = ids_.find(handle);
  return found == ids_.end() ? SessionId() : found->second;
}

// What the client has sent to connect. websocketpp joins header fields of the
// same name with commas.
template <typename Endpoint>
SessionInfo EndpointBroadcaster<Endpoint>::InfoOf(Handle handle) {
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
  info.request.remote_address =
      internal::ReadRemoteEndpoint(connection->get_remote_endpoint());
  info.subprotocol = connection->get_subprotocol();
  return info;
}

// ---- Broadcaster

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Send(SessionId id, const Payload& payload,
                                         Delivery delivery) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  if (delivery == Delivery::kLatest) {
    found->second->behind = false;
    found->second->told_drained = false;
  }
  Push(found->second, MessageOf(payload), payload.frame().size());
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Subscribe(SessionId id, TopicId topic) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  found->second->topics.insert(topic);
  followers_[topic].insert(id);
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Unsubscribe(SessionId id, TopicId topic) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  found->second->topics.erase(topic);
  followers_[topic].erase(id);
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::SetSubscriptions(
    SessionId id, std::vector<TopicId> topics) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  for (const TopicId topic : std::exchange(found->second->topics, {})) {
    followers_[topic].erase(id);
  }
  for (const TopicId topic : topics) Subscribe(id, topic);
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Publish(
    std::vector<Publication> publications, Delivery delivery,
    std::uint64_t since) {
  struct Pending {
    std::shared_ptr<Session> session;
    MessagePtr message;
    std::size_t bytes;
  };
  // A session that had drained when the tick began gets all of it.
  std::vector<Pending> pending;
  for (const Publication& publication : publications) {
    const MessagePtr message = MessageOf(publication.payload);
    for (const SessionId id : followers_[publication.topic]) {
      const std::shared_ptr<Session>& session = sessions_.at(id);
      if (delivery == Delivery::kLatest &&
          (session->behind || session->in_flight_messages > 0)) {
        if (!std::exchange(session->behind, true)) {
          session->behind_since = since;
        }
        continue;
      }
      pending.push_back({session, message, publication.payload.frame().size()});
    }
  }
  for (const Pending& one : pending) Push(one.session, one.message, one.bytes);
}

template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Close(SessionId id, CloseCode code,
                                          std::string_view reason) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  ::websocketpp::lib::error_code ignored;  // it is closing already
  endpoint_.close(found->second->handle,
                  static_cast<::websocketpp::close::status::value>(code),
                  std::string(FittingReason(reason)), ignored);
}

// ---- messages

template <typename Endpoint>
auto EndpointBroadcaster<Endpoint>::MessageOf(const Payload& payload)
    -> MessagePtr {
  namespace opcode = ::websocketpp::frame::opcode;
  using Message = typename MessagePtr::element_type;
  auto message = std::make_shared<Message>(
      typename Message::con_msg_man_ptr(),
      payload.kind() == Payload::Kind::kBinary ? opcode::binary : opcode::text,
      payload.text().size());
  message->set_prepared(true);
  message->set_header(
      std::string(payload.frame().substr(0, payload.header_size())));
  message->append_payload(payload.text().data(), payload.text().size());
  return message;
}

// websocketpp holds a message until its write has ended. Each connection gets
// its own pointer to the shared message. Its deleter says that the message has
// left.
template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::Push(
    const std::shared_ptr<Session>& session, const MessagePtr& message,
    std::size_t bytes) {
  if (session->in_flight_messages == 0) session->largest_in_flight = 0;
  const std::size_t largest =
      std::min(session->largest_in_flight, session->in_flight_bytes);
  if (session->in_flight_bytes - largest > options_.max_queued_bytes) {
    Close(session->id, CloseCode::kSlow, "did not read fast enough; come back");
    return;
  }
  ++session->in_flight_messages;
  session->in_flight_bytes += bytes;
  session->largest_in_flight = std::max(session->largest_in_flight, bytes);
  const MessagePtr in_flight(
      message.get(),
      [session, message, bytes](typename MessagePtr::element_type*) {
        session->in_flight_bytes -= bytes;
        --session->in_flight_messages;
        if (session->owner != nullptr) session->owner->OnLeft(session);
      });
  ::websocketpp::lib::error_code ignored;  // it has gone; OnClose() follows
  endpoint_.send(session->handle, in_flight, ignored);
}

// Called from a deleter, deep inside websocketpp or one of our own calls. No
// callback may run there, so it is posted.
template <typename Endpoint>
void EndpointBroadcaster<Endpoint>::OnLeft(
    const std::shared_ptr<Session>& session) {
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

}  // namespace tickerhub

#endif  // TICKERHUB_WEBSOCKETPP_INTERNAL_ENDPOINT_BROADCASTER_IMPL_H_
