#include "tickerhub/stock_tracker.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "protocol/stock_messages.h"
#include "stock_tracker_impl.h"

namespace tickerhub {

StockTracker::Impl::Impl(Broadcaster& broadcaster, Scheduler& scheduler,
                         const Options& options)
    : broadcaster_(broadcaster),
      scheduler_(scheduler),
      options_(options),
      book_(options.book),
      subscriptions_(broadcaster),
      flush_timer_(scheduler),
      pulse_of_all_(scheduler, StockSubscriptions::kAllStocks),
      pulse_by_name_(scheduler, StockSubscriptions::kByName),
      feed_(scheduler, options.join_window,
            [this](const std::vector<PriceUpdate>& updates, bool joined) {
              TakeFromSource(updates, joined);
            }) {}

void StockTracker::Impl::Follow(PriceSource& source) {
  removed_.clear();
  feed_.Follow(source, book_);
}

StockBook::AddResult StockTracker::Impl::AddStock(std::string_view name,
                                                  Price price) {
  const std::optional<Symbol> symbol = Symbol::Parse(name);
  if (!symbol) return StockBook::AddResult::kInvalidSymbol;
  const StockBook::AddResult result = Add(*symbol, price, scheduler_.Now());
  Send();
  return result;
}

StockBook::AddResult StockTracker::Impl::SetPrice(std::string_view name,
                                                  Price price) {
  const std::optional<Symbol> symbol = Symbol::Parse(name);
  if (!symbol) return StockBook::AddResult::kInvalidSymbol;
  const Timestamp now = scheduler_.Now();
  if (book_.SetPrice(*symbol, price, now) ==
      StockBook::SetResult::kNotTracked) {
    const StockBook::AddResult result = Add(*symbol, price, now);
    Send();
    return result;
  }
  StartFlushTimer();
  return StockBook::AddResult::kAlreadyTracked;
}

void StockTracker::Impl::Apply(const std::vector<PriceUpdate>& updates) {
  const StockBook::BatchResult result = book_.Apply(updates);
  if (result.not_tracked > 0) AddMissing(updates);
  StartFlushTimer();
}

void StockTracker::Impl::TakeFromSource(const std::vector<PriceUpdate>& updates,
                                        bool joined) {
  if (removed_.empty()) {
    Apply(updates);
  } else {
    std::vector<PriceUpdate> wanted;
    std::copy_if(updates.begin(), updates.end(), std::back_inserter(wanted),
                 [this](const PriceUpdate& update) {
                   return removed_.count(update.symbol) == 0;
                 });
    Apply(wanted);
  }
  if (joined) Flush();
}

StockBook::AddResult StockTracker::Impl::Add(const Symbol& symbol, Price price,
                                             Timestamp time) {
  if (book_.Find(symbol) != nullptr) {
    return StockBook::AddResult::kAlreadyTracked;
  }
  if (book_.size() >= book_.max_symbols()) {
    ++stats_.stocks_refused;
    return StockBook::AddResult::kFull;
  }
  AppendPending();
  const StockBook::AddResult result = book_.Add(symbol, price, time);
  assert(result == StockBook::AddResult::kAdded);
  const Sequence since = std::exchange(published_, book_.sequence());
  if (!sessions_.empty()) {
    AppendToEverybody(
        protocol::EncodeNewStock(published_, since, *book_.Find(symbol)));
  }
  removed_.erase(symbol);
  feed_.Track(symbol, price);
  return result;
}

// Adds what the book did not know when it took the rest of `updates`: each
// symbol at its first price, which its later ones then change.
void StockTracker::Impl::AddMissing(const std::vector<PriceUpdate>& updates) {
  std::vector<PriceUpdate> missing;
  for (const PriceUpdate& update : updates) {
    if (book_.Find(update.symbol) == nullptr) missing.push_back(update);
  }
  for (const PriceUpdate& update : missing) {
    Add(update.symbol, update.price, update.time);
  }
  book_.Apply(missing);
  Send();
}

bool StockTracker::Impl::RemoveStock(const Symbol& given) {
  const Symbol symbol = given;  // which may be the book's own
  if (book_.Find(symbol) == nullptr) return false;
  AppendPending();
  book_.Remove(symbol);
  const Sequence since = std::exchange(published_, book_.sequence());
  if (!sessions_.empty()) {
    AppendToEverybody(protocol::EncodeStockRemoved(published_, since, symbol));
  }
  Send();
  for (auto it = sessions_.begin();
       it != sessions_.end() &&
       subscriptions_.IdOf(symbol) != StockSubscriptions::kEverybody;
       ++it) {
    subscriptions_.Unfollow(it->first, symbol, &it->second.follows);
  }
  if (!feed_.has_source()) return true;
  feed_.Untrack(symbol);
  // A recording, or a feed that is piped in, goes on naming it.
  if (removed_.size() >= book_.max_symbols()) removed_.erase(removed_.begin());
  removed_.insert(symbol);
  return true;
}

void StockTracker::Impl::Flush() {
  AppendPending();
  Send();
}

void StockTracker::Impl::AppendPending() {
  flush_timer_.Cancel();
  const Sequence seq = book_.sequence();
  if (seq == published_) return;
  changed_.clear();
  book_.ForEachChangeSince(
      published_, [this](const Quote& quote) { changed_.push_back(&quote); });
  std::reverse(changed_.begin(), changed_.end());  // oldest change first
  if (subscriptions_.followers_of_all() > 0) {
    out_.push_back({StockSubscriptions::kAllStocks,
                    protocol::EncodeUpdate(seq, published_, changed_.data(),
                                           changed_.size())});
    pulse_of_all_.last = scheduler_.Now();
  }
  if (subscriptions_.has_topics()) {
    for (const Quote* quote : changed_) AppendToFollowers(*quote, seq);
  }
  published_ = seq;
  ++stats_.ticks_published;
}

void StockTracker::Impl::AppendToFollowers(const Quote& quote, Sequence seq) {
  const TopicId id = subscriptions_.IdOf(quote.symbol);
  if (id == StockSubscriptions::kEverybody) return;
  StockSubscriptions::Topic& topic = subscriptions_.topic(id);
  const Quote* one = &quote;
  out_.push_back({id, protocol::EncodeUpdate(seq, topic.published, &one, 1)});
  topic.published = seq;
}

void StockTracker::Impl::AppendToEverybody(Payload payload) {
  out_.push_back({StockSubscriptions::kEverybody, std::move(payload)});
  pulse_of_all_.last = pulse_by_name_.last = scheduler_.Now();
}

void StockTracker::Impl::Send() {
  if (out_.empty()) return;
  broadcaster_.Publish(out_, Delivery::kLatest);
  out_.clear();
}

void StockTracker::Impl::StartFlushTimer() {
  if (book_.sequence() == published_ || flush_timer_.pending()) return;
  flush_timer_.Start(options_.join_window, [this] { Flush(); });
}

// May be ahead of published_. Then the next update continues from a number
// below the snapshot's, and says again, at worst, what the snapshot has said.
Payload StockTracker::Impl::Snapshot() {
  if (!snapshot_ || snapshot_sequence_ != book_.sequence()) {
    std::vector<const Quote*> quotes;
    quotes.reserve(book_.size());
    book_.ForEach([&](const Quote& quote) { quotes.push_back(&quote); });
    snapshot_ = protocol::EncodeSnapshot(book_.sequence(), quotes);
    snapshot_sequence_ = book_.sequence();
    ++stats_.snapshots_encoded;
  }
  return *snapshot_;
}

void StockTracker::Impl::SendSnapshot(SessionId id, const Session& session) {
  if (session.follows.all) {
    broadcaster_.Send(id, Snapshot(), Delivery::kLatest);
    return;
  }
  std::vector<const Quote*> quotes;
  for (const Symbol& symbol : subscriptions_.NamesOf(session.follows)) {
    quotes.push_back(book_.Find(symbol));
  }
  ++stats_.snapshots_encoded;
  broadcaster_.Send(id, protocol::EncodeSnapshot(book_.sequence(), quotes),
                    Delivery::kLatest);
}

void StockTracker::Impl::OnOpen(SessionId id) {
  const auto [it, is_new] = sessions_.try_emplace(
      id, Session{TokenBucket(options_.max_requests_per_second,
                              options_.request_burst, scheduler_.Now()),
                  {}});
  if (!is_new) return;
  stats_.sessions = sessions_.size();
  SendSnapshot(id, it->second);
  subscriptions_.Open(id);
  StartPulse(&pulse_of_all_);
}

void StockTracker::Impl::OnDrained(SessionId id) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  ++stats_.resyncs;
  SendSnapshot(id, it->second);
}

