#ifndef TICKERHUB_STOCK_TRACKER_H_
#define TICKERHUB_STOCK_TRACKER_H_

// StockTracker is the stock service. It keeps a StockBook, takes prices from
// your program or from a PriceSource, and speaks the /stocks protocol
// (docs/protocol.md) with the clients of one channel.
//
//     tickerhub::Server server({});
//     tickerhub::Channel& channel = server.AddChannel("/stocks");
//     tickerhub::StockTracker tracker(channel, server.scheduler());
//     channel.SetHandler(tracker);
//     tracker.SetPrice("AAPL", tickerhub::Price::Parse("150.25").value());
//
// A client gets a snapshot when it connects and then the changes. One that
// connects to "/stocks?stocks=AAPL,MSFT&maxRate=2" follows these from the start
// (docs/protocol.md). Changes within Options::join_window go out as one
// message. Options::max_rate, and `maxRate` in a client's request, make
// messages rarer. A client that does not keep up is skipped; when it can take
// data again it gets what has changed in between.
//
// The channel lists and closes the clients (Channel::ListSessions(),
// CloseSessionsOf()); the tracker hears of it as of any other close.
//
// Threads: call from the hub's thread only.
//
// Delivery: updates are Delivery::kLatest, answers to requests are
// Delivery::kEvery. Each update says which sequence number it continues from,
// so a client can tell that it has missed nothing.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/client_budget.h"
#include "tickerhub/client_rule.h"
#include "tickerhub/day_start.h"
#include "tickerhub/error_code.h"
#include "tickerhub/export.h"
#include "tickerhub/feed_state.h"
#include "tickerhub/history_options.h"
#include "tickerhub/identity.h"
#include "tickerhub/price_source.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/stock_book.h"

namespace tickerhub {

class TICKERHUB_EXPORT StockTracker : public ChannelHandler {
 public:
  struct Feed;

