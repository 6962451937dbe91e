#include "handshake/refusal_response.h"

#include <ctime>

#include "handshake/complete_response.h"
#include "http/http_date.h"

namespace tickerhub::internal {

std::string RefusalResponse(int status, std::string_view body) {
  namespace status_code = ::websocketpp::http::status_code;
  CompleteResponse response;
  response.set_status(status);
  response.append_header("Date", HttpDate(std::time(nullptr)));
  response.append_header("Content-Type", "text/plain; charset=utf-8");
  response.append_header("Content-Length", std::to_string(body.size()));
  // Fields that a status needs (RFC 9110 §11.6.1, §10.2.3).
  if (status == status_code::unauthorized) {
    response.append_header("WWW-Authenticate", "Bearer");
  } else if (status == status_code::service_unavailable) {
    response.append_header("Retry-After", "5");
  }
  response.append_header("Cache-Control", "no-store");
  response.append_header("X-Content-Type-Options", "nosniff");
  response.append_header("Connection", "close");
  response.set_body(std::string(body));
  return response.raw();
}

}  // namespace tickerhub::internal
