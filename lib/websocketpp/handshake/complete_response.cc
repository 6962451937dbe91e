#include "handshake/complete_response.h"

#include <utility>

namespace tickerhub::internal {

namespace status_code = ::websocketpp::http::status_code;

std::string CompleteResponse::raw() const {
  HeaderFields fields = std::exchange(fields_, HeaderFields());
  const std::string body = std::exchange(body_, std::string());
  if (!body.empty()) {
    fields.Replace("Content-Length", std::to_string(body.size()));
  }
  // A response of WriteResponse() has a date and every other field. This one is
  // a refusal of websocketpp.
  if (status_ != status_code::switching_protocols &&
      fields.Get("Date").empty()) {
    fields.Replace("Connection", "close");
    fields.Replace("Content-Length", "0");
    if (status_ == status_code::upgrade_required) {
      // RFC 6455 §4.4: the version that the server speaks.
      fields.Replace("Sec-WebSocket-Version", "13");
      fields.Replace("Upgrade", "websocket");
    }
  }
  const std::string status_line =
      "HTTP/1.1 " + std::to_string(status_) + " " + get_status_msg() + "\r\n";
  const std::string field_lines = fields.Text();
  std::string text;
  text.reserve(status_line.size() + field_lines.size() + 2 + body.size());
  text.append(status_line).append(field_lines).append("\r\n").append(body);
  return text;
}

}  // namespace tickerhub::internal
