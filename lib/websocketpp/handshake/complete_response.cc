#include "handshake/complete_response.h"

#include <algorithm>
#include <utility>

#include "handshake/accept_key.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

// Enough for the answer to a handshake, with an extension.
constexpr std::size_t kUsualBytes = 256;
// Of the status line and of the empty line, or a little more.
constexpr std::size_t kStatusLineBytes = 64;
constexpr std::string_view kLineEnd = "\r\n";

// Returns the line of this name at the front or behind, with its end; empty if
// there is none.
std::string_view FindLine(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n') + 1);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        EqualsIgnoringCase(line.substr(0, name.size()), name)) {
      return line;
    }
    lines.remove_prefix(line.size());
  }
  return {};
}

void AppendLine(std::string_view name, std::string_view value,
                std::string* lines) {
  if (lines->empty()) lines->reserve(kUsualBytes);
  lines->append(name).append(": ").append(value).append(kLineEnd);
}

void ReplaceLine(std::string_view name, std::string_view value,
                 std::string* lines) {
  for (;;) {
    const std::string_view line = FindLine(*lines, name);
    if (line.empty()) break;
    lines->erase(static_cast<std::size_t>(line.data() - lines->data()),
                 line.size());
  }
  AppendLine(name, value, lines);
}

// What every refusal of websocketpp lacks.
void CompleteRefusal(status_code::value status, std::string* lines) {
  ReplaceLine("Connection", "close", lines);
  ReplaceLine("Content-Length", "0", lines);
  if (status == status_code::upgrade_required) {
    // RFC 6455 §4.4: the version that the server speaks.
    ReplaceLine("Sec-WebSocket-Version", "13", lines);
    ReplaceLine("Upgrade", "websocket", lines);
  }
}

}  // namespace

void CompleteResponse::append_header(std::string_view name,
                                     std::string_view value) {
  AppendLine(name, value, &lines_);
}

void CompleteResponse::replace_header(std::string_view name,
                                      std::string_view value) {
  ReplaceLine(name, value, &lines_);
}

void CompleteResponse::Accept(std::string_view key) {
  const AcceptKey accept = AcceptKeyOf(key);
  AppendLine("Upgrade", "websocket", &lines_);
  AppendLine("Connection", "Upgrade", &lines_);
  AppendLine("Sec-WebSocket-Accept",
             std::string_view(accept.data(), accept.size()), &lines_);
}

const std::string& CompleteResponse::get_header(std::string_view) const {
  static const std::string kNone;
  return kNone;
}

std::string CompleteResponse::raw() const {
  std::string lines = std::exchange(lines_, std::string());
  const std::string body = std::exchange(body_, std::string());
  if (!body.empty()) {
    ReplaceLine("Content-Length", std::to_string(body.size()), &lines);
  }
  // A response of WriteResponse() has a date and every other field. This one is
  // a refusal of websocketpp.
  if (status_ != status_code::switching_protocols &&
      FindLine(lines, "Date").empty()) {
    CompleteRefusal(status_, &lines);
  }
  std::string text;
  text.reserve(kStatusLineBytes + lines.size() + body.size());
  text.append("HTTP/1.1 ").append(std::to_string(status_)).append(" ");
  text.append(get_status_msg()).append(kLineEnd);
  text.append(lines).append(kLineEnd).append(body);
  return text;
}

}  // namespace tickerhub::internal
