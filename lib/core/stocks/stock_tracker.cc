#include "tickerhub/stock_tracker.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "days/day_clock.h"
#include "feed/feed_watch.h"
#include "history/history_answers.h"
#include "history/price_history.h"
#include "stocks/book_writer.h"
#include "stocks/client_stocks.h"
#include "stocks/price_publishers.h"
#include "stocks/source_poller.h"
#include "stocks/stock_sessions.h"
#include "threads/hub_thread.h"

namespace tickerhub {
namespace {

// A moment of the steady clock plus one of these must not overflow.
StockTracker::Options Bounded(StockTracker::Options options) {
  for (auto* delay : {&options.join_window, &options.heartbeat_interval,
                      &options.client_stock_lifetime, &options.stale_after,
                      &options.history.spacing, &options.history.max_age}) {
    *delay =
        std::clamp(*delay, std::chrono::milliseconds(0), Scheduler::kMaxDelay);
  }
  return options;
}

// Puts what was applied to the book into the history.
class HistoryKeeper : public internal::BookListener {
 public:
  HistoryKeeper(const StockTracker::Options& options,
                const Scheduler& scheduler)
      : scheduler_(scheduler),
        history_(options.history, options.book.arrival_order) {}

  const internal::PriceHistory& history() const { return history_; }

  void OnUpdate(const Symbol& symbol, const Price* price, const Price* volume,
                Timestamp time) override {
    history_.Take(symbol, price, volume, time, scheduler_.Now());
  }
  void OnRemoved(const Symbol& symbol) override { history_.Forget(symbol); }

 private:
  const Scheduler& scheduler_;
  internal::PriceHistory history_;
};

}  // namespace

// Ties the parts together. Each hears of a change after those named before it:
// publishers tell clients of a removed stock before sessions leave its topic.
struct StockTracker::Impl {
  // See ExpectHubThread(). Those that set prices have a better way.
  void ExpectHub(const char* call) const {
    internal::ExpectHubThread(scheduler, call);
  }
  void ExpectHubForPrices(const char* call) const {
    internal::ExpectHubThread(scheduler, call, internal::kPushInstead);
  }

  Impl(Broadcaster& broadcaster, Scheduler& scheduler_in, Options given)
      : options(Bounded(std::move(given))),
        scheduler(scheduler_in),
        book(options.book),
        watch(scheduler, options.stale_after, [this] { TellFeedState(); }),
        writer(book, counters, scheduler),
        messages(book, watch),
        keeper(options.history.is_on()
                   ? std::make_unique<HistoryKeeper>(options, scheduler)
                   : nullptr),
        answers(keeper ? &keeper->history() : nullptr, options.history),
        publishers({options, book, broadcaster, scheduler, counters}),
        poller(scheduler, writer, watch),
        client_stocks(options, scheduler, writer, publishers, counters),
        sessions({options, broadcaster, scheduler, writer, poller, publishers,
                  messages, client_stocks, counters, answers}),
        day_clock(options.day_start, scheduler, [this] { writer.StartDay(); }) {
    writer.AddListener(messages);
    writer.AddListener(publishers);
    writer.AddListener(sessions);
    writer.AddListener(poller);
    writer.AddListener(client_stocks);
    if (keeper) writer.AddListener(*keeper);
    if (keeper) writer.AddPriceListener(*keeper);
  }

  void TellFeedState() {
    publishers.TellStatus(messages.Status());
    if (options.on_feed_state) options.on_feed_state(watch.feed());
  }

  template <typename Update>
  ApplyResult ApplyOwn(const Update* updates, std::size_t count) {
    const ApplyResult result = writer.Apply(updates, count);
    watch.OnPrices(updates, count, internal::FeedWatch::Origin::kProgram);
    return result;
  }

