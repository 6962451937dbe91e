#include "tickerhub/notification_router.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "names/text_rules.h"
#include "text/utf8.h"

namespace tickerhub {
NotificationRouter::NotificationRouter(Broadcaster& broadcaster,
                                       Options options)
    : broadcaster_(broadcaster), options_(options) {}

void NotificationRouter::Connect(SessionId session,
                                 std::string_view client_id) {
  assert(connections_.count(session) == 0);
  assert(!IsTaken(client_id));
  const auto [connection, is_new] = connections_.emplace(
      session, Connection{std::string(client_id), nullptr});
  guests_.emplace(connection->second.client_id, session);
  broadcaster_.Subscribe(session, kEverybody);
  if (observer_ != nullptr) observer_->OnConnect(session);
}

void NotificationRouter::Disconnect(SessionId session) {
  const auto found = connections_.find(session);
  if (found == connections_.end()) return;
  // The connection itself may go on.
  broadcaster_.Unsubscribe(session, kEverybody);
  const std::string old_name = *NameOf(session);
  const Connection& connection = found->second;
  if (connection.user == nullptr) {
    guests_.erase(connection.client_id);
  } else {
    named_.erase(connection.client_id);
    LeaveUser(session, *connection.user);
  }
  connections_.erase(found);
  if (observer_ != nullptr) observer_->OnDisconnect(session, old_name);
}

NotificationRouter::IdentifyResult NotificationRouter::Identify(
    SessionId session, std::string_view identifier) {
  const auto found = connections_.find(session);
  if (found == connections_.end()) return IdentifyResult::kNotConnected;
  Connection& connection = found->second;
  if (!internal::IsName(identifier, options_.max_identifier_bytes)) {
    return IdentifyResult::kInvalid;
  }
  std::string key = internal::NameKey(identifier);
  const bool is_group = !key.empty() && key.front() == '#';
  if (is_group || internal::LooksReserved(identifier) ||
      FindClient(identifier) != nullptr || FindClient(key) != nullptr) {
    return IdentifyResult::kReserved;
  }
  const bool had_it =
      connection.user != nullptr && connection.user->first == key;
  // Alone under its name, it may spell it in another way.
  if (had_it && (connection.user->second.sessions.size() > 1 ||
                 connection.user->second.identifier == identifier)) {
    return IdentifyResult::kUnchanged;
  }
  if (!had_it && CountOf(identifier) >= options_.max_connections_per_user) {
    return IdentifyResult::kTooManyConnections;
  }
  const std::string old_name = *NameOf(session);
  if (connection.user == nullptr) {
    named_.insert(guests_.extract(connection.client_id));
  } else {
    LeaveUser(session, *connection.user);
  }
  const auto joined =
      users_.try_emplace(std::move(key), Spelled{std::string(identifier), {}})
          .first;
  joined->second.sessions.push_back(session);
  connection.user = &*joined;
  if (observer_ != nullptr) observer_->OnIdentify(session, old_name);
  return IdentifyResult::kIdentified;
}

bool NotificationRouter::IsTaken(std::string_view name) const {
  return FindUser(name) != nullptr || FindClient(name) != nullptr;
}

bool NotificationRouter::IsOnline(std::string_view name) const {
  const Spelled* const user = FindUser(name);
  return (user != nullptr && user->identifier == name) ||
         guests_.count(name) > 0;
}

std::size_t NotificationRouter::SendToAll(const Payload& payload) {
  broadcaster_.Publish({{kEverybody, payload}}, Delivery::kEvery, /*since=*/0);
  return connections_.size();
}

void NotificationRouter::PublishState(std::vector<Payload> payloads) {
  std::vector<Publication> publications;
  publications.reserve(payloads.size());
  for (Payload& payload : payloads) {
    publications.push_back({kEverybody, std::move(payload)});
  }
  broadcaster_.Publish(std::move(publications), Delivery::kLatest,
                       /*since=*/0);
}

std::size_t NotificationRouter::SendToUser(std::string_view identifier,
                                           const Payload& payload) {
  const Spelled* const user = FindUser(identifier);
  if (user == nullptr) return 0;
  for (const SessionId session : user->sessions) {
    broadcaster_.Send(session, payload, Delivery::kEvery);
  }
  return user->sessions.size();
}

std::size_t NotificationRouter::SendToClient(std::string_view client_id,
                                             const Payload& payload) {
  const SessionId* const session = FindClient(client_id);
  if (session == nullptr) return 0;
  broadcaster_.Send(*session, payload, Delivery::kEvery);
  return 1;
}

std::size_t NotificationRouter::SendTo(std::string_view recipient,
                                       const Payload& payload) {
  const std::size_t reached = SendToUser(recipient, payload);
  return reached > 0 ? reached : SendToClient(recipient, payload);
}

std::size_t NotificationRouter::CountOf(std::string_view recipient) const {
  const Spelled* const user = FindUser(recipient);
  if (user != nullptr) return user->sessions.size();
  return FindClient(recipient) == nullptr ? 0 : 1;
}

std::vector<SessionId> NotificationRouter::SessionsOf(
    std::string_view recipient) const {
  const Spelled* const user = FindUser(recipient);
  if (user != nullptr) return user->sessions;
  const SessionId* const session = FindClient(recipient);
  if (session == nullptr) return {};
  return {*session};
}

std::vector<SessionId> NotificationRouter::Sessions(std::size_t limit) const {
  std::vector<SessionId> sessions;
  sessions.reserve(std::min(limit, connection_count()));
  for (const auto& [key, user] : users_) {
    for (const SessionId session : user.sessions) {
      if (sessions.size() == limit) return sessions;
      sessions.push_back(session);
    }
  }
  for (const auto& [client_id, session] : guests_) {
    if (sessions.size() == limit) return sessions;
    sessions.push_back(session);
  }
  return sessions;
}

const std::string* NotificationRouter::ClientIdOf(SessionId session) const {
  const auto found = connections_.find(session);
  return found == connections_.end() ? nullptr : &found->second.client_id;
}

const std::string* NotificationRouter::NameOf(SessionId session) const {
  const auto found = connections_.find(session);
  if (found == connections_.end()) return nullptr;
  const Connection& connection = found->second;
  return connection.user == nullptr ? &connection.client_id
                                    : &connection.user->second.identifier;
}

std::string_view NotificationRouter::IdentifierOf(SessionId session) const {
  const auto found = connections_.find(session);
  if (found == connections_.end() || found->second.user == nullptr) {
    return {};
  }
  return found->second.user->second.identifier;
}

std::vector<NotificationRouter::User> NotificationRouter::Online(
    std::size_t limit) const {
  std::vector<User> online;
  online.reserve(std::min(limit, online_count()));
  for (const auto& [key, spelled] : users_) {
    if (online.size() == limit) return online;
    online.push_back(UserOf(spelled));
  }
  for (const auto& [client_id, session] : guests_) {
    if (online.size() == limit) return online;
    online.push_back(
        User{std::string(client_id), {std::string(client_id)}, true});
  }
  return online;
}

std::optional<NotificationRouter::User> NotificationRouter::Find(
    std::string_view name) const {
  if (const Spelled* const user = FindUser(name)) return UserOf(*user);
  if (guests_.count(name) == 0) return std::nullopt;
  return User{std::string(name), {std::string(name)}, true};
}

NotificationRouter::User NotificationRouter::UserOf(
    const Spelled& spelled) const {
  User user{spelled.identifier, {}, false};
  user.client_ids.reserve(spelled.sessions.size());
  for (const SessionId session : spelled.sessions) {
    user.client_ids.push_back(connections_.at(session).client_id);
  }
  return user;
}

const SessionId* NotificationRouter::FindClient(
    std::string_view client_id) const {
  const auto guest = guests_.find(client_id);
  if (guest != guests_.end()) return &guest->second;
  const auto named = named_.find(client_id);
  return named == named_.end() ? nullptr : &named->second;
}

const NotificationRouter::Spelled* NotificationRouter::FindUser(
    std::string_view identifier) const {
  if (!internal::IsValidUtf8(identifier)) return nullptr;
  const auto user = users_.find(internal::NameKey(identifier));
  return user == users_.end() ? nullptr : &user->second;
}

void NotificationRouter::LeaveUser(SessionId session,
                                   const Users::value_type& user) {
  const auto found = users_.find(user.first);
  std::vector<SessionId>& sessions = found->second.sessions;
  sessions.erase(std::find(sessions.begin(), sessions.end(), session));
  if (sessions.empty()) users_.erase(found);
}

}  // namespace tickerhub
