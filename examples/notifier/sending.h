#ifndef TICKERHUB_EXAMPLES_NOTIFIER_SENDING_H_
#define TICKERHUB_EXAMPLES_NOTIFIER_SENDING_H_

// Who may send: one rule for the channel, for POST /api/notifications and for
// the form of the page (docs/security.md).

#include <string>

#include "notifier/options.h"
#include "tickerhub/notifier.h"
#include "tickerhub/websocketpp/http_api.h"

namespace tickerhub::examples {

struct SendingRule {
  Notifier::Options notifier;
  NotificationApiOptions api;
  /// Why the form of the page is off; empty if it is on.
  std::string why_off;
};

/// With tokens, clients may send what their rights allow. Without, they may if
/// nobody but this machine can connect, or if
/// --anyone-may-send says so. A program with the API token may always.
SendingRule MakeSendingRule(const NotifierOptions& options);

/// Logs a warning if hardly anybody may send.
void LogSendingRule(const SendingRule& rule);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFIER_SENDING_H_
