#ifndef TICKERHUB_LIB_WEBSOCKETPP_PROXIES_FORWARDED_H_
#define TICKERHUB_LIB_WEBSOCKETPP_PROXIES_FORWARDED_H_

#include "connections/trusted_proxies.h"
#include "http/origin.h"
#include "tickerhub/header_fields.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/websocketpp/server_options.h"

namespace tickerhub::internal {

/// What a request is to its client, before proxies have passed it on.
struct ForwardedRequest {
  /// Who asks: the last one on the way that is not a trusted proxy.
  RemoteAddress client;
  /// The word of the trusted proxy in front. The views are valid as long as the
  /// fields.
  SeenByClient seen;
};

/// Reads what the proxies of a request say about it, if `peer`, who has sent
/// it, is one of `proxies`. Who else sends these fields is not believed.
///
/// A proxy adds the address that it sees at the end of X-Forwarded-For, or of
/// Forwarded (RFC 7239). So the list is read from its end: as long as an
/// address is a trusted proxy's, the one before it was seen by that proxy. What
/// stands before the first other address may be made up. Only the field that
/// `kind` names counts, because a proxy passes the other one on as it came.
ForwardedRequest ReadForwarded(const HeaderFields& fields,
                               const RemoteAddress& peer,
                               const TrustedProxies& proxies,
                               ForwardedField kind);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_PROXIES_FORWARDED_H_
