#ifndef TICKERHUB_REMOTE_ADDRESS_H_
#define TICKERHUB_REMOTE_ADDRESS_H_

// Where a client connects from: an IP address and a port.
//
//     const tickerhub::RemoteAddress& from = request.remote_address;
//     std::cout << from.ToString() << std::endl;  // 203.0.113.7
//
// Behind a reverse proxy it is the client's if the server trusts the proxy
// (Server::Options::trusted_proxies), and else the proxy's.
//
// Threads: a value; use it from any thread as you use an int.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT RemoteAddress {
 public:
  /// kNone: nobody knows where the client is.
  enum class Family : std::uint8_t { kNone, kIpv4, kIpv6 };

  /// Nobody: ToString() is empty. Tests and fakes use it.
  RemoteAddress() = default;
  /// An IPv4 address is the first four bytes. An IPv4 address that IPv6 wraps
  /// (::ffff:203.0.113.7, RFC 4291 §2.5.5.2) becomes IPv4.
  RemoteAddress(Family family, const std::array<std::uint8_t, 16>& bytes,
                std::uint16_t port);

  /// Reads "203.0.113.7" or "2001:db8::1", without a port. Returns nothing if
  /// the text is neither.
  static std::optional<RemoteAddress> Parse(std::string_view text,
                                            std::uint16_t port = 0);

  Family family() const { return family_; }
  /// The bytes of the address in network order: 4 or 16 of them, the rest 0.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  /// 0 if it is not known: a proxy tells the address alone in most cases.
  std::uint16_t port() const { return port_; }

  /// "203.0.113.7", "2001:db8::1" (RFC 5952) or "": without the port.
  std::string ToString() const;

  /// Compares the ports too, so two connections of one client differ. To ask
  /// for the same address, compare family() and bytes().
  friend bool operator==(const RemoteAddress& a, const RemoteAddress& b) {
    return a.family_ == b.family_ && a.port_ == b.port_ && a.bytes_ == b.bytes_;
  }
  friend bool operator!=(const RemoteAddress& a, const RemoteAddress& b) {
    return !(a == b);
  }

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::uint16_t port_ = 0;
  Family family_ = Family::kNone;
};

}  // namespace tickerhub

#endif  // TICKERHUB_REMOTE_ADDRESS_H_
