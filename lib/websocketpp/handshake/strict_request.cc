#include "handshake/strict_request.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <websocketpp/http/parser.hpp>

#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

[[noreturn]] void Refuse(status_code::value status) {
  const std::string reason = status_code::get_string(status);
  throw ::websocketpp::http::exception(reason, status, reason);
}

// RFC 9110 §5.6.2.
bool IsToken(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(),
                                       ::websocketpp::http::is_not_token_char);
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
  std::size_t taken = 0;
  if (!head_is_whole_) {
    const std::size_t before = head_.size();
    head_.append(bytes, size);
    const std::size_t end = head_.find(
        kHeadEnd, before < kHeadEnd.size() ? 0 : before - kHeadEnd.size() + 1);
    if (std::min(end, head_.size()) > kMaxHeadBytes) {
      Refuse(status_code::request_header_fields_too_large);
    }
    if (end == std::string::npos) return size;
    head_is_whole_ = true;
    taken = end + kHeadEnd.size() - before;
    TakeHead(std::string_view(head_).substr(0, end + kLineEnd.size()));
    std::string().swap(head_);  // frees it, which assigning would not
  }
  const std::size_t of_body = std::min(body_bytes_to_come_, size - taken);
  body_.append(bytes + taken, of_body);
  body_bytes_to_come_ -= of_body;
  ready_ = body_bytes_to_come_ == 0;
  return taken + of_body;
}

// `head` consists of lines, each with its end.
void StrictRequest::TakeHead(std::string_view head) {
  while (!head.empty()) {
    const std::size_t end = head.find(kLineEnd);
    const std::string_view line = head.substr(0, end);
    if (method_.empty()) {
      TakeRequestLine(line);
    } else {
      TakeField(line);
    }
    head.remove_prefix(end + kLineEnd.size());
  }
  if (get_header("Host").empty()) Refuse(status_code::bad_request);
  CheckBody();
  CheckHandshake();
}

void StrictRequest::TakeRequestLine(std::string_view line) {
  const std::size_t method_end = line.find(' ');
  const std::size_t uri_end = line.find(' ', method_end + 1);
  if (method_end == std::string_view::npos ||
      uri_end == std::string_view::npos ||
      !IsToken(line.substr(0, method_end))) {
    Refuse(status_code::bad_request);
  }
  method_ = line.substr(0, method_end);
  uri_ = line.substr(method_end + 1, uri_end - method_end - 1);
  version_ = line.substr(uri_end + 1);
}

void StrictRequest::TakeField(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    Refuse(status_code::bad_request);
  }
  fields_.Append(line.substr(0, colon), Trimmed(line.substr(colon + 1)));
}

void StrictRequest::CheckBody() {
  if (!get_header("Transfer-Encoding").empty()) {
    Refuse(status_code::length_required);
  }
  const std::string& length = get_header("Content-Length");
  if (length.empty()) return;
  std::size_t bytes = 0;
  const char* const end = length.data() + length.size();
  const auto [rest, error] = std::from_chars(length.data(), end, bytes);
  if (rest != end || error == std::errc::invalid_argument) {
    Refuse(status_code::bad_request);
  }
  if (error != std::errc() || bytes > max_body_bytes_) {
    Refuse(status_code::request_entity_too_large);
  }
  body_bytes_to_come_ = bytes;
}

void StrictRequest::CheckHandshake() {
  is_handshake_ = fields_.HasToken("Upgrade", "websocket") &&
                  fields_.HasToken("Connection", "Upgrade");
  if (!is_handshake_) return;
  if (get_header("Sec-WebSocket-Version") != "13") {
    Refuse(status_code::upgrade_required);
  }
  if (!IsKey(get_header("Sec-WebSocket-Key"))) {
    Refuse(status_code::bad_request);
  }
}

bool StrictRequest::get_header_as_plist(
    std::string_view name, ::websocketpp::http::parameter_list& list) const {
  const std::string& value = get_header(name);
  if (value.empty()) return false;
  // extract_parameters() returns where it stopped: at the beginning if it could
  // not read the value.
  return ::websocketpp::http::parser::extract_parameters(
             value.begin(), value.end(), list) == value.begin();
}

void StrictRequest::Release() {
  fields_ = HeaderFields();
  std::string().swap(uri_);
  std::string().swap(body_);
}

std::string StrictRequest::raw() const {
  return method_ + " " + uri_ + " " + version_ + "\r\n" + fields_.Text() +
         "\r\n" + body_;
}

}  // namespace tickerhub::internal
