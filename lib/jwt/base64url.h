#ifndef TICKERHUB_LIB_JWT_BASE64URL_H_
#define TICKERHUB_LIB_JWT_BASE64URL_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tickerhub::internal {

/// Decodes base64url without padding (RFC 7515 §2). Strict: returns false for
/// any other character, for a length that cannot be, and for bits that are left
/// over, so that each text has one encoding. Any thread may call it.
inline bool DecodeBase64Url(std::string_view text, std::string* bytes) {
  static constexpr auto kValues = [] {
    std::array<std::uint8_t, 256> values{};
    for (auto& value : values) value = 0xFF;
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (std::size_t i = 0; i < kDigits.size(); ++i) {
      values[static_cast<unsigned char>(kDigits[i])] =
          static_cast<std::uint8_t>(i);
    }
    return values;
  }();
  if (text.size() % 4 == 1) return false;
  bytes->clear();
  bytes->reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(c)];
    if (value == 0xFF) return false;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes->push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return (bits & ((1u << count) - 1)) == 0;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_JWT_BASE64URL_H_
