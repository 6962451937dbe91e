#include "http/request_line.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "text/ascii.h"
#include "text/field_value.h"
#include "text/read_number.h"

namespace tickerhub::internal {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

// RFC 3986 §2.2 and §2.3: unreserved and sub-delims.
bool IsNameCharacter(char c) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=";
  return IsDigit(c) || (LowerCase(c) >= 'a' && LowerCase(c) <= 'z') ||
         kMarks.find(c) != kNowhere;
}

// RFC 3986 §3.2.2: reg-name, which an IPv4 address is too.
bool IsRegisteredName(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsNameCharacter(text[i])) continue;
    if (!EscapeAt(text.substr(i))) return false;
    i += 2;
  }
  return !text.empty();
}

// RFC 3986 §3.2.2: what is between the brackets of an IP-literal.
bool IsAddress(std::string_view text) {
  if (!text.empty() && LowerCase(text.front()) == 'v') {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string_view version = text.substr(1, dot - 1);
    const std::string_view rest = text.substr(std::min(dot + 1, text.size()));
    return !version.empty() && !rest.empty() &&
           std::all_of(version.begin(), version.end(),
                       [](char c) { return HexDigit(c) >= 0; }) &&
           std::all_of(rest.begin(), rest.end(),
                       [](char c) { return c == ':' || IsNameCharacter(c); });
  }
  std::array<char, INET6_ADDRSTRLEN> address{};
  if (text.size() >= address.size()) return false;
  std::copy(text.begin(), text.end(), address.begin());
  in6_addr ignored;
  return ::inet_pton(AF_INET6, address.data(), &ignored) == 1;
}

bool IsPort(std::string_view text) {
  if (text.empty()) return true;
  return ReadNumber<std::uint16_t>(text).value_or(0) > 0;
}

// RFC 9112 §2.3.
bool IsVersion(std::string_view text) {
  constexpr std::string_view kName = "HTTP/";
  return text.size() == kName.size() + 3 && BeginsWith(text, kName) &&
         IsDigit(text[5]) && text[6] == '.' && IsDigit(text[7]);
}

// RFC 9112 §3.2.2. Returns nothing if the target is not of this form.
std::optional<std::string> PathOfAbsoluteForm(std::string_view target,
                                              std::string* authority) {
  constexpr std::string_view kMark = "://";
  const std::size_t mark = target.find(kMark);
  if (mark == kNowhere) return std::nullopt;
  const std::string_view scheme = target.substr(0, mark);
  if (!EqualsIgnoringCase(scheme, "http") &&
      !EqualsIgnoringCase(scheme, "https") &&
      !EqualsIgnoringCase(scheme, "ws") && !EqualsIgnoringCase(scheme, "wss")) {
    return std::nullopt;
  }
  target.remove_prefix(mark + kMark.size());
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  if (!IsAuthority(target.substr(0, end))) return std::nullopt;
  *authority = target.substr(0, end);
  std::string path(target.substr(end));
  if (path.empty() || path.front() != '/') path.insert(0, 1, '/');
  return path;
}

// RFC 9112 §3.2: the four forms of a target.
std::optional<std::string> ReadTarget(std::string_view method,
                                      std::string_view target,
                                      std::string* authority) {
  const auto is_wrong = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7F' || c == '#';
  };
  if (target.empty() || std::any_of(target.begin(), target.end(), is_wrong)) {
    return std::nullopt;
  }
  if (method == "CONNECT") {
    // Host and port. An IPv6 address has brackets, so it does not end in a
    // digit.
    const std::size_t colon = target.rfind(':');
    if (!IsAuthority(target) || colon == kNowhere || !IsDigit(target.back())) {
      return std::nullopt;
    }
    return std::string(target);
  }
  if (target.front() == '/' || (target == "*" && method == "OPTIONS")) {
    return std::string(target);
  }
  return PathOfAbsoluteForm(target, authority);
}

}  // namespace

bool IsAuthority(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  const std::size_t colon = text.rfind(':');
  if (colon != kNowhere && text.find(']', colon) == kNowhere) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (!IsPort(port)) return false;
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    return IsAddress(host.substr(1, host.size() - 2));
  }
  return IsRegisteredName(host);
}

std::optional<RequestLine> ReadRequestLine(std::string_view line) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == kNowhere || target_end == method_end) return std::nullopt;
  const std::string_view method = line.substr(0, method_end);
  const std::string_view version = line.substr(target_end + 1);
  if (!IsToken(method) || !IsVersion(version)) return std::nullopt;
  RequestLine read{std::string(method), {}, std::string(version)};
  auto target = ReadTarget(
      method, line.substr(method_end + 1, target_end - method_end - 1),
      &read.authority);
  if (!target) return std::nullopt;
  read.target = *std::move(target);
  return read;
}

}  // namespace tickerhub::internal
