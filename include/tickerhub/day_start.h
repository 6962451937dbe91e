#ifndef TICKERHUB_DAY_START_H_
#define TICKERHUB_DAY_START_H_

// A DayStart is the moment at which each day of trading begins: a time of day
// in a time zone. A StockTracker with one in its options begins its days by
// itself (StockTracker::StartDay()).
//
//     tickerhub::StockTracker::Options options;
//     tickerhub::Status status = tickerhub::DayStart::Read(
//         "09:30", "America/New_York", &options.day_start);
//     if (!status.ok()) std::cerr << status.message() << std::endl;
//
// The time zone knows summer time. On the day that has no such time of day,
// because the clocks are set forward, the day begins as much later. Every day
// begins, Sunday too; but a stock without a price since its last day does not
// begin another one.
//
// The rules of the zones are those of ICU, which comes with the system.
//
// Threads: a value; use it from any thread as you use a std::string.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tickerhub/export.h"
#include "tickerhub/status.h"
#include "tickerhub/timestamp.h"

namespace tickerhub {

class TICKERHUB_EXPORT DayStart {
 public:
  /// Sets `*start`. `time_of_day` is hours and minutes ("09:30"), `time_zone`
  /// the name of a zone ("America/New_York", "UTC"). Changes nothing if one of
  /// them is none; the status then says which and why.
  static Status Read(std::string_view time_of_day, std::string_view time_zone,
                     std::optional<DayStart>* start);

  /// Returns the first moment after `moment` at which a day begins.
  Timestamp After(Timestamp moment) const;

 private:
  DayStart(int minute_of_day, std::string time_zone)
      : minute_of_day_(minute_of_day), time_zone_(std::move(time_zone)) {}

  int minute_of_day_;
  std::string time_zone_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_DAY_START_H_
