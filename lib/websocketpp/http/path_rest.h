#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_PATH_REST_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_PATH_REST_H_

#include <optional>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Decodes what follows the prefix of a route in the path of a request, by the
/// rule of HttpRequest::rest. Returns nothing if it breaks the rule: whoever
/// takes it for the name of a file might leave the folder. Any thread may call.
std::optional<std::string> DecodePathRest(std::string_view rest);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_PATH_REST_H_
