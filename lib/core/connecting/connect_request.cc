#include "tickerhub/connect_request.h"

#include <algorithm>
#include <cstddef>

#include "text/ascii.h"
#include "text/field_value.h"

namespace tickerhub {
namespace {

constexpr std::string_view kSubprotocolField = "Sec-WebSocket-Protocol";

// What is no escape stays as it is, as in browsers (URL Standard, "percent
// decode").
std::string Decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (const auto escaped = internal::EscapeAt(text.substr(i))) {
      decoded += *escaped;
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace

std::optional<std::string> QueryParameter(std::string_view query,
                                          std::string_view name) {
  while (!query.empty()) {
    std::string_view value = internal::TakePart(&query, '&');
    const std::string_view key = internal::TakePart(&value, '=');
    if (Decoded(key) == name) return Decoded(value);
  }
  return std::nullopt;
}

std::optional<std::string> ConnectRequest::QueryParameter(
    std::string_view name) const {
  return tickerhub::QueryParameter(query, name);
}

std::optional<std::string_view> ConnectRequest::Cookie(
    std::string_view name) const {
  constexpr std::string_view kField = "Cookie";
  for (std::size_t i = headers.Find(kField); i < headers.size();
       i = headers.Find(kField, i + 1)) {
    std::string_view list = headers[i].value;
    while (!list.empty()) {
      std::string_view cookie = internal::TakeElement(&list, ';');
      if (cookie.size() > name.size() && cookie[name.size()] == '=' &&
          internal::BeginsWith(cookie, name)) {
        cookie.remove_prefix(name.size() + 1);
        return cookie;
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> ConnectRequest::BearerToken() const {
  return internal::BearerTokenOf(headers.Get("Authorization"));
}

std::vector<std::string_view> ConnectRequest::Subprotocols() const {
  std::vector<std::string_view> offered;
  for (std::size_t i = headers.Find(kSubprotocolField); i < headers.size();
       i = headers.Find(kSubprotocolField, i + 1)) {
    std::string_view list = headers[i].value;
    while (!list.empty()) {
      const std::string_view name = internal::TakeElement(&list, ',');
      if (!name.empty()) offered.push_back(name);
    }
  }
  return offered;
}

std::string ConnectRequest::ChooseSubprotocol(
    const std::vector<std::string>& supported) const {
  if (supported.empty()) return {};
  const std::vector<std::string_view> offered = Subprotocols();
  for (const std::string& name : supported) {
    if (std::find(offered.begin(), offered.end(), name) != offered.end()) {
      return name;
    }
  }
  return {};
}

}  // namespace tickerhub
