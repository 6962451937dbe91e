// ParseTime() of quote_line.h.

#include <algorithm>
#include <ctime>

#include "sources/quote_line.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kFirstInMilliseconds = 100'000'000'000;
constexpr std::int64_t kLast = 253'402'300'799'999;  // the end of 9999

// Takes what it is asked for from the front of a text. ok() is false once
// something was not there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool AtEnd() const { return text_.empty(); }

  bool Skip(char c) {
    const bool there = !text_.empty() && text_.front() == c;
    if (there) text_.remove_prefix(1);
    return there;
  }
  void Expect(char c) { ok_ = Skip(c) && ok_; }

  // A number of exactly `count` digits, from `least` to `most`.
  int Number(int count, int least, int most) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (text_.empty() || !IsDigit(text_.front())) return Fail();
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value >= least && value <= most ? value : Fail();
  }

  // All digits at the front, one at least, as a number, or as `most` + 1 if it
  // is larger than that.
  std::int64_t Digits(std::int64_t most) {
    if (text_.empty() || !IsDigit(text_.front())) return Fail();
    std::int64_t value = 0;
    for (; !text_.empty() && IsDigit(text_.front()); text_.remove_prefix(1)) {
      value = std::min(value * 10 + (text_.front() - '0'), most + 1);
    }
    return value;
  }

  // Decimals of a second, if there are any, in milliseconds.
  int Decimals() {
    if (!Skip('.')) return 0;
    if (text_.empty() || !IsDigit(text_.front())) return Fail();
    int value = 0;
    for (int unit = 100; !text_.empty() && IsDigit(text_.front()); unit /= 10) {
      value += unit * (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

 private:
  int Fail() {
    ok_ = false;
    return 0;
  }

  std::string_view text_;
  bool ok_ = true;
};

// Nothing if the month has no such day. timegm() knows the calendar and, unlike
// std::mktime(), no time zone; C++17 has no calendar of its own.
std::optional<std::int64_t> SecondsSince1970(int year, int month, int day) {
  std::tm date{};
  date.tm_year = year - 1900;
  date.tm_mon = month - 1;
  date.tm_mday = day;
  const std::time_t seconds = timegm(&date);  // makes 31 April 1 May
  if (date.tm_mday != day) return std::nullopt;
  return seconds;
}

// Milliseconds since midnight, up to the end of the text.
std::int64_t ReadTimeOfDay(Scanner* scan) {
  const std::int64_t hour = scan->Number(2, 0, 23);
  scan->Expect(':');
  const std::int64_t minute = scan->Number(2, 0, 59);
  std::int64_t second = 0;
  int decimals = 0;
  if (scan->Skip(':')) {
    second = scan->Number(2, 0, 60);  // 60: a leap second
    decimals = scan->Decimals();
  }
  if (scan->Skip('+')) {
    scan->Number(2, 0, 0);
    scan->Expect(':');
    scan->Number(2, 0, 0);
  } else if (!scan->Skip('Z')) {
    scan->Skip('z');
  }
  return ((hour * 60 + minute) * 60 + second) * 1000 + decimals;
}

std::optional<std::int64_t> ReadIso8601(std::string_view text) {
  Scanner scan(text);
  const int year = scan.Number(4, 1970, 9999);
  scan.Expect('-');
  const int month = scan.Number(2, 1, 12);
  scan.Expect('-');
  const int day = scan.Number(2, 1, 31);
  std::int64_t time_of_day = 0;
  if (scan.Skip('T') || scan.Skip('t') || scan.Skip(' ')) {
    time_of_day = ReadTimeOfDay(&scan);
  }
  if (!scan.ok() || !scan.AtEnd()) return std::nullopt;
  const auto midnight = SecondsSince1970(year, month, day);
  if (!midnight) return std::nullopt;
  return *midnight * 1'000 + time_of_day;
}

std::optional<std::int64_t> ReadNumber(std::string_view text) {
  Scanner scan(text);
  const std::int64_t number = scan.Digits(kLast);
  const int decimals = scan.Decimals();
  if (!scan.ok() || !scan.AtEnd()) return std::nullopt;
  return number >= kFirstInMilliseconds ? number : number * 1000 + decimals;
}

}  // namespace

std::optional<Timestamp> ParseTime(std::string_view text) {
  const bool iso = text.find('-') != std::string_view::npos;
  const std::optional<std::int64_t> time =
      iso ? ReadIso8601(text) : ReadNumber(text);
  if (!time || *time > kLast) return std::nullopt;
  return Timestamp(milliseconds(*time));
}

}  // namespace tickerhub::internal