  const Options options;
  Scheduler& scheduler;
  Counters counters;
  StockBook book;
  internal::FeedWatch watch;
  internal::BookWriter writer;
  internal::SharedMessages messages;
  const std::unique_ptr<HistoryKeeper> keeper;  // null: nothing is kept
  const internal::HistoryAnswers answers;
  internal::PricePublishers publishers;
  internal::SourcePoller poller;
  internal::ClientStocks client_stocks;
  internal::StockSessions sessions;
  internal::DayClock day_clock;
};

StockTracker::StockTracker(Broadcaster& broadcaster, Scheduler& scheduler,
                           Options options)
    : impl_(
          std::make_unique<Impl>(broadcaster, scheduler, std::move(options))) {}

StockTracker::~StockTracker() = default;

void StockTracker::Follow(PriceSource& source) {
  impl_->ExpectHub("StockTracker::Follow()");
  impl_->poller.Follow(source);
}

void StockTracker::Unfollow(PriceSource& source) {
  impl_->ExpectHub("StockTracker::Unfollow()");
  impl_->poller.Unfollow(source);
}

StockBook::AddResult StockTracker::AddStock(std::string_view name,
                                            Price price) {
  const std::optional<Symbol> symbol = Symbol::Parse(name);
  return symbol ? AddStock(*symbol, price)
                : StockBook::AddResult::kInvalidSymbol;
}

StockBook::AddResult StockTracker::AddStock(const Symbol& symbol, Price price) {
  impl_->ExpectHubForPrices("StockTracker::AddStock()");
  if (impl_->book.Find(symbol) != nullptr) {
    return StockBook::AddResult::kAlreadyTracked;
  }
  const PriceUpdate update{symbol, price, impl_->scheduler.Now()};
  return impl_->writer.Apply(&update, 1).added > 0
             ? StockBook::AddResult::kAdded
             : StockBook::AddResult::kFull;
}

StockTracker::SetResult StockTracker::SetPrice(std::string_view name,
                                               Price price) {
  const std::optional<Symbol> symbol = Symbol::Parse(name);
  return symbol ? SetPrice(*symbol, price) : SetResult::kInvalidSymbol;
}

StockTracker::SetResult StockTracker::SetPrice(const Symbol& symbol,
                                               Price price) {
  impl_->ExpectHubForPrices("StockTracker::SetPrice()");
  const PriceUpdate update{symbol, price, impl_->scheduler.Now()};
  const ApplyResult result = impl_->ApplyOwn(&update, 1);
  if (result.set > 0) return SetResult::kSet;
  if (result.added > 0) return SetResult::kAdded;
  return result.full > 0 ? SetResult::kFull : SetResult::kUnchanged;
}

StockTracker::ApplyResult StockTracker::Apply(
    const std::vector<PriceUpdate>& updates) {
  impl_->ExpectHubForPrices("StockTracker::Apply()");
  return impl_->ApplyOwn(updates.data(), updates.size());
}

StockTracker::ApplyResult StockTracker::Apply(
    const std::vector<QuoteUpdate>& updates) {
  impl_->ExpectHub("StockTracker::Apply()");
  return impl_->ApplyOwn(updates.data(), updates.size());
}

StockBook::SetResult StockTracker::SetReference(const Symbol& symbol,
                                                Price reference) {
  impl_->ExpectHub("StockTracker::SetReference()");
  if (impl_->writer.SetReference(symbol, reference)) {
    return StockBook::SetResult::kChanged;
  }
  return impl_->book.Find(symbol) == nullptr ? StockBook::SetResult::kNotTracked
                                             : StockBook::SetResult::kUnchanged;
}

void StockTracker::StartDay() {
  impl_->ExpectHub("StockTracker::StartDay()");
  impl_->writer.StartDay();
}

bool StockTracker::RemoveStock(std::string_view name) {
  const std::optional<Symbol> symbol = Symbol::Parse(name);
  return symbol && RemoveStock(*symbol);
}

bool StockTracker::RemoveStock(const Symbol& symbol) {
  impl_->ExpectHub("StockTracker::RemoveStock()");
  return impl_->writer.Remove(symbol);
}

void StockTracker::Flush() {
  impl_->ExpectHub("StockTracker::Flush()");
  impl_->publishers.Flush();
}

const StockBook& StockTracker::book() const {
  impl_->ExpectHub("StockTracker::book()");
  return impl_->book;
}

StockTracker::Counters StockTracker::counters() const {
  impl_->ExpectHub("StockTracker::counters()");
  Counters counters = impl_->counters;
  if (impl_->keeper) {
    counters.history_cut = impl_->keeper->history().cut();
    counters.history_bytes = impl_->keeper->history().bytes();
  }
  return counters;
}

StockTracker::Feed StockTracker::feed() const {
  impl_->ExpectHub("StockTracker::feed()");
  Feed feed = impl_->watch.feed();
  Feed now = impl_->poller.feed();
  feed.sources = now.sources;
  feed.ended = now.ended;
  feed.failed = now.failed;
  feed.fault = std::move(now.fault);
  return feed;
}

Payload StockTracker::Snapshot() {
  impl_->ExpectHub("StockTracker::Snapshot()");
  return impl_->messages.Snapshot();
}

std::variant<Payload, Rejection> StockTracker::SnapshotFor(
    std::string_view query) {
  impl_->ExpectHub("StockTracker::SnapshotFor()");
  return impl_->sessions.SnapshotFor(query);
}

std::variant<Payload, Rejection> StockTracker::HistoryFor(
    std::string_view symbol, std::string_view query,
    const RemoteAddress& address) {
  impl_->ExpectHub("StockTracker::HistoryFor()");
  return impl_->sessions.HistoryFor(symbol, query, address);
}

void StockTracker::OnOpen(SessionId id, const SessionInfo& info) {
  impl_->sessions.OnOpen(id, info);
}
void StockTracker::OnMessage(SessionId session, const InboundMessage& message) {
  impl_->sessions.OnMessage(session, message);
}
void StockTracker::OnDrained(SessionId id, std::uint64_t since) {
  impl_->sessions.OnDrained(id, since);
}
void StockTracker::OnClose(SessionId id) { impl_->sessions.OnClose(id); }

}  // namespace tickerhub
