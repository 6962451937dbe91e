#include "load/handshake.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "load/deflate_answer.h"
#include "text/ascii.h"

namespace tickerhub::load {
namespace {

constexpr std::size_t kMaxHeaderBytes = 16 * 1024;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";

// Calls `take` with the value of each field of that name.
template <typename Function>
void ForEachField(std::string_view header, std::string_view name,
                  Function take) {
  std::size_t start = header.find(kLineEnd);
  while (start != std::string_view::npos) {
    start += kLineEnd.size();
    const std::size_t end = header.find(kLineEnd, start);
    const std::string_view line =
        header.substr(start, end == std::string_view::npos ? end : end - start);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos &&
        internal::EqualsIgnoringCase(line.substr(0, colon), name)) {
      take(internal::Trimmed(line.substr(colon + 1)));
    }
    start = end;
  }
}

std::string_view FieldOf(std::string_view header, std::string_view name) {
  std::optional<std::string_view> found;
  ForEachField(header, name, [&found](std::string_view value) {
    if (!found) found = value;
  });
  return found.value_or(std::string_view());
}

// Several fields are one list (RFC 9110 §5.3).
std::string ListOf(std::string_view header, std::string_view name) {
  std::string list;
  ForEachField(header, name, [&list](std::string_view value) {
    if (!list.empty()) list += ", ";
    list += value;
  });
  return list;
}

// Returns why it is invalid, or an empty string.
const char* ReadExtensions(const std::string& chosen, bool offered,
                           HandshakeAnswer* answer) {
  if (chosen.empty()) return "";
  switch (offered ? ReadDeflateAnswer(chosen) : DeflateAnswer::kOther) {
    case DeflateAnswer::kAgreed:
      answer->compression = true;
      return "";
    case DeflateAnswer::kOther:
      return "the server chose an extension that nobody offered";
    case DeflateAnswer::kInvalid:
      break;
  }
  return "the server chose compression in a way that nobody offered";
}

HandshakeAnswer Invalid(const char* reason) {
  HandshakeAnswer answer;
  answer.state = HandshakeAnswer::State::kInvalid;
  answer.reason = reason;
  return answer;
}

}  // namespace

std::string HandshakeRequest(std::string_view host, std::string_view path,
                             bool compression) {
  std::string request = "GET ";
  request += path;
  request += " HTTP/1.1\r\nHost: ";
  request += host;
  request +=
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ";
  request += kHandshakeKey;
  request += "\r\nSec-WebSocket-Version: 13\r\n";
  if (compression) {
    request += "Sec-WebSocket-Extensions: ";
    request += kDeflateOffer;
    request += kLineEnd;
  }
  request += kLineEnd;
  return request;
}

HandshakeAnswer ReadHandshakeAnswer(std::string_view bytes, bool compression) {
  constexpr std::string_view kStart = "HTTP/1.1 ";
  const std::size_t compared = std::min(bytes.size(), kStart.size());
  if (bytes.substr(0, compared) != kStart.substr(0, compared)) {
    return Invalid("the answer to the handshake is not HTTP/1.1");
  }
  const std::size_t end = bytes.find(kHeaderEnd);
  if (end == std::string_view::npos) {
    if (bytes.size() > kMaxHeaderBytes) {
      return Invalid("the answer to the handshake does not end");
    }
    return {};
  }
  HandshakeAnswer answer;
  answer.bytes = end + kHeaderEnd.size();
  const std::string_view status = bytes.substr(kStart.size(), 3);
  const auto [rest, error] = std::from_chars(
      status.data(), status.data() + status.size(), answer.status);
  if (error != std::errc() || rest != status.data() + status.size()) {
    return Invalid("the answer to the handshake has no status");
  }
  if (answer.status != 101) {
    answer.state = HandshakeAnswer::State::kRefused;
    return answer;
  }
  const std::string_view header = bytes.substr(0, end);
  if (!internal::EqualsIgnoringCase(FieldOf(header, "Upgrade"), "websocket")) {
    return Invalid("the answer to the handshake lacks Upgrade: websocket");
  }
  if (FieldOf(header, "Sec-WebSocket-Accept") != kHandshakeAccept) {
    return Invalid("the answer to the handshake has a wrong Accept field");
  }
  const char* const reason = ReadExtensions(
      ListOf(header, "Sec-WebSocket-Extensions"), compression, &answer);
  if (*reason != '\0') return Invalid(reason);
  answer.state = HandshakeAnswer::State::kAccepted;
  return answer;
}

}  // namespace tickerhub::load
