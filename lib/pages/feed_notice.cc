#include "feed_notice.h"

#include <ctime>

namespace tickerhub::internal {
namespace {

const char* WhyNotLive(FeedState state) {
  switch (state) {
    case FeedState::kQuiet:
      return "No price has come for a while.";
    case FeedState::kEnded:
      return "The feed has ended.";
    case FeedState::kFailed:
      return "The feed has failed.";
    default:
      return "";
  }
}

}  // namespace

std::string MomentText(Timestamp time) {
  // Not strftime()'s: those are of the program's locale.
  constexpr const char* kMonths[] = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  constexpr int kFirstYear = 1900;
  char clock[16];
  const std::size_t size =
      std::strftime(clock, sizeof(clock), ", %H:%M UTC", &parts);
  return std::to_string(parts.tm_mday) + ' ' + kMonths[parts.tm_mon] + ' ' +
         std::to_string(parts.tm_year + kFirstYear) + std::string(clock, size);
}

std::string FeedNotice(const StockTracker::Feed& feed, Timestamp now) {
  const bool is_old = feed.newest_time && now - *feed.newest_time > kOldPrice;
  if (feed.state == FeedState::kLive && !is_old) return {};
  std::string notice = WhyNotLive(feed.state);
  if (!feed.newest_time) return notice;
  if (!notice.empty()) notice += ' ';
  return notice + "Prices as of " + MomentText(*feed.newest_time) + '.';
}

}  // namespace tickerhub::internal
