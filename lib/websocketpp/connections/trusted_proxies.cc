#include "connections/trusted_proxies.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "text/read_number.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {
namespace {

constexpr std::size_t kByteBits = 8;

using Bytes = std::array<std::uint8_t, 16>;

std::size_t BitsOf(const RemoteAddress& address) {
  return address.family() == RemoteAddress::Family::kIpv4 ? 32 : 128;
}

bool BitAt(const Bytes& bytes, std::size_t bit) {
  return (bytes[bit / kByteBits] >> (kByteBits - 1 - bit % kByteBits) & 1) != 0;
}

bool AreEqual(const Bytes& a, const Bytes& b, std::size_t bits) {
  const auto whole = static_cast<std::ptrdiff_t>(bits / kByteBits);
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  for (std::size_t i = bits / kByteBits * kByteBits; i < bits; ++i) {
    if (BitAt(a, i) != BitAt(b, i)) return false;
  }
  return true;
}

}  // namespace

std::optional<AddressRange> AddressRange::Parse(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto first = RemoteAddress::Parse(text.substr(0, slash));
  if (!first) return std::nullopt;
  const std::size_t bits = BitsOf(*first);
  if (slash == text.size()) return AddressRange(*first, bits);
  const auto given = ReadNumber<std::size_t>(text.substr(slash + 1));
  if (!given || *given > bits) return std::nullopt;
  for (std::size_t i = *given; i < bits; ++i) {
    if (BitAt(first->bytes(), i)) return std::nullopt;
  }
  return AddressRange(*first, *given);
}

bool AddressRange::Contains(const RemoteAddress& address) const {
  return address.family() == first_.family() &&
         AreEqual(address.bytes(), first_.bytes(), bits_);
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& ranges) {
  for (const std::string& range : ranges) {
    if (const auto read = AddressRange::Parse(range)) ranges_.push_back(*read);
  }
}

bool TrustedProxies::has_all() const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [](const AddressRange& range) { return range.has_all(); });
}

bool TrustedProxies::Contains(const RemoteAddress& address) const {
  return std::any_of(
      ranges_.begin(), ranges_.end(),
      [&](const AddressRange& range) { return range.Contains(address); });
}

}  // namespace tickerhub::internal

namespace tickerhub {

bool IsNetwork(std::string_view text) {
  return internal::AddressRange::Parse(text).has_value();
}

}  // namespace tickerhub
