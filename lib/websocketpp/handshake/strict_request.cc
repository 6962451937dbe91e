#include "handshake/strict_request.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "http/request_line.h"
#include "text/ascii.h"
#include "text/field_value.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

constexpr std::string_view kEndOfLine = "\r\n";

[[noreturn]] void Refuse(status_code::value status) {
  const std::string reason = status_code::get_string(status);
  throw ::websocketpp::http::exception(reason, status, reason);
}

// RFC 6455 §4.1: 16 bytes in base64.
bool IsKey(std::string_view key) {
  constexpr std::size_t kDigits = 22;
  return key.size() == kDigits + 2 && key.substr(kDigits) == "==" &&
         std::all_of(key.begin(), key.begin() + kDigits, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                  (c >= 'a' && c <= 'z') || c == '+' || c == '/';
         });
}

}  // namespace

std::size_t StrictRequest::consume(const char* bytes, std::size_t size) {
  if (ready_) return 0;
  std::string_view rest(bytes, size);
  while (!head_is_whole_) {
    if (rest.empty()) return size;
    TakePiece(&rest);
  }
  const std::size_t of_body = std::min(body_bytes_to_come_, rest.size());
  body_.append(rest.substr(0, of_body));
  body_bytes_to_come_ -= of_body;
  ready_ = body_bytes_to_come_ == 0;
  return size - rest.size() + of_body;
}

// Takes a line from the front, or what has come of one.
void StrictRequest::TakePiece(std::string_view* bytes) {
  const std::size_t end = bytes->find('\n');
  const bool whole = end != std::string_view::npos;
  const std::string_view piece =
      bytes->substr(0, whole ? end + 1 : bytes->size());
  bytes->remove_prefix(piece.size());
  head_bytes_ += piece.size();
  if (head_bytes_ > kMaxHeadBytes) {
    Refuse(status_code::request_header_fields_too_large);
  }
  if (whole && line_.empty()) {
    TakeLine(piece);
    return;
  }
  line_.append(piece);
  if (!whole) return;
  TakeLine(line_);
  line_.clear();
}

// `line` ends with a line feed.
void StrictRequest::TakeLine(std::string_view line) {
  if (line.size() < kEndOfLine.size() || line[line.size() - 2] != '\r') {
    Refuse(status_code::bad_request);
  }
  line.remove_suffix(kEndOfLine.size());
  if (method_.empty()) {
    // RFC 9112 §2.2: an empty line may come first.
    if (!line.empty() || head_bytes_ > kEndOfLine.size()) TakeRequestLine(line);
  } else if (!line.empty()) {
    TakeField(line);
  } else {
    FinishHead();
  }
}

void StrictRequest::TakeRequestLine(std::string_view line) {
  auto read = ReadRequestLine(line);
  if (!read) Refuse(status_code::bad_request);
  method_ = std::move(read->method);
  uri_ = std::move(read->target);
  version_ = std::move(read->version);
}

// A line that begins with white space would go on with the one before (RFC 9112
// §5.2). It has no name, so it is refused too.
void StrictRequest::TakeField(std::string_view line) {
  if (fields_.size() == kMaxFields) {
    Refuse(status_code::request_header_fields_too_large);
  }
  const std::string_view name = TakeToken(&line);
  if (name.empty() || line.empty() || line.front() != ':' ||
      !IsFieldValue(line)) {
    Refuse(status_code::bad_request);
  }
  fields_.Append(name, Trimmed(line.substr(1)));
}

void StrictRequest::FinishHead() {
  head_is_whole_ = true;
  const auto host = Only("Host");
  if (!host || !IsAuthority(*host)) Refuse(status_code::bad_request);
  is_handshake_ = fields_.HasToken("Upgrade", "websocket") &&
                  fields_.HasToken("Connection", "Upgrade");
  CheckBody();
  if (is_handshake_) CheckHandshake();
}

// RFC 9112 §6.3. A handshake has no body: its bytes would be read as frames.
void StrictRequest::CheckBody() {
  const auto length = Only("Content-Length");
  const std::size_t encoding = fields_.Find("Transfer-Encoding");
  if (encoding < fields_.size()) {
    Refuse(is_handshake_ || length || fields_[encoding].value.empty()
               ? status_code::bad_request
               : status_code::length_required);
  }
  if (!length) return;
  const char* const end = length->data() + length->size();
  const auto [rest, error] =
      std::from_chars(length->data(), end, body_bytes_to_come_);
  if (rest != end || error == std::errc::invalid_argument) {
    Refuse(status_code::bad_request);
  }
  const bool too_large =
      error != std::errc() || body_bytes_to_come_ > max_body_bytes_;
  if (is_handshake_ && (too_large || body_bytes_to_come_ > 0)) {
    Refuse(status_code::bad_request);
  }
  if (too_large) Refuse(status_code::request_entity_too_large);
}

// RFC 6455 §4.2.1.
void StrictRequest::CheckHandshake() {
  if (method_ != "GET" || version_ != "HTTP/1.1") {
    Refuse(status_code::bad_request);
  }
  const auto version = Only("Sec-WebSocket-Version");
  const auto key = Only("Sec-WebSocket-Key");
  Only("Origin");
  if (!version || *version != "13") Refuse(status_code::upgrade_required);
  if (!key || !IsKey(*key)) Refuse(status_code::bad_request);
}

// Returns the value of a field that may come once; nothing if it has not come.
std::optional<std::string_view> StrictRequest::Only(
    std::string_view name) const {
  const std::size_t found = fields_.Find(name);
  if (found == fields_.size()) return std::nullopt;
  if (fields_.Find(name, found + 1) < fields_.size()) {
    Refuse(status_code::bad_request);
  }
  return fields_[found].value;
}

void StrictRequest::TakeInto(ConnectRequest* request) const {
  request->path = std::move(uri_);
  const std::size_t question = request->path.find('?');
  if (question != std::string::npos) {
    request->query = request->path.substr(question + 1);
    request->path.resize(question);
  }
  request->headers = std::move(fields_);
}

}  // namespace tickerhub::internal
