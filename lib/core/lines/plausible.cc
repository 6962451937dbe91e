#include "lines/plausible.h"

#include <algorithm>

#include "fields/feed_time.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

std::string_view SkipDigits(std::string_view text) {
  while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
  return text;
}

// A sign or a point is in it, or an exponent with a sign.
bool IsSignedOrHasAPoint(std::string_view text) {
  const bool has_sign = text.front() == '-' || text.front() == '+';
  if (has_sign) text.remove_prefix(1);
  std::string_view rest = SkipDigits(text);
  std::size_t digits = text.size() - rest.size();
  const bool has_point = !rest.empty() && rest.front() == '.';
  if (has_point) {
    rest.remove_prefix(1);
    const std::string_view after = SkipDigits(rest);
    digits += rest.size() - after.size();
    rest = after;
  }
  if (digits == 0) return false;
  bool has_signed_exponent = false;
  if (rest.size() > 1 && LowerCase(rest[0]) == 'e') {
    const bool is_signed = rest[1] == '-' || rest[1] == '+';
    const std::string_view power = rest.substr(is_signed ? 2 : 1);
    if (!power.empty() && SkipDigits(power).empty()) {
      rest = {};
      has_signed_exponent = is_signed;
    }
  }
  return rest.empty() && (has_sign || has_point || has_signed_exponent);
}

// 1'000'000'000 s is in 2001, 1'999'999'999 s in 2033.
bool CountsSince1970(std::string_view digits) {
  const std::size_t size = digits.size();
  return digits.front() == '1' &&
         (size == 10 || size == 13 || size == 16 || size == 19);
}

bool IsDateOfDigits(std::string_view digits) {
  const std::size_t size = digits.size();
  const std::string_view century = digits.substr(0, 2);
  return (size == 8 || size == 14) && (century == "19" || century == "20") &&
         ParseTime(digits);
}

}  // namespace

std::string_view WhatItLooksLike(std::string_view symbol) {
  constexpr std::string_view kStart = "+-.0123456789";
  if (symbol.empty() || kStart.find(symbol.front()) == std::string_view::npos) {
    return {};
  }
  if (SkipDigits(symbol).empty()) {
    if (IsDateOfDigits(symbol)) return "a date";
    return CountsSince1970(symbol) ? "a time" : "";
  }
  if (IsSignedOrHasAPoint(symbol)) return "a number";
  if (!LooksLikeATime(symbol)) return {};
  return symbol.find(':') < 3 ? "a time" : "a date";
}

}  // namespace tickerhub::internal
