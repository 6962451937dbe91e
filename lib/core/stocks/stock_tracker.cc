#include "tickerhub/stock_tracker.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "protocol/stock_messages.h"
#include "stocks/stock_tracker_impl.h"

namespace tickerhub {

namespace protocol = internal::protocol;

StockTracker::Impl::Impl(Broadcaster& broadcaster, Scheduler& scheduler,
                         const Options& options)
    : broadcaster_(broadcaster),
      scheduler_(scheduler),
      options_(options),
      book_(options.book),
      out_(broadcaster),
      topic_numbers_(kEverybody + 1),
      request_limit_{options.max_requests_per_second, options.request_burst},
      shared_{options_,       book_, broadcaster, scheduler,
              topic_numbers_, out_,  stats_},
      feed_(scheduler, options.join_window,
            [this](const std::vector<PriceUpdate>& updates, bool joined) {
              TakeFromSource(updates, joined);
            }) {
  streams_.push_back(std::make_unique<internal::StockStream>(shared_, nullptr));
}

void StockTracker::Impl::Follow(PriceSource& source) {
  removed_.clear();
  feed_.Follow(source, book_);
}

StockBook::AddResult StockTracker::Impl::AddStock(std::string_view name,
                                                  Price price) {
  const std::optional<Symbol> symbol = Symbol::Parse(name);
  if (!symbol) return StockBook::AddResult::kInvalidSymbol;
  const StockBook::AddResult result = Add(*symbol, price, scheduler_.Now());
  out_.Send();
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
    out_.Send();
    return result;
  }
  OnChange();
  return StockBook::AddResult::kAlreadyTracked;
}

void StockTracker::Impl::Apply(const std::vector<PriceUpdate>& updates) {
  const StockBook::BatchResult result = book_.Apply(updates);
  if (result.not_tracked > 0) AddMissing(updates);
  OnChange();
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
  const Sequence since = book_.sequence();
  const StockBook::AddResult result = book_.Add(symbol, price, time);
  assert(result == StockBook::AddResult::kAdded);
  if (!sessions_.empty()) {
    out_.Add(kEverybody, protocol::EncodeNewStock(book_.sequence(), since,
                                                  *book_.Find(symbol)));
  }
  OnToldEverybody();
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
  out_.Send();
}

bool StockTracker::Impl::RemoveStock(const Symbol& given) {
  const Symbol symbol = given;  // which may be the book's own
  if (book_.Find(symbol) == nullptr) return false;
  AppendPending();
  const Sequence since = book_.sequence();
  book_.Remove(symbol);
  if (!sessions_.empty()) {
    out_.Add(kEverybody,
             protocol::EncodeStockRemoved(book_.sequence(), since, symbol));
  }
  OnToldEverybody();
  out_.Send();
  for (auto it = sessions_.begin();
       it != sessions_.end() && IsFollowedByName(symbol); ++it) {
    Session& session = it->second;
    session.stream->subscriptions().Unfollow(it->first, symbol,
                                             &session.follows);
  }
  if (!feed_.has_source()) return true;
  feed_.Untrack(symbol);
  // A recording, or a feed that is piped in, goes on naming it.
  if (removed_.size() >= book_.max_symbols()) removed_.erase(removed_.begin());
  removed_.insert(symbol);
  return true;
}

void StockTracker::Impl::Flush() {
  for (const auto& stream : streams_) stream->FlushSoon();
}

void StockTracker::Impl::OnChange() {
  for (const auto& stream : streams_) stream->OnChange();
}

void StockTracker::Impl::AppendPending() {
  for (const auto& stream : streams_) stream->AppendPending();
}

void StockTracker::Impl::OnToldEverybody() {
  const Timestamp now = scheduler_.Now();
  for (const auto& stream : streams_) stream->OnToldEverybody(now);
}

bool StockTracker::Impl::IsFollowedByName(const Symbol& symbol) {
  return std::any_of(streams_.begin(), streams_.end(), [&](const auto& stream) {
    return stream->subscriptions().Find(symbol) != nullptr;
  });
}

// May be ahead of what a stream has published. Then its next update continues
// from a number below the snapshot's, and says again, at worst, what the
// snapshot has said.
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
  if (session.follows.all()) {
    broadcaster_.Send(id, Snapshot(), Delivery::kLatest);
    return;
  }
  std::vector<const Quote*> quotes;
  for (const Symbol& symbol : session.follows.Names()) {
    quotes.push_back(book_.Find(symbol));
  }
  ++stats_.snapshots_encoded;
  broadcaster_.Send(id, protocol::EncodeSnapshot(book_.sequence(), quotes),
                    Delivery::kLatest);
}

void StockTracker::Impl::OnOpen(SessionId id) {
  const auto [it, is_new] = sessions_.try_emplace(
      id, Session{internal::TokenBucket(request_limit_, scheduler_.SteadyNow()),
                  streams_.front().get(),
                  {}});
  if (!is_new) return;
  stats_.sessions = sessions_.size();
  SendSnapshot(id, it->second);
  broadcaster_.Subscribe(id, kEverybody);
  it->second.stream->subscriptions().Join(id);
  OnFollowersChanged(it->second.stream);
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
  internal::StockStream* const stream = it->second.stream;
  stream->subscriptions().Close(it->second.follows);
  sessions_.erase(it);
  stats_.sessions = sessions_.size();
  OnFollowersChanged(stream);
}

internal::StockStream* StockTracker::Impl::StreamOf(
    const internal::Pace* pace) {
  for (const auto& stream : streams_) {
    if (stream->pace() == pace) return stream.get();
  }
  streams_.push_back(std::make_unique<internal::StockStream>(shared_, pace));
  return streams_.back().get();
}

void StockTracker::Impl::OnFollowersChanged(internal::StockStream* stream) {
  stream->OnFollowersChanged();
  if (stream->in_use() || stream->pace() == nullptr) return;
  streams_.erase(
      std::find_if(streams_.begin(), streams_.end(),
                   [stream](const auto& s) { return s.get() == stream; }));
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
