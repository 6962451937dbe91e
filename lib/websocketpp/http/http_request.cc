#include <optional>
#include <string_view>

#include "text/field_value.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub {

std::optional<std::string_view> HttpRequest::BearerToken() const {
  return internal::BearerTokenOf(headers.Get("Authorization"));
}

}  // namespace tickerhub
