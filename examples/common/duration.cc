#include "common/duration.h"

#include <charconv>
#include <cmath>
#include <cstdint>

namespace tickerhub::examples {
namespace {

constexpr double kMaxMilliseconds = 366.0 * 24 * 3600 * 1000;

// 0 for an unknown unit.
double MillisecondsIn(std::string_view unit) {
  if (unit.empty() || unit == "s") return 1'000;
  if (unit == "ms") return 1;
  if (unit == "m" || unit == "min") return 60'000;
  if (unit == "h") return 3'600'000;
  return 0;
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  // std::from_chars does not look at the locale.
  const auto [rest, error] =
      std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  const double unit =
      MillisecondsIn({rest, static_cast<std::size_t>(end - rest)});
  const double milliseconds = std::round(number * unit);
  // Written so that "nan", which from_chars reads, is refused too.
  if (unit == 0 || !(number >= 0 && milliseconds <= kMaxMilliseconds)) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

std::string DurationText(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  if (count % 1'000 != 0 || count == 0) return std::to_string(count) + "ms";
  if (count % 3'600'000 == 0) return std::to_string(count / 3'600'000) + "h";
  if (count % 60'000 == 0) return std::to_string(count / 60'000) + "m";
  return std::to_string(count / 1'000) + "s";
}

}  // namespace tickerhub::examples