  struct Options {
    StockBook::Options book;
    /// The first change starts this window. At its end all changes since then
    /// go out as one message.
    std::chrono::milliseconds join_window{5};
    /// The most price updates a second that a client gets. Changes in between
    /// go out as one message. 0: as many as the join window allows. More than
    /// 1,000 is taken as 1,000. A stock that is added or removed is published
    /// at once, and with it what has changed before.
    double max_rate = 0;
    /// Clients that follow all stocks get a heartbeat after this long without
    /// a message. Clients that follow some get one after this long without a
    /// message to everybody. 0: no heartbeats.
    std::chrono::milliseconds heartbeat_interval{15'000};
    /// The most symbols that one client may follow by name. A request for more
    /// is refused with `too-many-subscriptions`.
    std::size_t max_subscriptions = 1'000;
    /// How often clients may say what they follow (`subscribe`, `unsubscribe`),
    /// but for their first time and the query of a connection. Each costs a
    /// snapshot. A request beyond is refused with `rate-limited`.
    ClientBudget following{{5, 50}, {50, 500}, {1'000, 5'000}};
    /// The clients that may add stocks. The others are refused with
    /// `adding-disabled`. AddStock() and sources are not concerned.
    ClientRule may_add = AllClients;
    /// With it a client extends a session that has an end.
    RefreshOptions refresh;
    /// How often clients may add stocks. A request beyond is refused with
    /// `rate-limited`.
    ClientBudget adding{{0.2, 20}, {1, 50}, {5, 200}};
    /// The most stocks of the book that clients have added. A request for a
    /// further one is refused with `too-many-stocks`. The rest of the book
    /// stays free for AddStock() and sources.
    std::size_t max_client_stocks = 2'000;
    /// A stock that a client added is removed when, for this long, that client
    /// was not connected and nobody followed the stock by name. It may stay an
    /// eighth longer. 0: it stays.
    std::chrono::milliseconds client_stock_lifetime{0};
    /// When no price has come for this long, the feed is quiet, and clients are
    /// told (FeedState). Choose several times the usual pause between two
    /// prices. 0: it is never quiet.
    std::chrono::milliseconds stale_after{60'000};
    /// What is kept of the past of each stock: nothing by default.
    HistoryOptions history;
    /// Called when Feed::state has changed, after clients were told. May be
    /// empty.
    std::function<void(const Feed&)> on_feed_state;
    /// When each day begins, as by StartDay(). Unset: only StartDay() and a
    /// previous close that changes begin one.
    std::optional<DayStart> day_start;
  };

  /// Counters since the start, except `sessions`.
  struct Counters {
    std::uint64_t sessions = 0;  ///< clients that are connected now
    /// Times that changes were published. Each pace that clients asked for
    /// with `maxRate` counts for itself.
    std::uint64_t ticks_published = 0;
    /// Times that publishing had to wait for max_rate or `maxRate`.
    std::uint64_t ticks_delayed = 0;
    /// Clients that were skipped and then brought up to date.
    std::uint64_t resyncs = 0;
    /// Those of them that needed a snapshot. The others got what had changed.
    std::uint64_t resyncs_by_snapshot = 0;
    /// Messages from clients, and queries that say what to follow, good or bad.
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;             ///< requests answered with `error`
    std::uint64_t adding_limited = 0;     ///< errors because of Options::adding
    std::uint64_t following_limited = 0;  ///< by Options::following
    std::uint64_t client_stocks_refused = 0;  ///< by max_client_stocks
    std::uint64_t client_stocks_expired = 0;  ///< by client_stock_lifetime
    /// Prices and `add-stock` requests refused by a full book.
    std::uint64_t stocks_refused = 0;
    /// Prices older than the quote (StockBook::BatchResult::out_of_order).
    std::uint64_t out_of_order = 0;
    /// Updates without a price for a symbol that is not tracked.
    std::uint64_t updates_unknown = 0;
    std::uint64_t subscriptions_refused = 0;  ///< past max_subscriptions
    std::uint64_t history_limited = 0;        ///< by HistoryOptions::requests
    std::uint64_t history_cut = 0;            ///< by HistoryOptions::max_bytes
    std::uint64_t history_bytes = 0;          ///< that the history takes now
  };

  /// How the prices come in.
  struct Feed {
    std::size_t sources = 0;  ///< that are followed
    std::size_t ended = 0;    ///< of these, at their end (PriceSource::ended())
    std::size_t failed = 0;   ///< of these, with a fault (PriceSource::fault())
    std::string fault;        ///< of the first that failed, or empty
    FeedState state = FeedState::kLive;
    /// The time of the newest price, by its source; at most the moment when it
    /// came. Unset if none has come.
    std::optional<Timestamp> newest_time;
    /// Since the newest price came: from a source, SetPrice() or Apply(), also
    /// one that changed nothing. Unset if none has come.
    std::optional<std::chrono::milliseconds> newest_price_age;
  };

  /// What SetPrice() did.
  enum class SetResult : std::uint8_t {
    kSet,            ///< the symbol has another price than before
    kAdded,          ///< the symbol is new and has this price
    kUnchanged,      ///< that was the price already
    kInvalidSymbol,  ///< refused: see Symbol::Parse()
    kFull,           ///< refused: the symbol is new and the book is full
  };

  /// What Apply() did: how many updates met which fate.
  struct ApplyResult {
    std::size_t set = 0;
    std::size_t added = 0;
    std::size_t unchanged = 0;
    std::size_t full = 0;  ///< refused: the symbol is new and the book is full
    /// Refused: a QuoteUpdate without a price for a symbol that is not tracked.
    std::size_t unknown = 0;
    /// Of those that were set or unchanged, older than the quote.
    std::size_t out_of_order = 0;

    std::size_t taken() const { return set + added + unchanged; }
    std::size_t refused() const { return full + unknown; }
  };

  /// `broadcaster` and `scheduler` must outlive the tracker.
  StockTracker(Broadcaster& broadcaster, Scheduler& scheduler)
      : StockTracker(broadcaster, scheduler, Options()) {}
  StockTracker(Broadcaster& broadcaster, Scheduler& scheduler, Options options);
  ~StockTracker() override;

  /// Takes prices from `source` too, besides those that are followed already.
  /// Polls it at once. Adds the symbols that it brings. Calls its Track() for
  /// each symbol of the book, now and later. A client that adds a stock gets
  /// the price of the first source that knows one, in the order of following.
  /// Of two sources with the same symbol the newest price counts. `source` must
  /// outlive the tracker or be unfollowed. Following twice has no effect.
  void Follow(PriceSource& source);

  /// Takes no more prices from `source`. The stocks that it brought stay in the
  /// book. Calls its Untrack() for each symbol of the book. It may be called
  /// from within the source (ReplaySource::Options::on_end). Does nothing if it
  /// is not followed.
  void Unfollow(PriceSource& source);

  /// Starts to track `symbol` at `price`. Clients get `new-stock`. Changes
  /// nothing if the symbol is tracked already.
  StockBook::AddResult AddStock(std::string_view symbol, Price price);
  StockBook::AddResult AddStock(const Symbol& symbol, Price price);

  /// Sets the price of `symbol`, as of now by the scheduler's clock. Adds the
  /// symbol if it is not tracked.
  SetResult SetPrice(std::string_view symbol, Price price);
  SetResult SetPrice(const Symbol& symbol, Price price);

  /// Applies `updates` in order as one change. Adds symbols that are not
  /// tracked as long as the book has room; each of these is a change of its
  /// own.
  ApplyResult Apply(const std::vector<PriceUpdate>& updates);
  /// The same with all that the updates say: bid, ask, volume, name and so on.
  /// An update with a price adds its symbol.
  ApplyResult Apply(const std::vector<QuoteUpdate>& updates);

  /// Sets the price from which the change of `symbol` is counted, and tells the
  /// clients. The next day, or another previous close, sets it again. Returns
  /// kUnchanged if it is that already, and kNotTracked if the symbol is not
  /// tracked.
  StockBook::SetResult SetReference(const Symbol& symbol, Price reference);

  /// Begins a day: high, low, open and reference start anew, and the clients
  /// are told. See StockBook::StartDay(). A symbol begins a day by itself when
  /// its previous close changes.
  void StartDay();

  /// Stops to track `symbol`. Clients get `stock-removed`. Returns false if it
  /// was not tracked. The sources that are followed do not bring the symbol
  /// back; you or a client can.
  bool RemoveStock(std::string_view symbol);
  bool RemoveStock(const Symbol& symbol);

  /// Publishes what has changed now instead of at the end of the join window.
  /// What a rate holds back (max_rate, `maxRate`) still waits for its moment.
  void Flush();

  /// The newest prices. Valid as long as the tracker.
  const StockBook& book() const;
  /// The figures of this moment.
  Counters counters() const;
  /// How the prices come in now, for those who look whether they still do.
  Feed feed() const;

  /// The message that a client gets when it connects. Encoded once for each
  /// sequence number, however often you call. Use it for HTTP and for the first
  /// paint of a page.
  Payload Snapshot();

  /// The snapshot of the stocks that a query names, "stocks=AAPL,MSFT"; of all
  /// if it names none. Refuses the query if one is not tracked. For HTTP.
  std::variant<Payload, Rejection> SnapshotFor(std::string_view query);

  /// The answer to a `history` request of one stock, with the query "interval=
  /// 1m&limit=100&since=…"; each part is optional. Refuses it if the stock is
  /// not tracked, or Options::history keeps nothing of it. `address` is that of
  /// whoever asks: HistoryOptions::requests is charged for it and for all.
  /// Nothing is charged without one, or if it is of loopback: then a program of
  /// yours asks. For HTTP.
  std::variant<Payload, Rejection> HistoryFor(
      std::string_view symbol, std::string_view query,
      const RemoteAddress& address = RemoteAddress());

  // ChannelHandler: the server calls these.
  void OnOpen(SessionId session, const SessionInfo& info) override;
  void OnMessage(SessionId session, const InboundMessage& message) override;
  void OnDrained(SessionId session, std::uint64_t since) override;
  void OnClose(SessionId session) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_STOCK_TRACKER_H_
