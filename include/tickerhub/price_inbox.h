#ifndef TICKERHUB_PRICE_INBOX_H_
#define TICKERHUB_PRICE_INBOX_H_

// A PriceInbox takes prices from a feed that has threads of its own and brings
// them to a StockTracker. Any thread pushes, and never waits for the hub or for
// another thread. Of each symbol the inbox keeps the newest price until the
// hub takes it, at most once in Options::join_window. So a feed of any speed
// costs the hub at most one update of each symbol in that time, and taking them
// costs it at most a twentieth of its time.
//
//     tickerhub::PriceInbox inbox(server.scheduler());
//     tickerhub::StockTracker tracker(channel, server.scheduler());
//     tracker.Follow(inbox);
//     std::thread feed([&inbox] {
//       inbox.Push("AAPL", tickerhub::Price::Of(15'025, 2));
//     });
//     server.Run();
//     feed.join();  // before the inbox goes
//
// Order: of several prices of one symbol the one that was pushed last counts,
// whatever its time says. The book then looks at its time, as at that of any
// price (StockBook::Options::arrival_order). The prices that the hub takes
// together are one change of the book. Symbols that are new come in the order
// of their first push. Prices between two takes are lost, for high and low too.
//
// Prices only: a push replaces what waits of its symbol in one step, without a
// look at it. To merge bid, ask and the like field by field, threads would have
// to wait for each other. If your feed has them, collect QuoteUpdates and post
// them to the hub: scheduler.Post([&] { tracker.Apply(updates); }).
//
// Memory: about 35 bytes for each symbol of Options::max_symbols, and about 225
// more for each symbol that was pushed. It does not grow with the number of
// pushes.
//
// Lifetime: the scheduler must outlive the inbox, and the inbox must outlive
// the tracker. Destroy it on the hub's thread, after the last Push() has
// returned. Pushing before the server runs, and after it has stopped, does no
// harm; what is pushed after that reaches nobody.
//
// Threads: any thread may call Push() and counters(). The rest is for the
// tracker; see PriceSource.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/price_source.h"
#include "tickerhub/scheduler.h"

namespace tickerhub {

class TICKERHUB_EXPORT PriceInbox : public PriceSource {
 public:
  struct Options {
    /// The most symbols that the inbox takes, 2^31 at most. Push() of a further
    /// one returns kFull. Counted as refused_full. Symbols are never forgotten.
    std::size_t max_symbols = 10'000;
    /// After the hub has taken prices, it leaves the inbox alone for this long,
    /// or longer if that took it long; see kRestFactor. What it takes goes out
    /// within StockTracker::Options::join_window. The first price after a pause
    /// is taken at once.
    std::chrono::milliseconds join_window{5};
  };

  enum class PushResult : std::uint8_t {
    kAccepted,       ///< the hub will take it, or a newer one of its symbol
    kInvalidSymbol,  ///< see Symbol::Parse()
    kFull,           ///< Options::max_symbols reached
  };

  /// Since the start.
  struct Counters {
    std::uint64_t pushed = 0;  ///< accepted
    /// Of these, replaced by a newer one before the hub took them.
    std::uint64_t merged = 0;
    std::uint64_t refused_full = 0;       ///< by max_symbols
    std::uint64_t refused_invalid = 0;    ///< no valid symbol
    std::uint64_t stretched_windows = 0;  ///< by kRestFactor
  };

  /// The hub leaves the inbox alone for at least this many times as long as it
  /// has just needed to take the prices. So it spends at most a twentieth of
  /// its time on that, with any number of symbols. If that makes the window
  /// longer than Options::join_window, it is counted as stretched_windows.
  static constexpr int kRestFactor = 19;

  explicit PriceInbox(Scheduler& scheduler)
      : PriceInbox(scheduler, Options()) {}
  PriceInbox(Scheduler& scheduler, const Options& options);
  ~PriceInbox() override;

  /// Takes the newest price of `symbol`. Its time is now, by the system's clock
  /// to a few milliseconds. Costs less from the second price of `symbol` on.
  /// Any thread may call.
  PushResult Push(std::string_view symbol, Price price);
  /// The same with a time of your own. Costs less, because the symbol was read
  /// before. Any thread may call.
  PushResult Push(const PriceUpdate& update);

  /// The figures of this moment. Threads go on counting meanwhile. Any thread
  /// may call.
  Counters counters() const;

  // PriceSource: the tracker calls these.
  /// Returns the newest price of `symbol` that the hub has taken.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  std::optional<std::chrono::milliseconds> Poll(
      const PollTime& now, std::vector<PriceUpdate>* updates) override;
  void SetWake(std::function<void()> wake) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_PRICE_INBOX_H_
