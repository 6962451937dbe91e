#ifndef TICKERHUB_NOTIFICATION_ROUTER_H_
#define TICKERHUB_NOTIFICATION_ROUTER_H_

// A NotificationRouter knows who is connected and under which name. It sends a
// payload to everybody, to one user or to one connection. It does not look into
// the payload. A Notifier has one inside; use it alone for a protocol of your
// own.
//
//     tickerhub::NotificationRouter router(broadcaster);
//     router.Connect(session, "k3f9a2");    // a guest, addressed as "k3f9a2"
//     router.Identify(session, "ann");      // now also addressed as "ann"
//     std::size_t reached = router.SendToUser("ann", payload);
//
// A connection starts without an identifier; it is a guest. Any number of
// connections (tabs, devices) may take the same identifier. Together they are
// one user. The name of a connection is its identifier if it has one, else its
// client id.
//
// Two spellings are one name if they differ in case, in how Unicode composes
// their characters, or in what is invisible ("Ann" and "ann"; NFKC_Casefold).
// A user is called as the first of its connections has spelled it.
//
// Threads: call from the hub's thread only.
// Promises: payloads are sent with Delivery::kEvery, in the order of the calls.
// Each Send…() returns the number of connections to which it gave the payload.
// A connection that breaks meanwhile is still counted.
// Costs: constant for one connection, in proportion to the connections reached
// for a user.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/broadcaster.h"
#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT NotificationRouter {
 public:
  struct Options {
    /// Longest identifier, in bytes of UTF-8. Beyond: kInvalid.
    std::size_t max_identifier_bytes = 64;
    /// Most connections of one user. Beyond: kTooManyConnections.
    std::size_t max_connections_per_user = 100;
  };

  /// The topic to which every connected session is subscribed.
  static constexpr TopicId kEverybody = 0;

  enum class IdentifyResult : std::uint8_t {
    kIdentified,
    kUnchanged,  ///< the session had that identifier already
    kInvalid,    ///< too long, not UTF-8, with a control character, with a
                 ///< blank at an end, or without a visible character
    kReserved,   ///< looks like "all", "api" or "server" (UTS #39), begins
                 ///< with '#' as a group does, or is somebody's client id
    kTooManyConnections,  ///< see Options::max_connections_per_user
    kNotConnected,        ///< there is no such session
  };

  /// Hears of every change, after the router has made it. Must not change the
  /// router from inside a call.
  class Observer {
   public:
    virtual ~Observer() = default;
    /// `session` is connected now, without an identifier.
    virtual void OnConnect(SessionId session) = 0;
    /// `session` has another identifier now. `old_name`: its name before.
    virtual void OnIdentify(SessionId session, const std::string& old_name) = 0;
    /// `session` is not connected any more. `old_name`: its name before.
    virtual void OnDisconnect(SessionId session,
                              const std::string& old_name) = 0;
  };

  /// A user with all connections, or a guest.
  struct User {
    std::string identifier;               ///< the client id of a guest
    std::vector<std::string> client_ids;  ///< in the order of identifying
    bool anonymous = false;               ///< a guest
  };

  /// `broadcaster` must outlive the router.
  explicit NotificationRouter(Broadcaster& broadcaster)
      : NotificationRouter(broadcaster, Options()) {}
  NotificationRouter(Broadcaster& broadcaster, Options options);

  /// Tells `observer` of every change from now on, instead of the one set
  /// before. Null: nobody. `observer` must outlive the router or be replaced.
  void SetObserver(Observer* observer) { observer_ = observer; }

  /// Adds a connection and subscribes it to kEverybody.
  /// REQUIRES: `session` is not connected; IsTaken(client_id) is false.
  void Connect(SessionId session, std::string_view client_id);

  /// Removes a connection. Does nothing if it is not connected.
  void Disconnect(SessionId session);

  /// Gives the session an identifier. It replaces the one before. Changes
  /// nothing unless the result is kIdentified. If others of that user are
  /// online, their spelling counts: see NameOf().
  IdentifyResult Identify(SessionId session, std::string_view identifier);

  /// Returns whether somebody online has this identifier, in any spelling, or
  /// this client id.
  bool IsTaken(std::string_view name) const;
  /// Returns whether somebody online has this identifier, in any spelling.
  bool IsUser(std::string_view identifier) const {
    return FindUser(identifier) != nullptr;
  }
  /// Returns whether a connection has this client id.
  bool IsConnected(std::string_view client_id) const {
    return FindClient(client_id) != nullptr;
  }
  /// Returns whether a connection has exactly this name. The client id of a
  /// connection with an identifier is taken, but it is not its name.
  bool IsOnline(std::string_view name) const;

  std::size_t SendToAll(const Payload& payload);
  /// Publishes what is state, not an event: a session that does not keep up is
  /// skipped (Delivery::kLatest).
  void PublishState(std::vector<Payload> payloads);
  std::size_t SendToUser(std::string_view identifier, const Payload& payload);
  std::size_t SendToClient(std::string_view client_id, const Payload& payload);
  /// Sends to the user of that identifier; if there is none, to the connection
  /// of that client id.
  std::size_t SendTo(std::string_view recipient, const Payload& payload);

  /// Returns how many connections SendTo() would reach.
  std::size_t CountOf(std::string_view recipient) const;

  /// Returns the connections that SendTo() would reach, in the order of
  /// identifying.
  std::vector<SessionId> SessionsOf(std::string_view recipient) const;
  /// Returns at most `limit` connections: those of users in the order of their
  /// identifiers, then guests in the order of their client ids.
  std::vector<SessionId> Sessions(std::size_t limit) const;

  /// Null if the session is not connected. Valid until the next change of the
  /// router.
  const std::string* ClientIdOf(SessionId session) const;
  const std::string* NameOf(SessionId session) const;
  /// Empty if the session has no identifier or is not connected.
  std::string_view IdentifierOf(SessionId session) const;

  std::size_t connection_count() const { return connections_.size(); }
  /// Users and guests together.
  std::size_t online_count() const { return users_.size() + guests_.size(); }

  /// Returns at most `limit` of those online: users by identifier, then guests
  /// by client id.
  std::vector<User> Online(std::size_t limit) const;
  /// The user or the guest of that name; nothing if IsOnline(name) is false.
  std::optional<User> Find(std::string_view name) const;

 private:
  struct Spelled {
    std::string identifier;  // as the first connection has spelled it
    std::vector<SessionId> sessions;
  };
  // By what all spellings have in common.
  using Users = std::map<std::string, Spelled, std::less<>>;
  // There is one for each connection, so nothing is kept twice.
  struct Connection {
    std::string client_id;
    const Users::value_type* user;  // null: a guest
  };
  // The keys are the client ids of connections_.
  using ByClientId = std::map<std::string_view, SessionId>;

  User UserOf(const Spelled& spelled) const;
  const SessionId* FindClient(std::string_view client_id) const;
  const Spelled* FindUser(std::string_view identifier) const;
  void LeaveUser(SessionId session, const Users::value_type& user);

  Broadcaster& broadcaster_;
  Options options_;
  Observer* observer_ = nullptr;
  std::unordered_map<SessionId, Connection> connections_;
  Users users_;
  // Each connection is in one of them.
  ByClientId named_;
  ByClientId guests_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_NOTIFICATION_ROUTER_H_
