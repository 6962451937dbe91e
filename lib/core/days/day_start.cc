#include "tickerhub/day_start.h"

#include <unicode/gregocal.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <chrono>
#include <memory>

#include "text/ascii.h"

namespace tickerhub {
namespace {

constexpr int kMinutesAnHour = 60;
constexpr int kHoursADay = 24;
// Of a name. The longest zone has 30 characters.
constexpr std::size_t kMostZoneBytes = 64;

std::unique_ptr<icu::TimeZone> ZoneOf(std::string_view name) {
  return std::unique_ptr<icu::TimeZone>(
      icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(
          {name.data(), static_cast<std::int32_t>(name.size())})));
}

// ICU gives an unknown zone for a name that it does not know.
bool IsZone(std::string_view name) {
  if (name.empty() || name.size() > kMostZoneBytes) return false;
  const auto zone = ZoneOf(name);
  icu::UnicodeString id;
  return zone != nullptr && zone->getID(id) != "Etc/Unknown";
}

int TwoDigits(std::string_view text) {
  constexpr int kTen = 10;
  return (text[0] - '0') * kTen + (text[1] - '0');
}

std::optional<int> MinuteOfDay(std::string_view text) {
  constexpr std::string_view kForm = "00:00";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == ':' ? text[i] != ':' : !is_digit) return std::nullopt;
  }
  const int hour = TwoDigits(text);
  const int minute = TwoDigits(text.substr(kForm.find(':') + 1));
  if (hour >= kHoursADay || minute >= kMinutesAnHour) return std::nullopt;
  return hour * kMinutesAnHour + minute;
}

}  // namespace

Status DayStart::Read(std::string_view time_of_day, std::string_view time_zone,
                      std::optional<DayStart>* start) {
  const std::optional<int> minute = MinuteOfDay(time_of_day);
  if (!minute) {
    return {StatusCode::kInvalidArgument,
            "the time of day must be from 00:00 to 23:59, such as 09:30, not "
            "\"" +
                std::string(time_of_day) + "\""};
  }
  if (!IsZone(time_zone)) {
    return {StatusCode::kNotFound,
            "there is no time zone \"" + std::string(time_zone) +
                "\"; its name is one such as America/New_York or UTC"};
  }
  *start = DayStart(*minute, std::string(time_zone));
  return {};
}

Timestamp DayStart::After(Timestamp moment) const {
  UErrorCode error = U_ZERO_ERROR;
  icu::GregorianCalendar calendar(ZoneOf(time_zone_).release(), error);
  calendar.setTime(static_cast<UDate>(moment.time_since_epoch().count()),
                   error);
  const int year = calendar.get(UCAL_YEAR, error);
  const int month = calendar.get(UCAL_MONTH, error);
  const int day = calendar.get(UCAL_DATE, error);
  // A day ahead is enough, but for a zone that left one out.
  constexpr int kDaysToTry = 3;
  for (int ahead = 0; ahead <= kDaysToTry && U_SUCCESS(error); ++ahead) {
    calendar.clear();
    calendar.set(year, month, day + ahead, minute_of_day_ / kMinutesAnHour,
                 minute_of_day_ % kMinutesAnHour);
    const Timestamp start(std::chrono::milliseconds(
        static_cast<std::int64_t>(calendar.getTime(error))));
    if (U_SUCCESS(error) && start > moment) return start;
  }
  // ICU has all in its data, so this happens only if that is broken.
  return moment + std::chrono::hours(kHoursADay);
}

}  // namespace tickerhub
