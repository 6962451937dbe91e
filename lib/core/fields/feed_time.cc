#include "fields/feed_time.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "fields/quoted.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kLast = 253'402'300'799'999;  // the end of 9999

// A number of up to so many digits counts this unit since 1970. The shortest of
// each is in 1973, the longest in 5138.
constexpr std::size_t kSecondDigits = 11;
constexpr std::size_t kMillisecondDigits = 14;
constexpr std::size_t kMicrosecondDigits = 17;
constexpr std::size_t kNanosecondDigits = 20;

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// REQUIRES: all digits, 18 at most.
std::int64_t NumberOf(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Takes what it is asked for from the front of a text. ok() is false once
// something was not there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return text_.empty(); }
  std::string_view rest() const { return text_; }
  bool AtDigit() const { return !AtEnd() && IsDigit(text_.front()); }

  bool Skip(char c) {
    const bool there = !text_.empty() && text_.front() == c;
    if (there) text_.remove_prefix(1);
    return there;
  }
  void Expect(char c) { ok_ = Skip(c) && ok_; }

  // One of these characters, or 0.
  char SkipOneOf(std::string_view any) {
    if (AtEnd() || any.find(text_.front()) == std::string_view::npos) return 0;
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }

  // A number of exactly `count` digits, from `least` to `most`.
  int Number(int count, int least, int most) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!AtDigit()) return Fail();
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value >= least && value <= most ? value : Fail();
  }

  // Decimals of a second behind their point, in milliseconds.
  int Decimals() {
    if (!AtDigit()) return Fail();
    int value = 0;
    for (int unit = 100; AtDigit(); unit /= 10) {
      value += unit * (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  int Fail() {
    ok_ = false;
    return 0;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

constexpr bool IsLeapYear(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int DaysOf(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30,
                                         31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year)
             ? 29
             : kDays[static_cast<std::size_t>(month - 1)];
}

// Since 1970-01-01. C++17 has no calendar, and timegm() is slow.
constexpr std::int64_t DaysSince1970(int year, int month, int day) {
  std::int64_t days = std::int64_t{year - 1970} * 365 + (year - 1969) / 4 -
                      (year - 1901) / 100 + (year - 1601) / 400 + day - 1;
  for (int m = 1; m < month; ++m) days += DaysOf(year, m);
  return days;
}

// The offset of a zone at the end of a text, in milliseconds: Z, +05:30, -0500,
// +05, UTC, GMT, or nothing.
std::int64_t ReadOffset(Scanner* scan) {
  if (scan->AtEnd() || scan->SkipOneOf("Zz") != 0) return 0;
  if (scan->Skip(' ') && (scan->rest() == "UTC" || scan->rest() == "GMT")) {
    *scan = Scanner({});
    return 0;
  }
  const char sign = scan->SkipOneOf("+-");
  if (sign == 0) return scan->Fail();
  std::int64_t minutes = std::int64_t{60} * scan->Number(2, 0, 23);
  if (scan->Skip(':') || scan->AtDigit()) minutes += scan->Number(2, 0, 59);
  return (sign == '-' ? -minutes : minutes) * 60'000;
}

// Milliseconds since midnight in UTC, up to the end of the text.
std::int64_t ReadTimeOfDay(Scanner* scan) {
  const std::int64_t hour = scan->Number(2, 0, 23);
  const bool colons = scan->Skip(':');
  const std::int64_t minute = scan->Number(2, 0, 59);
  std::int64_t second = 0;
  int decimals = 0;
  if (colons ? scan->Skip(':') : scan->AtDigit()) {
    second = scan->Number(2, 0, 60);  // 60: a leap second
    if (scan->SkipOneOf(".,") != 0) decimals = scan->Decimals();
  }
  return ((hour * 60 + minute) * 60 + second) * 1000 + decimals -
         ReadOffset(scan);
}

// The milliseconds from 1970 to the date at the front. The year comes first:
// nobody can tell 03/05 from 05/03.
std::int64_t ReadDate(Scanner* scan) {
  const int year = scan->Number(4, 1970, 9999);
  const char separator = scan->SkipOneOf("-/.");
  const int month = scan->Number(2, 1, 12);
  if (separator != 0) scan->Expect(separator);
  const int day = scan->Number(2, 1, 31);
  if (!scan->ok() || day > DaysOf(year, month)) return scan->Fail();
  return DaysSince1970(year, month, day) * kDay;
}

std::optional<std::int64_t> ReadCalendar(std::string_view text) {
  Scanner scan(text);
  std::int64_t time = ReadDate(&scan);
  if (scan.SkipOneOf("Tt ") != 0) time += ReadTimeOfDay(&scan);
  if (!scan.ok() || !scan.AtEnd()) return std::nullopt;
  return time;
}

// Such a number would count a moment in 1970 or far in the future.
bool IsDigitsOfADate(std::string_view digits) {
  const std::size_t size = digits.size();
  if (size != 8 && size != 14 && size != 17) return false;
  const std::string_view century = digits.substr(0, 2);
  return century == "19" || century == "20" || century == "21";
}

// YYYYMMDD, YYYYMMDDhhmmss or YYYYMMDDhhmmssfff.
std::optional<std::int64_t> ReadDigitsOfADate(std::string_view digits) {
  Scanner date(digits.substr(0, 8));
  std::int64_t time = ReadDate(&date);
  if (!date.ok()) return std::nullopt;
  if (digits.size() > 8) {
    Scanner of_day(digits.substr(8, 6));
    time += ReadTimeOfDay(&of_day);
    if (!of_day.ok()) return std::nullopt;
  }
  if (digits.size() > 14) time += NumberOf(digits.substr(14));
  return time;
}

std::optional<std::int64_t> ReadNumber(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string_view digits = text.substr(0, point);
  const std::string_view decimals = text.substr(point);
  if (!AllDigits(digits) || decimals == ".") return std::nullopt;
  if (decimals.empty() && IsDigitsOfADate(digits)) {
    return ReadDigitsOfADate(digits);
  }
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  const std::size_t size = digits.size();
  if (size > kNanosecondDigits) return std::nullopt;
  if (size > kMicrosecondDigits) return NumberOf(digits.substr(0, size - 6));
  if (size > kMillisecondDigits) return NumberOf(digits.substr(0, size - 3));
  if (size > kSecondDigits) return NumberOf(digits);
  std::int64_t time = NumberOf(digits) * 1000;
  if (!decimals.empty()) time += Scanner(decimals.substr(1)).Decimals();
  return time;
}

// Digits with at most one point among them.
bool IsNumber(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  return AllDigits(text.substr(0, point)) &&
         (point + 1 >= text.size() || AllDigits(text.substr(point + 1)));
}

bool IsTimeOfDay(std::string_view text) {
  Scanner scan(text);
  ReadTimeOfDay(&scan);
  return scan.ok() && scan.AtEnd() && (text[2] == ':' || text.size() == 6);
}

}  // namespace

std::optional<Timestamp> ParseTime(std::string_view text) {
  const std::optional<std::int64_t> time =
      IsNumber(text) ? ReadNumber(text) : ReadCalendar(text);
  if (!time || *time < 0 || *time > kLast) return std::nullopt;
  return Timestamp(milliseconds(*time));
}

bool IsCount(std::string_view text) {
  return IsNumber(text) && !IsDigitsOfADate(text);
}

std::optional<Timestamp> ParseDateAndTime(std::string_view date,
                                          std::string_view time) {
  if (!IsTimeOfDay(time)) {
    // A small number may count the seconds of the day: nobody can tell.
    return IsNumber(time) && time.size() < 9 ? std::nullopt : ParseTime(time);
  }
  return ParseTime(std::string(date) + 'T' + std::string(time));
}

std::string WhyNotATime(std::string_view text) {
  if (text.empty()) return "the time is missing";
  const std::string is = Quoted(text) + " is not a time: ";
  if (IsTimeOfDay(text)) {
    return is +
           "the day is missing; write 2026-01-02T14:30:00Z, or bring the "
           "day in a column of its own, named date";
  }
  Scanner scan(text);
  scan.Number(2, 0, 99);
  if (scan.ok() && scan.SkipOneOf("./-") != 0) {
    return is +
           "the year must come first, as in 2026-01-02T14:30:00Z, because "
           "the day and the month cannot be told apart otherwise";
  }
  return is +
         "it must be seconds, milliseconds, microseconds or nanoseconds "
         "since 1970, or like 2026-01-02T14:30:00Z, from 1970 to 9999";
}

bool LooksLikeATime(std::string_view text) {
  std::size_t groups = 0;
  char separator = 0;
  for (Scanner scan(text); scan.AtDigit();) {
    std::size_t size = 0;
    for (; scan.AtDigit(); ++size) scan.SkipOneOf("0123456789");
    if (size > 4) return false;
    ++groups;
    if (separator == ':' && groups > 1 && (scan.AtEnd() || scan.Skip('.'))) {
      return true;
    }
    if (scan.AtEnd() || (groups == 3 && scan.SkipOneOf("Tt ") != 0)) {
      return groups == 3;
    }
    const char next = scan.SkipOneOf("-/.:");
    if (next == 0 || (separator != 0 && next != separator)) return false;
    separator = next;
  }
  return false;
}

std::string TimeText(Timestamp time) {
  const std::int64_t ms = time.time_since_epoch().count();
  std::int64_t days = ms / kDay - (ms % kDay < 0 ? 1 : 0);
  const std::int64_t of_day = ms - days * kDay;
  int year = 1970;
  for (; days < 0; --year) days += IsLeapYear(year - 1) ? 366 : 365;
  for (; days >= (IsLeapYear(year) ? 366 : 365); ++year) {
    days -= IsLeapYear(year) ? 366 : 365;
  }
  int month = 1;
  for (; days >= DaysOf(year, month); ++month) days -= DaysOf(year, month);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d", year,
                month, static_cast<int>(days + 1),
                static_cast<int>(of_day / 3'600'000),
                static_cast<int>(of_day / 60'000 % 60),
                static_cast<int>(of_day / 1000 % 60));
  std::string out = text.data();
  if (of_day % 1000 != 0) {
    std::snprintf(text.data(), text.size(), ".%03d",
                  static_cast<int>(of_day % 1000));
    out += text.data();
  }
  return out + 'Z';
}

}  // namespace tickerhub::internal
