#include "feed/feed_watch.h"

#include <algorithm>
#include <utility>

namespace tickerhub::internal {

using std::chrono::milliseconds;

FeedWatch::FeedWatch(Scheduler& scheduler, milliseconds stale_after,
                     std::function<void()> on_change)
    : scheduler_(scheduler),
      stale_after_(stale_after),
      on_change_(std::move(on_change)),
      start_(scheduler.SteadyNow()),
      timer_(scheduler) {
  WatchOn();
}

void FeedWatch::OnNewest(Timestamp newest, Origin origin) {
  (origin == Origin::kSource ? newest_of_sources_ : newest_of_program_) =
      scheduler_.SteadyNow();
  const Timestamp now = scheduler_.Now();
  newest = std::min(newest, now);
  // A time ahead of the clock is from before somebody set it back.
  if (!newest_time_ || *newest_time_ > now || newest > *newest_time_) {
    newest_time_ = newest;
  }
  if (state_ != FeedState::kLive) Evaluate();
}

void FeedWatch::OnSources(const StockTracker::Feed& sources) {
  sources_ = sources;
  Evaluate();
}

StockTracker::Feed FeedWatch::feed() const {
  StockTracker::Feed feed = sources_;
  feed.state = state_;
  feed.newest_time = newest_time_;
  if (const auto moment = newest()) {
    feed.newest_price_age = std::chrono::duration_cast<milliseconds>(
        scheduler_.SteadyNow() - *moment);
  }
  return feed;
}

std::optional<SteadyTime> FeedWatch::newest() const {
  return std::max(newest_of_sources_, newest_of_program_);
}

bool FeedWatch::IsStale(std::optional<SteadyTime> newest) const {
  return stale_after_.count() > 0 &&
         scheduler_.SteadyNow() - newest.value_or(start_) >= stale_after_;
}

FeedState FeedWatch::StateNow() const {
  const bool have_ended =
      sources_.sources > 0 && sources_.ended == sources_.sources;
  // A program that sets prices itself goes on without its sources.
  const bool program_goes_on =
      newest_of_program_ && !IsStale(newest_of_program_);
  if (have_ended && !program_goes_on) {
    return sources_.failed > 0 ? FeedState::kFailed : FeedState::kEnded;
  }
  return IsStale(newest()) ? FeedState::kQuiet : FeedState::kLive;
}

void FeedWatch::Evaluate() {
  const FeedState before = std::exchange(state_, StateNow());
  if (state_ == FeedState::kLive && !timer_.pending()) WatchOn();
  if (state_ != before) on_change_();
}

void FeedWatch::WatchOn() {
  if (stale_after_.count() == 0) return;
  const auto left =
      newest().value_or(start_) + stale_after_ - scheduler_.SteadyNow();
  timer_.Start(std::max(std::chrono::ceil<milliseconds>(left), milliseconds(1)),
               [this] {
                 if (state_ == FeedState::kLive) Evaluate();
               });
}

}  // namespace tickerhub::internal
