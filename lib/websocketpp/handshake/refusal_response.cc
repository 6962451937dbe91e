#include "handshake/refusal_response.h"

#include "handshake/complete_response.h"

namespace tickerhub::internal {

std::string RefusalResponse(int status, std::string_view body) {
  namespace status_code = ::websocketpp::http::status_code;
  CompleteResponse response;
  response.set_status(status);
  // Fields that a status needs (RFC 9110 §11.6.1, §10.2.3).
  if (status == status_code::unauthorized) {
    response.append_header("WWW-Authenticate", "Bearer");
  } else if (status == status_code::service_unavailable) {
    response.append_header("Retry-After", "5");
  }
  response.append_header("Cache-Control", "no-store");
  response.set_body(std::string(body));
  return response.raw();
}

}  // namespace tickerhub::internal
