#include "tickerhub/remote_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>

namespace tickerhub {
namespace {

constexpr std::size_t kIpv4Bytes = 4;
// RFC 4291 §2.5.5.2.
constexpr std::array<std::uint8_t, 12> kWrapped{0, 0, 0, 0, 0,    0,
                                                0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

RemoteAddress::RemoteAddress(Family family,
                             const std::array<std::uint8_t, 16>& bytes,
                             std::uint16_t port)
    : bytes_(bytes), port_(port), family_(family) {
  if (family == Family::kIpv6 &&
      std::equal(kWrapped.begin(), kWrapped.end(), bytes.begin())) {
    family_ = Family::kIpv4;
    bytes_ = {};
    std::copy(bytes.begin() + kWrapped.size(), bytes.end(), bytes_.begin());
  }
  if (family_ == Family::kIpv4) {
    std::fill(bytes_.begin() + kIpv4Bytes, bytes_.end(), std::uint8_t{0});
  }
}

std::optional<RemoteAddress> RemoteAddress::Parse(std::string_view text,
                                                  std::uint16_t port) {
  const std::string terminated(text);
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return RemoteAddress(Family::kIpv4, bytes, port);
  }
  if (::inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) {
    return RemoteAddress(Family::kIpv6, bytes, port);
  }
  return std::nullopt;
}

std::string RemoteAddress::ToString() const {
  if (family_ == Family::kNone) return {};
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(family_ == Family::kIpv4 ? AF_INET : AF_INET6, bytes_.data(),
              text, sizeof text);
  return text;
}

}  // namespace tickerhub
