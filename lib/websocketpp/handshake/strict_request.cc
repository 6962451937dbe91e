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
constexpr std::string_view kMajorVersion = "HTTP/1.";
constexpr std::string_view kHttp10 = "HTTP/1.0";
constexpr const char* kHandshakeWithBody = "a WebSocket handshake has no body";
constexpr const char* kBodyTooLarge =
    "the body is larger than this server takes";

// `sentence` becomes the body of the answer.
[[noreturn]] void Refuse(status_code::value status, const char* sentence) {
  throw ::websocketpp::http::exception(sentence, status, sentence);
}
[[noreturn]] void Refuse(const char* sentence) {
  Refuse(status_code::bad_request, sentence);
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

// RFC 9112 §3.2.2: the authority of the target counts, whatever Host says.
HeaderFields WithHost(const HeaderFields& fields, std::string_view authority) {
  HeaderFields result;
  result.Append("Host", authority);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto [name, value] = fields[i];
    if (!EqualsIgnoringCase(name, "Host")) result.Append(name, value);
  }
  return result;
}

// Returns the largest number for one that is larger.
std::size_t ReadLength(std::string_view text) {
  std::size_t length = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, length);
  if (rest != end || error == std::errc::invalid_argument) {
    Refuse("the field Content-Length is no number");
  }
  return error == std::errc() ? length : std::string_view::npos;
}

// Returns the value of a field that may come once; nothing if it has not come.
std::optional<std::string_view> Only(std::string_view name,
                                     const HeaderFields& fields) {
  const std::size_t found = fields.Find(name);
  if (found == fields.size()) return std::nullopt;
  if (fields.Find(name, found + 1) < fields.size()) {
    Refuse("a field that may come once came twice");
  }
  return fields[found].value;
}

// RFC 9112 §6.1. In HTTP/1.0 it is a fault.
void CheckTransferEncoding(std::string_view encoding,
                           std::string_view version) {
  if (encoding.empty()) Refuse("the field Transfer-Encoding is empty");
  if (version == kHttp10) Refuse("HTTP/1.0 has no Transfer-Encoding");
  if (!EqualsIgnoringCase(encoding, "chunked")) {
    Refuse(status_code::not_implemented,
           "this server knows no Transfer-Encoding but chunked");
  }
}

// RFC 9110 §10.1.1. HTTP/1.0 knows no interim answer.
bool ExpectsContinue(const HeaderFields& fields, std::string_view version) {
  const std::string expected = fields.Joined("Expect");
  if (expected.empty() || version == kHttp10) return false;
  if (EqualsIgnoringCase(expected, "100-continue")) return true;
  Refuse(status_code::expectation_failed,
         "this server knows no expectation but 100-continue");
}

}  // namespace

std::size_t StrictRequest::consume(const char* bytes, std::size_t size) {
  std::string_view rest(bytes, size);
  while (!head_is_whole_) {
    if (rest.empty()) return size;
    TakePiece(&rest);
  }
  if (!ready_) TakeBody(&rest);
  unused_ = rest.size();
  return size;
}

// Takes the bytes of the body from the front.
void StrictRequest::TakeBody(std::string_view* bytes) {
  if (chunks_ == nullptr) {
    const std::size_t of_body = std::min(body_bytes_to_come_, bytes->size());
    body_.append(bytes->substr(0, of_body));
    bytes->remove_prefix(of_body);
    body_bytes_to_come_ -= of_body;
    ready_ = body_bytes_to_come_ == 0;
    return;
  }
  switch (chunks_->Take(bytes, max_body_bytes_, &body_)) {
    case ChunkedBody::Outcome::kMore:
      break;
    case ChunkedBody::Outcome::kDone:
      ready_ = true;
      break;
    case ChunkedBody::Outcome::kMalformed:
      Refuse("the chunks of the body are malformed");
    case ChunkedBody::Outcome::kTooLarge:
      Refuse(status_code::request_entity_too_large, kBodyTooLarge);
    case ChunkedBody::Outcome::kTooLong:
      Refuse("the chunks have too many bytes besides the body");
  }
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
    Refuse(status_code::request_header_fields_too_large,
           "the head of the request is larger than 16,000 bytes");
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
    Refuse("a line of the head does not end with CR LF");
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
  if (!read) Refuse("the first line is no request line of HTTP/1.1");
  // RFC 9110 §15.6.6. Behind this line others read what we would not.
  if (!BeginsWith(read->version, kMajorVersion)) {
    Refuse(status_code::http_version_not_supported,
           "this server speaks HTTP/1.1");
  }
  method_ = std::move(read->method);
  uri_ = std::move(read->target);
  version_ = std::move(read->version);
  authority_ = std::move(read->authority);
}