void StockTracker::Impl::OnClose(SessionId id) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  subscriptions_.Close(it->second.follows);
  sessions_.erase(it);
  stats_.sessions = sessions_.size();
}

void StockTracker::Impl::StartPulse(Pulse* pulse) {
  if (options_.heartbeat_interval.count() <= 0 || pulse->timer.pending()) {
    return;
  }
  pulse->last = scheduler_.Now();
  pulse->timer.Start(options_.heartbeat_interval,
                     [this, pulse] { Beat(pulse); });
}

// The timer is not started anew for each message: it finds out here how long
// the group has been without one.
void StockTracker::Impl::Beat(Pulse* pulse) {
  const bool of_all = pulse == &pulse_of_all_;
  const std::size_t followers = of_all ? subscriptions_.followers_of_all()
                                       : subscriptions_.followers_by_name();
  if (followers == 0) return;
  const Timestamp now = scheduler_.Now();
  if (now - pulse->last >= options_.heartbeat_interval) {
    broadcaster_.Publish(
        {{pulse->topic, protocol::EncodeHeartbeat(published_)}},
        Delivery::kLatest);
    pulse->last = now;
  }
  pulse->timer.Start(pulse->last + options_.heartbeat_interval - now,
                     [this, pulse] { Beat(pulse); });
}

