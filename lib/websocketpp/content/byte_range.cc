#include "content/byte_range.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

// Returns nothing if the text is no number. A number that is too large is the
// largest one: no content has as many bytes.
std::optional<std::size_t> ReadPosition(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), IsDigit)) {
    return std::nullopt;
  }
  std::size_t number = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? number : std::string_view::npos;
}

}  // namespace

std::optional<ByteRange> ReadByteRange(std::string_view range,
                                       std::size_t content_size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!EqualsIgnoringCase(range.substr(0, kUnit.size()), kUnit)) {
    return std::nullopt;
  }
  range = Trimmed(range.substr(kUnit.size()));
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto last = ReadPosition(range.substr(dash + 1));
  if (dash == 0) {  // the last bytes
    if (!last) return std::nullopt;
    const std::size_t size = std::min(*last, content_size);
    return ByteRange{content_size - size, size};
  }
  const auto first = ReadPosition(range.substr(0, dash));
  const bool is_open = dash + 1 == range.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) {
    return std::nullopt;
  }
  if (*first >= content_size) return ByteRange{};
  const std::size_t end =
      is_open ? content_size : std::min(*last, content_size - 1) + 1;
  return ByteRange{*first, end - *first};
}

}  // namespace tickerhub::internal
