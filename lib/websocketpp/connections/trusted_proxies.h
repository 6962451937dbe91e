#ifndef TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_TRUSTED_PROXIES_H_
#define TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_TRUSTED_PROXIES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/remote_address.h"

namespace tickerhub::internal {

/// The addresses with a common beginning (RFC 4632 §3.1): "10.0.0.0/8",
/// "2001:db8::/32", or one address.
class AddressRange {
 public:
  /// Returns nothing if the text is none. Bits behind the beginning must be 0,
  /// because "10.0.0.1/8" is more likely a mistake than a network.
  static std::optional<AddressRange> Parse(std::string_view text);

  bool Contains(const RemoteAddress& address) const;
  /// "0.0.0.0/0" and "::/0".
  bool has_all() const { return bits_ == 0; }

 private:
  AddressRange(const RemoteAddress& first, std::size_t bits)
      : first_(first), bits_(bits) {}

  RemoteAddress first_;
  std::size_t bits_;
};

/// The proxies that say the truth about who connects through them
/// (ServerOptions::trusted_proxies).
///
/// Threads: any thread may call; it does not change.
class TrustedProxies {
 public:
  /// Leaves out what is no AddressRange.
  explicit TrustedProxies(const std::vector<std::string>& ranges);

  bool empty() const { return ranges_.empty(); }
  /// Every address of a family is one of them.
  bool has_all() const;
  bool Contains(const RemoteAddress& address) const;

 private:
  std::vector<AddressRange> ranges_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_CONNECTIONS_TRUSTED_PROXIES_H_
