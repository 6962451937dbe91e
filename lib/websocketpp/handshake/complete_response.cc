#include "handshake/complete_response.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "handshake/accept_key.h"
#include "http/http_date.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

// Enough for the answer to a handshake, with an extension.
constexpr std::size_t kUsualBytes = 256;
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

// What every refusal has.
void CompleteRefusal(int status, const std::string& phrase, std::string* lines,
                     std::string* body) {
  if (body->empty()) *body = phrase + "\n";
  ReplaceLine("Date", HttpDate(std::time(nullptr)), lines);
  ReplaceLine("Connection", "close", lines);
  ReplaceLine("Content-Type", "text/plain; charset=utf-8", lines);
  ReplaceLine("X-Content-Type-Options", "nosniff", lines);
  if (status == status_code::upgrade_required) {
    // RFC 6455 §4.4: the version that the server speaks.
    ReplaceLine("Sec-WebSocket-Version", "13", lines);
    ReplaceLine("Upgrade", "websocket", lines);
  }
}

}  // namespace

CompleteResponse::Status CompleteResponse::get_status_code() const {
  constexpr int kGreatest = status_code::network_authentication_required;
  return status_ <= kGreatest ? static_cast<Status>(status_)
                              : status_code::internal_server_error;
}

std::string CompleteResponse::get_status_msg() const {
  const Status status = get_status_code();
  return status == status_ ? status_code::get_string(status) : "Unknown";
}

void CompleteResponse::append_header(std::string_view name,
                                     std::string_view value) {
  AppendLine(name, value, &lines_);
}

void CompleteResponse::replace_header(std::string_view name,
                                      std::string_view value) {
  if (name == kStatusField) {
    std::from_chars(value.data(), value.data() + value.size(), status_);
  } else {
    ReplaceLine(name, value, &lines_);
  }
}

void CompleteResponse::Accept(std::string_view key) {
  const std::string accept = AcceptKeyOf(key);
  if (lines_.empty()) lines_.reserve(kUsualBytes);
  lines_
      .append(
          "Upgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: ")
      .append(accept.data(), accept.size())
      .append(kLineEnd);
}

const std::string& CompleteResponse::get_header(std::string_view) const {
  static const std::string kNone;
  return kNone;
}

std::string CompleteResponse::raw() const {
  std::string text = std::exchange(lines_, std::string());
  std::string body = std::exchange(body_, std::string());
  if (status_ == status_code::switching_protocols) {
    text.insert(0, "HTTP/1.1 101 Switching Protocols\r\n");
  } else {
    // A response of WriteResponse() has a date and every other field. This one
    // is a refusal.
    if (FindLine(text, "Date").empty()) {
      CompleteRefusal(status_, get_status_msg(), &text, &body);
    }
    if (!body.empty()) {
      ReplaceLine("Content-Length", std::to_string(body.size()), &text);
    }
    text.insert(0, "HTTP/1.1 " + std::to_string(status_) + " " +
                       get_status_msg() + "\r\n");
  }
  text.reserve(text.size() + kLineEnd.size() + body.size());
  text.append(kLineEnd).append(body);
  return text;
}

}  // namespace tickerhub::internal
