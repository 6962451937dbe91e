#include "protocol/token_refresh.h"

#include <utility>

#include "protocol/json_values.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal::protocol {
namespace {

Payload EncodeRefreshed(Timestamp expires, const std::string& request_id) {
  std::string text = BeginMessage(64, "{\"type\":\"refreshed\",\"expires\":");
  AppendTime(&text, expires);
  return EndMessage(std::move(text), request_id);
}

Rejection RefusedToken(std::string sentence) {
  return {ErrorCode::kTokenRefused, std::move(sentence)};
}

}  // namespace

void TokenRefresh::OnOpen(SessionId session, const SessionInfo& info) {
  if (options_.check && info.expires) {
    users_.emplace(session, User{info.identity, info.request.remote_address,
                                 std::nullopt});
  }
}

std::optional<Rejection> TokenRefresh::Handle(SessionId session,
                                              const ClientMessage& message) {
  const auto found = users_.find(session);
  if (found == users_.end()) {
    return RefusedToken(
        options_.check ? "Your session has no end, so it needs no token."
                       : "This server does not extend sessions by a token.");
  }
  if (!message.token) {
    return Rejection{ErrorCode::kMissingField, "The field 'token' is missing."};
  }
  // A check may cost as much as a thousand other requests.
  User& user = found->second;
  const SteadyTime now = scheduler_.SteadyNow();
  if (user.asked && now - *user.asked < options_.interval) {
    return Rejection{ErrorCode::kRateLimited,
                     "That was too soon after the last refresh."};
  }
  user.asked = now;
  TokenAnswer answer = options_.check(*message.token);
  if (!answer.refusal.empty()) {
    return RefusedToken("The token is refused: " + answer.refusal + ".");
  }
  if (answer.identity.user != user.name) {
    return RefusedToken("The token is somebody else's.");
  }
  if (!answer.identity.expires) {
    return RefusedToken("The token does not say how long it is valid.");
  }
  SessionInfo info;
  info.request.remote_address = user.address;
  info.identity = user.name;
  info.rights = std::move(answer.identity.rights);
  info.expires = answer.identity.expires;
  on_rights_(session, info);
  broadcaster_.SetExpiry(session, *info.expires);
  broadcaster_.Send(session, EncodeRefreshed(*info.expires, message.request_id),
                    Delivery::kEvery);
  return std::nullopt;
}

}  // namespace tickerhub::internal::protocol
