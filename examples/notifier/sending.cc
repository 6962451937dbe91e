#include "notifier/sending.h"

#include <spdlog/spdlog.h>

namespace tickerhub::examples {

SendingRule MakeSendingRule(const NotifierOptions& options) {
  SendingRule rule;
  rule.notifier = options.notifier;
  rule.api.heartbeat = options.stream_heartbeat;
  if (const auto& tokens = options.server.identity.tokens) {
    rule.notifier.identity_from_admission = true;
    rule.notifier.may_send_to_all = ClientsWith(kMaySendToAll);
    rule.notifier.may_send_to_users = ClientsWith(kMaySendToUsers);
    rule.notifier.may_send_to_groups = ClientsWith(kMaySendToGroups);
    rule.notifier.may_join_groups = ClientsWith(kMayJoinGroups);
    rule.notifier.refresh.check = tokens->Check();
    rule.api.token = options.api_token;
    rule.api.require_token = true;
    return rule;
  }
  const bool is_open =
      options.anyone_may_send || IsForThisMachineOnly(options.server.listen);
  rule.api.token = options.api_token;
  rule.api.require_token = !is_open;
  if (is_open) return rule;
  rule.notifier.may_send_to_all = NoClients;
  rule.notifier.may_send_to_users = NoClients;
  rule.notifier.may_send_to_groups = NoClients;
  rule.why_off =
      "Sending is off: other machines can connect to this server, and nobody "
      "has to show who they are. Whoever runs it can turn sending on, see "
      "--anyone-may-send.";
  return rule;
}

void LogSendingRule(const SendingRule& rule) {
  if (rule.why_off.empty()) return;
  spdlog::warn(
      "others than this machine can connect, so clients can't send{}; "
      "--anyone-may-send allows it to everybody{}",
      rule.api.token.empty() ? ", and POST /api/notifications is refused" : "",
      rule.api.token.empty()
          ? ", TICKERHUB_API_TOKEN to programs that have the token"
          : "");
}

}  // namespace tickerhub::examples
