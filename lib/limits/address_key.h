#ifndef TICKERHUB_LIB_LIMITS_ADDRESS_KEY_H_
#define TICKERHUB_LIB_LIMITS_ADDRESS_KEY_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "tickerhub/remote_address.h"

namespace tickerhub::internal {

/// Whom a limit for each address counts as one: an IPv4 address, or an IPv6
/// network of 64 bits. A provider gives each customer that many addresses of
/// IPv6 at least, so a limit for single ones would bound nobody.
class AddressKey {
 public:
  explicit AddressKey(const RemoteAddress& address) {
    const bool is_ipv6 = address.family() == RemoteAddress::Family::kIpv6;
    constexpr std::size_t kNetworkBytes = 8;
    constexpr std::size_t kIpv4Bytes = 4;
    const std::size_t size = is_ipv6 ? kNetworkBytes : kIpv4Bytes;
    for (std::size_t i = 0; i < size; ++i) {
      bits_ = bits_ << 8 | address.bytes()[i];
    }
    // Nobody connects from ffff::/16, which is multicast (RFC 4291 §2.7).
    if (address.family() == RemoteAddress::Family::kIpv4) bits_ |= kIpv4;
  }

  /// Nobody for an address that tells nobody apart: of loopback, which the
  /// programs of this machine have, and all visitors that a proxy of this
  /// machine lets in.
  static AddressKey OfStranger(const RemoteAddress& address) {
    return IsLoopback(address) ? AddressKey(RemoteAddress())
                               : AddressKey(address);
  }

  /// 127.0.0.0/8 or ::1.
  static bool IsLoopback(const RemoteAddress& address) {
    constexpr std::uint8_t kLoopbackNet = 127;
    constexpr std::array<std::uint8_t, 16> kIpv6Loopback = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return address.family() == RemoteAddress::Family::kIpv6
               ? address.bytes() == kIpv6Loopback
               : address.bytes()[0] == kLoopbackNet;
  }

  bool is_nobody() const { return bits_ == 0; }

  friend bool operator==(const AddressKey& a, const AddressKey& b) {
    return a.bits_ == b.bits_;
  }

  struct Hash {
    std::size_t operator()(const AddressKey& key) const {
      // std::hash of an integer may be the integer itself, and the addresses of
      // one network differ in a few bits only.
      constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
      const std::uint64_t mixed = key.bits_ * kOdd;
      return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
  };

 private:
  static constexpr std::uint64_t kIpv4 = 0xFFFF'FFFF'0000'0000U;

  std::uint64_t bits_ = 0;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_LIMITS_ADDRESS_KEY_H_
