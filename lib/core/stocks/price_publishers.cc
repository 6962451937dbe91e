#include "stocks/price_publishers.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "protocol/stock_messages.h"
#include "stocks/shared_messages.h"

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

void PricePublisher::Shared::Add(Publication publication,
                                 Sequence continues_from) {
  out.push_back(std::move(publication));
  since = std::min(since, continues_from);
}

void PricePublisher::Shared::SendOut() {
  if (out.empty()) return;
  broadcaster.Publish(
      std::exchange(out, {}), Delivery::kLatest,
      std::exchange(since, std::numeric_limits<Sequence>::max()));
}

PricePublisher::PricePublisher(Shared& shared, const Pace* pace)
    : shared_(shared),
      pace_(pace),
      interval_(std::max(IntervalOf(shared.options.max_rate),
                         pace == nullptr ? milliseconds(0) : pace->interval)),
      subscriptions_(shared.numbers),
      published_(shared.book.sequence()),
      flush_(shared.scheduler, [this] { Flush(); }),
      heartbeat_of_all_(
          shared.scheduler,
          [this] { Beat(subscriptions_.all_stocks(), &heartbeat_of_all_); }),
      heartbeat_by_name_(shared.scheduler, [this] {
        Beat(subscriptions_.by_name(), &heartbeat_by_name_);
      }) {}

void PricePublisher::OnFollowersChanged() {
  UpdateHeartbeat(subscriptions_.followers_of_all(), &heartbeat_of_all_);
  UpdateHeartbeat(subscriptions_.followers_by_name(), &heartbeat_by_name_);
  if (!in_use()) flush_.Stop();
}

void PricePublisher::OnChange() {
  if (!in_use()) {
    published_ = shared_.book.sequence();
  } else if (!flush_.is_set() && published_ != shared_.book.sequence()) {
    FlushAt(shared_.scheduler.SteadyNow() + shared_.options.join_window);
  }
}

void PricePublisher::FlushSoon() {
  if (!in_use() || published_ == shared_.book.sequence()) return;
  const SteadyTime now = shared_.scheduler.SteadyNow();
  if (next_tick_ <= now) {
    Flush();
  } else if (!flush_.is_set()) {
    FlushAt(now);
  }
}

void PricePublisher::FlushAt(SteadyTime moment) {
  if (next_tick_ > moment) ++shared_.counters.ticks_delayed;
  flush_.Set(std::max(moment, next_tick_));
}

void PricePublisher::Flush() {
  AppendPending();
  shared_.SendOut();
}

void PricePublisher::AppendPending() {
  flush_.Silence();
  const Sequence seq = shared_.book.sequence();
  const Sequence since = std::exchange(published_, seq);
  if (seq == since || !in_use()) return;
  ++shared_.counters.ticks_published;
  const SteadyTime now = shared_.scheduler.SteadyNow();
  next_tick_ = now + interval_;
  const bool to_all = subscriptions_.followers_of_all() > 0;
  if (!to_all && !subscriptions_.has_topics()) return;
  CollectChanges(shared_.book, since, &changed_);
  if (to_all) {
    shared_.Add(
        {subscriptions_.all_stocks(),
         protocol::EncodeUpdate(seq, since, changed_.data(), changed_.size())},
        since);
    PostponeHeartbeat(now, &heartbeat_of_all_);
  }
  if (!subscriptions_.has_topics()) return;
  for (const Quote* quote : changed_) {
    StockSubscriptions::Topic* topic = subscriptions_.Find(quote->symbol);
    if (topic == nullptr) continue;
    shared_.Add(
        {topic->id, protocol::EncodeUpdate(seq, topic->published, &quote, 1)},
        since);
    topic->published = seq;
  }
}

void PricePublisher::OnToldEverybody(SteadyTime now) {
  published_ = shared_.book.sequence();
  PostponeHeartbeat(now, &heartbeat_of_all_);
  PostponeHeartbeat(now, &heartbeat_by_name_);
}

void PricePublisher::UpdateHeartbeat(std::size_t followers, Alarm* heartbeat) {
  if (followers == 0) {
    heartbeat->Stop();
  } else if (!heartbeat->is_set() &&
             shared_.options.heartbeat_interval.count() > 0) {
    heartbeat->Set(shared_.scheduler.SteadyNow() +
                   shared_.options.heartbeat_interval);
  }
}

void PricePublisher::PostponeHeartbeat(SteadyTime now, Alarm* heartbeat) {
  if (!heartbeat->is_set()) return;
  heartbeat->Set(now + shared_.options.heartbeat_interval);
}

void PricePublisher::Beat(TopicId group, Alarm* heartbeat) {
  shared_.Add({group, protocol::EncodeHeartbeat(published_)}, published_);
  shared_.SendOut();
  heartbeat->Set(shared_.scheduler.SteadyNow() +
                 shared_.options.heartbeat_interval);
}

PricePublishers::PricePublishers(PricePublisher::Shared shared)
    : shared_(std::move(shared)) {
  OfPace(nullptr);
}

PricePublisher* PricePublishers::OfPace(const Pace* pace) {
  for (const auto& publisher : publishers_) {
    if (publisher->pace() == pace) return publisher.get();
  }
  publishers_.push_back(std::make_unique<PricePublisher>(shared_, pace));
  return publishers_.back().get();
}

void PricePublishers::OnFollowersChanged(PricePublisher* publisher) {
  publisher->OnFollowersChanged();
  if (publisher->in_use() || publisher->pace() == nullptr) return;
  publishers_.erase(
      std::find_if(publishers_.begin(), publishers_.end(),
                   [&](const auto& p) { return p.get() == publisher; }));
}

bool PricePublishers::IsFollowedByName(const Symbol& symbol) {
  return std::any_of(
      publishers_.begin(), publishers_.end(), [&](const auto& publisher) {
        return publisher->subscriptions().Find(symbol) != nullptr;
      });
}

void PricePublishers::Flush() {
  for (const auto& publisher : publishers_) publisher->FlushSoon();
}

void PricePublishers::TellStatus(Payload status) {
  BeforeAddOrRemove();  // to all the same
  TellEverybody(std::move(status), shared_.book.sequence());
  shared_.SendOut();
}

// The message about the stock continues from the number before it, so
// everybody must have been told of what came before.
void PricePublishers::BeforeAddOrRemove() {
  for (const auto& publisher : publishers_) publisher->AppendPending();
}

void PricePublishers::OnAdded(const Quote& quote) {
  const Sequence seq = shared_.book.sequence();
  TellEverybody(protocol::EncodeNewStock(seq, seq - 1, quote), seq - 1);
}

// Sends at once: those who follow the stock by name leave its topic next.
void PricePublishers::OnRemoved(const Symbol& symbol) {
  const Sequence seq = shared_.book.sequence();
  TellEverybody(protocol::EncodeStockRemoved(seq, seq - 1, symbol), seq - 1);
  shared_.SendOut();
}

void PricePublishers::OnApplied() {
  shared_.SendOut();
  for (const auto& publisher : publishers_) publisher->OnChange();
}

void PricePublishers::TellEverybody(Payload message, Sequence continues_from) {
  const bool is_heard =
      std::any_of(publishers_.begin(), publishers_.end(),
                  [](const auto& publisher) { return publisher->in_use(); });
  if (is_heard) {
    shared_.Add({TopicNumbers::kEverybody, std::move(message)}, continues_from);
  }
  const SteadyTime now = shared_.scheduler.SteadyNow();
  for (const auto& publisher : publishers_) publisher->OnToldEverybody(now);
}

}  // namespace tickerhub::internal
