#ifndef TICKERHUB_LIB_TEXT_READ_NUMBER_H_
#define TICKERHUB_LIB_TEXT_READ_NUMBER_H_

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace tickerhub::internal {

/// Returns the number that the whole text is. Returns nothing for any other
/// text, a blank or a '+' included, and for a number that does not fit. A
/// double may be "nan" or "inf". Any thread may call.
template <typename Number>
std::optional<Number> ReadNumber(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_TEXT_READ_NUMBER_H_
