#ifndef TICKERHUB_IDENTITY_H_
#define TICKERHUB_IDENTITY_H_

// Who a client is, as it has shown to an admission: with a token, say (see
// jwt/token_verifier.h).
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

/// What a client may do. Services and the HTTP API know these rights; names of
/// your own are for rules of your own.
inline constexpr char kMayRead[] = "read";
inline constexpr char kMaySendToUsers[] = "send-users";
inline constexpr char kMaySendToAll[] = "send-all";
inline constexpr char kMaySendToGroups[] = "send-groups";
inline constexpr char kMayJoinGroups[] = "join-groups";
inline constexpr char kMayAddStock[] = "add-stock";

struct TICKERHUB_EXPORT Identity {
  std::string user;  ///< empty: unknown
  std::vector<std::string> rights;
  /// When the client needs a new token. Then its session is closed with
  /// CloseCode::kTokenExpired.
  std::optional<Timestamp> expires;

  bool Has(std::string_view right) const {
    return std::find(rights.begin(), rights.end(), right) != rights.end();
  }
};

/// What became of a token that a client has shown during its session.
struct TICKERHUB_EXPORT TokenAnswer {
  std::string refusal;  ///< why it is refused; empty: it is good
  Identity identity;
};

/// Checks a token. A TokenVerifier makes one: see TokenVerifier::Check().
using TokenCheck = std::function<TokenAnswer(std::string_view token)>;

/// How a service answers `refresh`, with which a client extends a session that
/// has an end. Its user stays. From then on it has the rights of the new token,
/// fewer or more: each ClientRule of the service is asked again. It sees the
/// user, the rights, the end and the address, and nothing else of the request.
struct TICKERHUB_EXPORT RefreshOptions {
  /// Null: `refresh` is refused.
  TokenCheck check;
  /// A client may refresh once in this time. Beyond: `rate-limited`.
  std::chrono::milliseconds interval{5'000};
};

}  // namespace tickerhub

#endif  // TICKERHUB_IDENTITY_H_
