#include "lines/plausible.h"

#include <algorithm>
#include <array>
#include <cstddef>

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

// The months, and behind them the days of the week.
constexpr std::array<std::string_view, 19> kWordsOfDates = {
    "January",  "February", "March",    "April",     "May",
    "June",     "July",     "August",   "September", "October",
    "November", "December", "Monday",   "Tuesday",   "Wednesday",
    "Thursday", "Friday",   "Saturday", "Sunday"};
constexpr std::size_t kMonths = 12;

// Its place above, whole or by its first three letters; 19 if it is none.
std::size_t WordOfDate(std::string_view word) {
  const auto found =
      std::find_if(kWordsOfDates.begin(), kWordsOfDates.end(), [&](auto name) {
        return EqualsIgnoringCase(word, name) ||
               EqualsIgnoringCase(word, name.substr(0, 3));
      });
  return static_cast<std::size_t>(found - kWordsOfDates.begin());
}

bool IsLetter(char c) { return LowerCase(c) >= 'a' && LowerCase(c) <= 'z'; }

// "02-Jan-2026", "Jan 5 2026", "02JAN26", "Fri Jan 02 09:30:00 2026": a month,
// a number, and nothing but what a date may have besides.
bool HasAMonth(std::string_view text) {
  std::size_t months = 0;
  std::size_t numbers = 0;
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), IsLetter);
    auto size = static_cast<std::size_t>(end - text.begin());
    if (size > 0) {
      const std::size_t word = WordOfDate(text.substr(0, size));
      if (word == kWordsOfDates.size()) return false;
      if (word < kMonths) ++months;
    } else if (IsDigit(text.front())) {
      size = text.size() - SkipDigits(text).size();
      if (size > 4) return false;
      ++numbers;
    } else if (std::string_view(" -/.:,").find(text.front()) !=
               std::string_view::npos) {
      size = 1;
    } else {
      return false;
    }
    text.remove_prefix(size);
  }
  return months == 1 && numbers > 0;
}

}  // namespace

std::string_view WhatItLooksLike(std::string_view symbol) {
  constexpr std::string_view kStart = "+-.0123456789";
  if (HasAMonth(symbol)) return "a date";
  if (!symbol.empty() && (symbol.back() == ':' || symbol.back() == '|')) {
    return "a symbol with a separator behind it";
  }
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

bool MayHaveACommaInItsNumber(std::string_view before_comma) {
  const std::size_t blank = before_comma.find_last_of(" \t");
  if (blank == std::string_view::npos) return false;
  std::string_view word = before_comma.substr(blank + 1);
  const std::size_t digit = word.find_first_of("0123456789");
  if (digit == std::string_view::npos ||
      word.find_first_not_of("+-$#~(") != digit) {
    return false;
  }
  word.remove_prefix(digit);
  return word.find_first_not_of("0123456789.'") == std::string_view::npos;
}

bool IsWholeNumber(std::string_view text) {
  return !text.empty() && SkipDigits(text).empty();
}

}  // namespace tickerhub::internal
