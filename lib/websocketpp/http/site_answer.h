#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_ANSWER_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_ANSWER_H_

#include <optional>
#include <string>
#include <string_view>

#include "http/site.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// Returns what the site answers without the hub: a file (200 or 304),
/// "/healthz", 404, 405 or 426. Returns nothing if a route has to answer.
/// REQUIRES: a HEAD request comes as GET. Any thread may call.
std::optional<HttpResponse> AnswerFromSite(const Site& site,
                                           const HttpRequest& request);

/// A strong entity tag of `content` (RFC 9110 §8.8.3), quotes included.
std::string EtagOf(std::string_view content);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_ANSWER_H_
