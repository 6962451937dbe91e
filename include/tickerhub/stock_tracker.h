#ifndef TICKERHUB_STOCK_TRACKER_H_
#define TICKERHUB_STOCK_TRACKER_H_

// StockTracker is the stock service: it keeps a StockBook, follows a
// PriceSource or takes your prices, and speaks the /stocks protocol
// (docs/protocol.md) with the sessions of one channel.
//
//   tickerhub::Server server(options);
//   tickerhub::StockTracker tracker(server.AddChannel("/stocks"),
//                                   server.scheduler());
//   server.SetHandler("/stocks", tracker);
//   tracker.SetPrice("AAPL", price);            // from then on, on every
//   screen
//
// A client gets a snapshot on connecting, then what changes. Changes within
// Options::join_window of each other go out as one message; Options::max_rate
// and a client's own `maxRate` make them fewer. A client that can't keep up is
// skipped and then brought up to date with the newest prices.
//
// Threads: call from the hub's thread only.
// Promises: updates are Delivery::kLatest; answers to a request are
// Delivery::kEvery.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "tickerhub/broadcaster.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/price_source.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/stock_book.h"

namespace tickerhub {

class StockTracker : public ChannelHandler {
 public:
  struct Options {
    StockBook::Options book;
    /// Changes this close together go out as one message.
    std::chrono::milliseconds join_window{5};
    /// Price updates a second that a client gets at the most: changes in
    /// between go out as one message. 0: no limit but the join window. Above
    /// 1,000 it is 1,000. A stock that is added or removed is told at once all
    /// the same, and before it what had not been told yet.
    double max_rate = 0;
    /// A heartbeat for those who follow all stocks after this long without a
    /// message to all of them, likewise for those who follow some. 0: none.
    std::chrono::milliseconds heartbeat_interval{15'000};
    /// Symbols one client may follow by name; beyond: `too-many-subscriptions`.
    std::size_t max_subscriptions = 1'000;
    /// Whether clients may add stocks; if not: `adding-disabled`.
    bool clients_may_add = true;
    /// Requests a second of one client, on average and in one burst; beyond:
    /// `rate-limited`.
    double max_requests_per_second = 50;
    double request_burst = 100;
  };

  /// Counters since the start, but for `sessions`.
  struct Stats {
    std::uint64_t sessions = 0;  ///< connected now
    /// Times that changes were published; those who have asked for a pace of
    /// their own (`maxRate`) are told for themselves, all of a pace together.
    std::uint64_t ticks_published = 0;
    /// … that had to wait, because of max_rate or `maxRate`.
    std::uint64_t ticks_delayed = 0;
    std::uint64_t snapshots_encoded = 0;
    std::uint64_t resyncs = 0;   ///< sessions brought up to date after skips
    std::uint64_t requests = 0;  ///< messages from clients, good or bad
    std::uint64_t errors = 0;    ///< answered with `error`
    std::uint64_t rate_limited = 0;           ///< of these, because of the rate
    std::uint64_t stocks_refused = 0;         ///< the book was full
    std::uint64_t subscriptions_refused = 0;  ///< past max_subscriptions
  };

  /// `broadcaster` and `scheduler` must outlive the tracker.
  StockTracker(Broadcaster& broadcaster, Scheduler& scheduler)
      : StockTracker(broadcaster, scheduler, Options()) {}
  StockTracker(Broadcaster& broadcaster, Scheduler& scheduler, Options options);
  ~StockTracker() override;

  /// Polls `source` from now on, which must outlive the tracker. Instead of the
  /// one followed before, if any. Symbols that the source brings are added. The
  /// source's Track() is called for each symbol in the book, now and later.
  void Follow(PriceSource& source);

  /// Tracks a symbol that was not tracked; clients get `new-stock`.
  StockBook::AddResult AddStock(std::string_view symbol, Price price);

  /// Sets a price; a symbol not yet tracked is added. kAlreadyTracked: changed,
  /// or it had that price.
  StockBook::AddResult SetPrice(std::string_view symbol, Price price);

  /// Applies updates as one change; symbols not yet tracked are added, as far
  /// as the book has room.
  void Apply(const std::vector<PriceUpdate>& updates);

  /// Clients get `stock-removed`. Returns false if it was not tracked. The
  /// source that is followed does not bring it back; you or a client can.
  bool RemoveStock(const Symbol& symbol);

  /// Publishes what has changed without waiting for the end of the join window;
  /// what a rate holds back (max_rate, a client's `maxRate`) goes out when it
  /// may.
  void Flush();

  const StockBook& book() const;
  const Stats& stats() const;

  /// The snapshot message, the one that clients get on connecting: encoded once
  /// for each sequence number. For HTTP and for the first paint of a page.
  Payload Snapshot();

  // ChannelHandler: the server calls these.
  void OnOpen(SessionId session) override;
  void OnMessage(SessionId session, const InboundMessage& message) override;
  void OnDrained(SessionId session) override;
  void OnClose(SessionId session) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_STOCK_TRACKER_H_