StockTracker::StockTracker(Broadcaster& broadcaster, Scheduler& scheduler,
                           Options options)
    : impl_(std::make_unique<Impl>(broadcaster, scheduler, options)) {}
StockTracker::~StockTracker() = default;

void StockTracker::Follow(PriceSource& source) { impl_->Follow(source); }
StockBook::AddResult StockTracker::AddStock(std::string_view symbol,
                                            Price price) {
  return impl_->AddStock(symbol, price);
}
StockBook::AddResult StockTracker::SetPrice(std::string_view symbol,
                                            Price price) {
  return impl_->SetPrice(symbol, price);
}
void StockTracker::Apply(const std::vector<PriceUpdate>& updates) {
  impl_->Apply(updates);
}
bool StockTracker::RemoveStock(const Symbol& symbol) {
  return impl_->RemoveStock(symbol);
}
void StockTracker::Flush() { impl_->Flush(); }
const StockBook& StockTracker::book() const { return impl_->book(); }
const StockTracker::Stats& StockTracker::stats() const {
  return impl_->stats();
}
Payload StockTracker::Snapshot() { return impl_->Snapshot(); }
void StockTracker::OnOpen(SessionId session) { impl_->OnOpen(session); }
void StockTracker::OnMessage(SessionId session, const InboundMessage& message) {
  impl_->OnMessage(session, message);
}
void StockTracker::OnDrained(SessionId session) { impl_->OnDrained(session); }
void StockTracker::OnClose(SessionId session) { impl_->OnClose(session); }

}  // namespace tickerhub
