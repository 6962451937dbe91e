#include "handshake/http_exchange.h"

#include <ctime>
#include <string>

#include "http/http_date.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

std::string InLowerCase(std::string text) {
  for (char& c : text) c = LowerCase(c);
  return text;
}

}  // namespace

HttpRequest ReadRequest(const ConnectionPtr& connection) {
  const auto& raw = connection->get_request();
  HttpRequest request;
  request.method = raw.get_method();
  const std::string& resource = connection->get_resource();
  const std::size_t question = resource.find('?');
  request.path = resource.substr(0, question);
  if (question != std::string::npos) {
    request.query = resource.substr(question + 1);
  }
  request.body = raw.get_body();
  for (const auto& [name, value] : raw.fields()) {
    request.headers.emplace_back(InLowerCase(name), value);
  }
  request.remote_address = connection->RemoteAddress();
  return request;
}

void WriteResponse(const ConnectionPtr& connection,
                   const HttpResponse& response, bool head_only,
                   bool deferred) {
  LoopEndpoint::connection_type& c = *connection;
  // websocketpp throws when the connection has ended meanwhile.
  try {
    c.set_status(static_cast<status_code::value>(response.status));
    for (const auto& [name, value] : response.headers) {
      c.append_header(name, value);
    }
    c.replace_header("Date", HttpDate(std::time(nullptr)));
    c.replace_header("Connection", "close");
    c.replace_header("X-Content-Type-Options", "nosniff");
    c.replace_header("Referrer-Policy", "no-referrer");
    if (response.status == status_code::not_modified) {
      // RFC 9110 §15.4.5: no content.
    } else {
      c.replace_header("Content-Type", response.content_type);
      if (head_only) {
        c.replace_header("Content-Length",
                         std::to_string(response.body.size()));
      } else {
        c.set_body(response.body);
      }
    }
  } catch (const ::websocketpp::exception&) {
    return;
  }
  ::websocketpp::lib::error_code ignored;  // it has ended
  if (deferred) c.send_http_response(ignored);
}

}  // namespace tickerhub::internal
