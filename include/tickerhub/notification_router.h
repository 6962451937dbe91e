#ifndef TICKERHUB_NOTIFICATION_ROUTER_H_
#define TICKERHUB_NOTIFICATION_ROUTER_H_

// NotificationRouter knows who is connected, under which identifier and on how
// many connections, and sends a payload to all of them, to one user or to one
// connection. It doesn't know what a notification says.
//
//   tickerhub::NotificationRouter router(broadcaster);
//   router.Connect(session, "k3f9a2");
//   router.Identify(session, "ann");
//   std::size_t reached = router.SendToUser("ann", payload);
//
// A connection starts without an identifier and is addressed by its client id.
// Any number of connections (tabs, devices) may share an identifier: together
// they are one user.
//
// Threads: call from the hub's thread only.
// Promises: what it sends has Delivery::kEvery. Each Send… answers how many
// connections it was handed to; one that breaks at that moment is counted
// still. Costs: constant for one connection, proportional to the connections
// reached for a user.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/broadcaster.h"

namespace tickerhub {

class NotificationRouter {
 public:
  struct Options {
    /// The longest identifier, in bytes of UTF-8.
    std::size_t max_identifier_bytes = 64;
    /// Connections one user may have.
    std::size_t max_connections_per_user = 100;
  };

  /// The topic to which every connected session is subscribed.
  static constexpr TopicId kEverybody = 0;

  enum class IdentifyResult : std::uint8_t {
    kIdentified,
    kUnchanged,  ///< it had that identifier already
    kInvalid,    ///< empty, too long, not UTF-8, control characters, or blanks
                 ///< at an end
    kReserved,   ///< "all", "server" (in any case), or somebody's client id
    kTooManyConnections,  ///< Options::max_connections_per_user
    kNotConnected,        ///< no such session
  };

  /// One who is online: a user with all of its connections, or a connection
  /// without an identifier (then `identifier` is its client id).
  struct User {
    std::string identifier;
    std::vector<std::string> client_ids;  // in the order of connecting
    bool anonymous = false;
  };

  /// `broadcaster` must outlive the router.
  explicit NotificationRouter(Broadcaster& broadcaster)
      : NotificationRouter(broadcaster, Options()) {}
  NotificationRouter(Broadcaster& broadcaster, Options options);

  /// REQUIRES: `session` is not connected and `client_id` is nobody's client id
  /// or identifier (see IsTaken()).
  void Connect(SessionId session, std::string_view client_id);

  /// Does nothing if it is not connected.
  void Disconnect(SessionId session);

  /// Gives the session an identifier, instead of one it may have had.
  IdentifyResult Identify(SessionId session, std::string_view identifier);

  /// Somebody online has this as identifier or client id.
  bool IsTaken(std::string_view name) const;

  /// Each answers how many connections it was handed to.
  std::size_t SendToAll(const Payload& payload);
  std::size_t SendToUser(std::string_view identifier, const Payload& payload);
  std::size_t SendToClient(std::string_view client_id, const Payload& payload);
  /// To the user of that identifier, else to the connection of that client id.
  std::size_t SendTo(std::string_view recipient, const Payload& payload);

  /// How many connections SendTo() would reach.
  std::size_t CountOf(std::string_view recipient) const;

  /// Null if it is not connected; valid until the router is next changed.
  const std::string* ClientIdOf(SessionId session) const;
  /// The identifier, or the client id of a connection that has none; null if
  /// it is not connected.
  const std::string* NameOf(SessionId session) const;
  /// The identifier; empty if it has none or is not connected.
  std::string_view IdentifierOf(SessionId session) const;

  std::size_t connection_count() const { return connections_.size(); }
  /// Users and connections without an identifier, together.
  std::size_t online_count() const { return users_.size() + anonymous_.size(); }

  /// At most `limit` of those online: users by identifier, then connections
  /// without one by client id.
  std::vector<User> Online(std::size_t limit) const;

 private:
  // One for each connection, so it is small: nothing is kept twice.
  struct Connection {
    std::string client_id;
    const std::string* identifier;  // the key of users_; null: none
  };
  // The keys are the client ids of connections_.
  using ByClientId = std::map<std::string_view, SessionId>;

  const SessionId* FindClient(std::string_view client_id) const;
  void LeaveUser(SessionId session, const std::string& identifier);

  Broadcaster& broadcaster_;
  Options options_;
  std::unordered_map<SessionId, Connection> connections_;
  std::map<std::string, std::vector<SessionId>, std::less<>> users_;
  // Each connection is in one of them: whether it has an identifier tells in
  // which.
  ByClientId named_;
  ByClientId anonymous_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_ROUTER_H_
