#ifndef TICKERHUB_CLIENT_RULE_H_
#define TICKERHUB_CLIENT_RULE_H_

// A ClientRule says which clients may do something: add a stock, send to
// everybody. The options of the services hold such rules. A service asks when
// a session opens and when it shows a new token, and keeps the answer.
//
//     tickerhub::StockTracker::Options rules;
//     rules.may_add = tickerhub::IdentifiedClients;
//     rules.may_add = [](const tickerhub::SessionInfo& client) {
//       return client.identity == "ann";
//     };
//
// A rule restricts what clients ask for over their connection. It restricts
// neither your program nor whoever has the token of the HTTP API. One whom an
// HttpGuard knows (Server::Guard()) is under the rules of Notifier::Options,
// too: they are asked at each request, and see the user and the rights alone.
//
// Threads: services call rules on the hub's thread.

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "tickerhub/connect_request.h"

namespace tickerhub {

/// Returns whether the client may. An empty function stands for NoClients.
using ClientRule = std::function<bool(const SessionInfo& client)>;

inline bool AllClients(const SessionInfo& /*client*/) { return true; }
inline bool NoClients(const SessionInfo& /*client*/) { return false; }
/// Those that have an identity from the admission of the channel.
inline bool IdentifiedClients(const SessionInfo& client) {
  return !client.identity.empty();
}

/// Those that have a right from the admission: see identity.h for the names.
inline ClientRule ClientsWith(std::string right) {
  return [right = std::move(right)](const SessionInfo& client) {
    return std::find(client.rights.begin(), client.rights.end(), right) !=
           client.rights.end();
  };
}

}  // namespace tickerhub

#endif  // TICKERHUB_CLIENT_RULE_H_
