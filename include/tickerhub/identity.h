#ifndef TICKERHUB_IDENTITY_H_
#define TICKERHUB_IDENTITY_H_

// Who a client is, as it has shown to an admission or to an HttpGuard: with a
// token, say (see jwt/token_verifier.h). An identity gives no right by itself:
// services ask their ClientRules, such as ClientsWith(kMayAddStock).
//
//     tickerhub::Identity ann;
//     ann.user = "ann";
//     ann.rights = {tickerhub::kMayRead, tickerhub::kMaySendToUsers};
//     reply(tickerhub::Admission::Accept(ann));
//
// Threads: a value; use it from any thread as you use a std::string.

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

/// What a client may do. The programs have a rule for each; names of your own
/// are for rules of your own. TokenVerifier asks for the first one itself.
inline constexpr char kMayRead[] = "read";
inline constexpr char kMaySendToUsers[] = "send-users";
inline constexpr char kMaySendToAll[] = "send-all";
inline constexpr char kMaySendToGroups[] = "send-groups";
inline constexpr char kMayJoinGroups[] = "join-groups";
inline constexpr char kMayAddStock[] = "add-stock";

struct TICKERHUB_EXPORT Identity {
  /// Empty: unknown. A Notifier with identity_from_admission takes it for the
  /// identifier, so it must be a name (NotificationRouter::IdentifyResult).
  std::string user;
  std::vector<std::string> rights;
  /// When the client needs a new token, by the wall clock. Then its session is
  /// closed with CloseCode::kTokenExpired, and a stream of the HTTP API ends.
  /// Unset: never.
  std::optional<Timestamp> expires;

  /// Returns whether it has the right, in exactly this spelling.
  bool Has(std::string_view right) const {
    return std::find(rights.begin(), rights.end(), right) != rights.end();
  }
};

/// What became of a token that a client has shown during its session.
struct TICKERHUB_EXPORT TokenAnswer {
  /// Why it is refused, without a full stop; the client reads it. Empty: it is
  /// good.
  std::string refusal;
  Identity identity;  ///< of a good one, with an end
};

/// Checks a token, on the hub's thread. A TokenVerifier makes one: see
/// TokenVerifier::Check().
using TokenCheck = std::function<TokenAnswer(std::string_view token)>;

/// How a service answers `refresh`, with which a client extends a session that
/// has an end. The token must be of the same user. From then on the session has
/// the rights of the new token, fewer or more: each ClientRule of the service
/// is asked again. It sees the user, the rights, the end and the address, and
/// nothing else of the request. A token that is refused leaves the session as
/// it is.
struct TICKERHUB_EXPORT RefreshOptions {
  /// Null: `refresh` is refused.
  TokenCheck check;
  /// A client may refresh once in this time. Beyond: `rate-limited`.
  std::chrono::milliseconds interval{5'000};
};

}  // namespace tickerhub

#endif  // TICKERHUB_IDENTITY_H_
