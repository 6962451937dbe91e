#include "stocks/stock_stream.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "protocol/stock_messages.h"

namespace tickerhub::internal {
namespace {

using std::chrono::milliseconds;

// Rounded up, so that the rate is never exceeded.
milliseconds IntervalOf(double max_rate) {
  constexpr double kLongest = 24 * 3600 * 1e3;
  if (!(max_rate > 0)) return milliseconds(0);
  return milliseconds(static_cast<milliseconds::rep>(
      std::min(kLongest, std::ceil(1e3 / max_rate))));
}

}  // namespace

StockStream::StockStream(const Shared& shared, const Pace* pace)
    : shared_(shared),
      pace_(pace),
      interval_(std::max(IntervalOf(shared.options.max_rate),
                         pace == nullptr ? milliseconds(0) : pace->interval)),
      subscriptions_(shared.broadcaster, shared.numbers),
      published_(shared.book.sequence()),
      timer_(shared.scheduler),
      pulse_of_all_(shared.scheduler, shared.options.heartbeat_interval,
                    [this] { Beat(subscriptions_.all_stocks()); }),
      pulse_by_name_(shared.scheduler, shared.options.heartbeat_interval,
                     [this] { Beat(subscriptions_.by_name()); }) {}

void StockStream::OnFollowersChanged() {
  if (subscriptions_.followers_of_all() > 0) {
    pulse_of_all_.Start();
  } else {
    pulse_of_all_.Stop();
  }
  if (subscriptions_.followers_by_name() > 0) {
    pulse_by_name_.Start();
  } else {
    pulse_by_name_.Stop();
  }
  if (!in_use()) timer_.Cancel();
}

void StockStream::FlushSoon() {
  if (!in_use()) return;
  if (RestOfInterval().count() == 0) {
    Flush();
  } else if (!timer_.pending()) {
    FlushAfter(milliseconds(0));
  }
}

void StockStream::FlushAfter(milliseconds delay) {
  if (published_ == shared_.book.sequence()) return;
  const milliseconds rest = RestOfInterval();
  if (rest > delay) ++shared_.stats.ticks_delayed;
  timer_.Start(std::max(delay, rest), [this] { Flush(); });
}

void StockStream::Flush() {
  AppendPending();
  shared_.out.Send();
}

// Never longer than the interval, though the clock may have been set back.
milliseconds StockStream::RestOfInterval() const {
  if (interval_.count() == 0) return interval_;
  return std::clamp(last_tick_ + interval_ - shared_.scheduler.Now(),
                    milliseconds(0), interval_);
}

void StockStream::AppendPending() {
  timer_.Cancel();
  const Sequence seq = shared_.book.sequence();
  const Sequence since = std::exchange(published_, seq);
  if (seq == since || !in_use()) return;
  ++shared_.stats.ticks_published;
  last_tick_ = shared_.scheduler.Now();
  const bool to_all = subscriptions_.followers_of_all() > 0;
  if (!to_all && !subscriptions_.has_topics()) return;
  changed_.clear();
  shared_.book.ForEachChangeSince(
      since, [this](const Quote& quote) { changed_.push_back(&quote); });
  std::reverse(changed_.begin(), changed_.end());  // oldest change first
  if (to_all) {
    shared_.out.Add(
        subscriptions_.all_stocks(),
        protocol::EncodeUpdate(seq, since, changed_.data(), changed_.size()));
    pulse_of_all_.Note(last_tick_);
  }
  if (subscriptions_.has_topics()) {
    for (const Quote* quote : changed_) AppendToFollowers(*quote, seq);
  }
}

void StockStream::AppendToFollowers(const Quote& quote, Sequence seq) {
  StockSubscriptions::Topic* topic = subscriptions_.Find(quote.symbol);
  if (topic == nullptr) return;
  const Quote* one = &quote;
  shared_.out.Add(topic->id,
                  protocol::EncodeUpdate(seq, topic->published, &one, 1));
  topic->published = seq;
}

void StockStream::OnToldEverybody(Timestamp now) {
  published_ = shared_.book.sequence();
  pulse_of_all_.Note(now);
  pulse_by_name_.Note(now);
}

void StockStream::Beat(TopicId group) {
  shared_.out.Add(group, protocol::EncodeHeartbeat(published_));
  shared_.out.Send();
}

}  // namespace tickerhub::internal
