#ifndef TICKERHUB_PRICE_SOURCE_H_
#define TICKERHUB_PRICE_SOURCE_H_

// Where prices come from. Three are ready: SimulatedMarket, ReplaySource and
// LineSource. A StockTracker polls its source; a source that gets prices at
// moments of its own calls the wake callback and is polled at once.
//
//   tickerhub::SimulatedMarket market(options);
//   tracker.Follow(market);
//
// Threads: call from the hub's thread only; the wake callback too. A source
// does no blocking I/O.

#include <functional>
#include <optional>
#include <vector>

#include "tickerhub/quote.h"

namespace tickerhub {

class PriceSource {
 public:
  virtual ~PriceSource() = default;

  /// The price at which `symbol` starts if a client adds it now, or nothing if
  /// the source has none: the client is then told `no-price`.
  virtual std::optional<Price> PriceOf(const Symbol& symbol) = 0;

  /// `symbol` is tracked from now on, at `price`.
  virtual void Track(const Symbol& symbol, Price price) = 0;

  /// `symbol` is not tracked any more. A source that makes up its prices has to
  /// stop; one that passes on a feed may ignore it, as this does.
  virtual void Untrack(const Symbol& /*symbol*/) {}

  /// Appends what has fallen due by `now`, in order; may hold symbols that were
  /// never tracked. Returns when to poll next: later than `now`, or kNever
  /// (until it wakes its follower, or for good).
  virtual Timestamp Poll(Timestamp now, std::vector<PriceUpdate>* updates) = 0;

  /// `wake` asks to be polled soon. Replaces what was set before; may be empty.
  virtual void SetWake(std::function<void()> wake) = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_PRICE_SOURCE_H_