// A line that begins with white space would go on with the one before (RFC 9112
// §5.2). It has no name, so it is refused too.
void StrictRequest::TakeField(std::string_view line) {
  if (fields_.size() == kMaxFields) {
    Refuse(status_code::request_header_fields_too_large,
           "the request has more than 100 header fields");
  }
  const std::string_view name = TakeToken(&line);
  if (name.empty() || line.empty() || line.front() != ':' ||
      !IsFieldValue(line)) {
    Refuse("a header field is malformed");
  }
  fields_.Append(name, Trimmed(line.substr(1)));
}

void StrictRequest::FinishHead() {
  head_is_whole_ = true;
  const auto host = Only("Host", fields_);
  // RFC 9112 §3.2. HTTP/1.0 knows no Host, and one for a target without an
  // authority is empty.
  if (!host && version_ != kHttp10) Refuse("the field Host is missing");
  if (host && !host->empty() && !IsAuthority(*host)) {
    Refuse("the field Host is no host");
  }
  if (!authority_.empty()) fields_ = WithHost(fields_, authority_);
  is_handshake_ = fields_.HasToken("Upgrade", "websocket") &&
                  fields_.HasToken("Connection", "Upgrade");
  CheckBody();
  if (is_handshake_) CheckHandshake();
}

// RFC 9112 §6.3. A handshake has no body: its bytes would be read as frames.
void StrictRequest::CheckBody() {
  const auto length = Only("Content-Length", fields_);
  const auto encoding = Only("Transfer-Encoding", fields_);
  if (length && encoding) {
    Refuse("the body has a Content-Length and a Transfer-Encoding");
  }
  if (encoding) {
    if (is_handshake_) Refuse(kHandshakeWithBody);
    CheckTransferEncoding(*encoding, version_);
    chunks_ = std::make_unique<ChunkedBody>();
  } else if (length) {
    const std::size_t bytes = ReadLength(*length);
    if (is_handshake_ && bytes > 0) Refuse(kHandshakeWithBody);
    if (bytes > max_body_bytes_) {
      Refuse(status_code::request_entity_too_large, kBodyTooLarge);
    }
    body_bytes_to_come_ = bytes;
  } else {
    return;
  }
  const bool has_body = chunks_ != nullptr || body_bytes_to_come_ > 0;
  expects_continue_ = ExpectsContinue(fields_, version_) && has_body;
}

// RFC 6455 §4.2.1.
void StrictRequest::CheckHandshake() {
  if (version_ == kHttp10) {
    Refuse(
        "this proxy spoke HTTP/1.0, which has no WebSockets; set "
        "proxy_http_version 1.1 (nginx)");
  }
  if (method_ != "GET" || version_ != "HTTP/1.1") {
    Refuse("a WebSocket handshake is a GET of HTTP/1.1");
  }
  const auto version = Only("Sec-WebSocket-Version", fields_);
  const auto key = Only("Sec-WebSocket-Key", fields_);
  Only("Origin", fields_);
  if (!version || *version != "13") {
    Refuse(status_code::upgrade_required,
           "this server speaks version 13 of the WebSocket protocol");
  }
  if (!key || !IsKey(*key)) {
    Refuse("the field Sec-WebSocket-Key is missing or not 16 bytes in base64");
  }
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
