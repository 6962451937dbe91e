#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONFIGURATION_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONFIGURATION_H_

#include <vector>

#include "http/site.h"
#include "tickerhub/status.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// Returns what is wrong with the settings of a server, as a sentence for its
/// programmer with kInvalidArgument; ok if nothing is.
Status CheckOptions(const ServerOptions& options);
Status CheckListeners(const std::vector<Listener>& listeners,
                      const ServerOptions& options);
Status CheckProxies(const ServerOptions& options);
/// Likewise for the channels, routes and files.
Status CheckSite(const Site& site);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONFIGURATION_H_
