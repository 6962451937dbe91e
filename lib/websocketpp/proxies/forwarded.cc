#include "proxies/forwarded.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "http/request_line.h"
#include "text/ascii.h"
#include "text/field_value.h"
#include "text/read_number.h"

namespace tickerhub::internal {
namespace {

constexpr std::size_t kNotFoundAt = std::string_view::npos;

// Proxies in a row. More are a list that was made to keep us busy.
constexpr int kMostHops = 32;

std::uint16_t PortOrNone(std::string_view text) {
  return ReadNumber<std::uint16_t>(text).value_or(0);
}

// "203.0.113.7", "203.0.113.7:4711", "2001:db8::1", "[2001:db8::1]" or
// "[2001:db8::1]:4711". "unknown" and made-up names are nothing.
std::optional<RemoteAddress> ReadNode(std::string_view node) {
  if (!node.empty() && node.front() == '[') {
    const std::size_t end = node.find(']');
    if (end == kNotFoundAt) return std::nullopt;
    const std::string_view rest = node.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
    const auto address = RemoteAddress::Parse(
        node.substr(1, end - 1),
        PortOrNone(rest.substr(std::min<std::size_t>(rest.size(), 1))));
    if (node.substr(1, end - 1).find(':') == kNotFoundAt) return std::nullopt;
    return address;
  }
  const std::size_t colon = node.find(':');
  if (colon != kNotFoundAt && node.find(':', colon + 1) == kNotFoundAt) {
    return RemoteAddress::Parse(node.substr(0, colon),
                                PortOrNone(node.substr(colon + 1)));
  }
  return RemoteAddress::Parse(node);
}

// Removes the element behind the last separator that is not inside quotes.
// Quotes may be escaped inside quotes, which no address, host or scheme needs:
// such a list has no elements.
std::string_view TakeLast(std::string_view* list, char separator) {
  bool quoted = false;
  std::size_t begin = list->size();
  while (begin > 0) {
    const char c = (*list)[begin - 1];
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted) break;
    --begin;
  }
  const std::string_view element = list->substr(begin);
  *list = list->substr(0, begin == 0 ? 0 : begin - 1);
  return Trimmed(element);
}

// The value of a parameter of an element of Forwarded (RFC 7239 §4): "for" of
// "for=192.0.2.1;proto=https". Empty if it is missing or comes twice.
std::string_view ParameterOf(std::string_view element, std::string_view name) {
  std::string_view found;
  int times = 0;
  while (!element.empty()) {
    const std::string_view parameter = TakeLast(&element, ';');
    const std::size_t equals = parameter.find('=');
    if (equals == kNotFoundAt ||
        !EqualsIgnoringCase(parameter.substr(0, equals), name)) {
      continue;
    }
    found = parameter.substr(equals + 1);
    ++times;
  }
  if (times != 1) return {};
  if (found.size() >= 2 && found.front() == '"' && found.back() == '"') {
    found = found.substr(1, found.size() - 2);
  }
  return found.find_first_of("\"\\") == kNotFoundAt ? found
                                                    : std::string_view();
}

// The elements of all lines of a field, from the last one on. A proxy may add
// its element to the last line, or a line of its own.
class LastElements {
 public:
  LastElements(const HeaderFields& fields, std::string_view name)
      : fields_(fields), name_(name), line_(fields.size()) {}

  /// Returns nothing behind the first element.
  std::optional<std::string_view> Next() {
    while (rest_.empty()) {
      if (line_ == 0) return std::nullopt;
      --line_;
      if (!EqualsIgnoringCase(fields_[line_].name, name_)) continue;
      rest_ = fields_[line_].value;
      if (rest_.empty()) return std::string_view();
    }
    return TakeLast(&rest_, ',');
  }

 private:
  const HeaderFields& fields_;
  const std::string_view name_;
  std::size_t line_;
  std::string_view rest_;
};

std::string_view Last(const HeaderFields& fields, std::string_view name) {
  return LastElements(fields, name).Next().value_or(std::string_view());
}

void TakeScheme(std::string_view scheme, SeenByClient* seen) {
  for (const std::string_view known : {"http", "https"}) {
    if (EqualsIgnoringCase(scheme, known)) seen->scheme = known;
  }
  // What HAProxy and Traefik write for a WebSocket.
  if (EqualsIgnoringCase(scheme, "ws")) seen->scheme = "http";
  if (EqualsIgnoringCase(scheme, "wss")) seen->scheme = "https";
}

}  // namespace

ForwardedRequest ReadForwarded(const HeaderFields& fields,
                               const RemoteAddress& peer,
                               const TrustedProxies& proxies,
                               ForwardedField kind) {
  ForwardedRequest request;
  request.client = peer;
  if (!proxies.Contains(peer)) return request;
  const bool is_rfc = kind == ForwardedField::kForwarded;
  const std::string_view name = is_rfc ? "Forwarded" : "X-Forwarded-For";
  LastElements elements(fields, name);
  for (int hop = 0; hop < kMostHops && proxies.Contains(request.client);
       ++hop) {
    const auto element = elements.Next();
    if (!element) break;
    const auto node =
        ReadNode(is_rfc ? ParameterOf(*element, "for") : *element);
    if (!node) break;
    request.client = *node;
    request.seen.behind_proxy = true;
  }
  const std::string_view front = Last(fields, name);
  TakeScheme(
      is_rfc ? ParameterOf(front, "proto") : Last(fields, "X-Forwarded-Proto"),
      &request.seen);
  const std::string_view host =
      is_rfc ? ParameterOf(front, "host") : Last(fields, "X-Forwarded-Host");
  if (IsAuthority(host)) {
    request.seen.host = host;
    request.seen.behind_proxy = true;
  }
  return request;
}

}  // namespace tickerhub::internal
