#ifndef TICKERHUB_PRICE_SOURCE_H_
#define TICKERHUB_PRICE_SOURCE_H_

// A PriceSource is where a StockTracker gets its prices. Four are ready:
// PriceInbox, LineSource, ReplaySource and SimulatedMarket. The tracker polls a
// source when the source has said that something is due, and when it calls its
// wake callback. A tracker can follow several sources.
//
//     tickerhub::SimulatedMarket market;
//     tracker.Follow(market);
//
// If your feed has threads of its own, push to a PriceInbox. If it calls you on
// the hub's thread, you need no source: call StockTracker::SetPrice() or
// Apply(). If it must be asked, implement this interface.
//
// Threads: the tracker calls all functions on the hub's thread. Call the wake
// callback on the hub's thread only. A source must not block.
//
// Errors: prices that cannot be had are the source's to report (fault()). An
// exception is logged by the scheduler; the other sources are polled all the
// same.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/quote.h"

namespace tickerhub {

/// The moment of a poll on both clocks. Stamp prices with `wall`. Decide with
/// `steady` what is due: somebody may set the wall clock back at any moment.
struct TICKERHUB_EXPORT PollTime {
  Timestamp wall;
  SteadyTime steady;
};

class TICKERHUB_EXPORT PriceSource {
 public:
  virtual ~PriceSource() = default;

  /// Returns the price at which `symbol` starts if a client adds it now.
  /// Returns nothing if the source has no price for it; the client then gets
  /// the error `no-price`.
  virtual std::optional<Price> PriceOf(const Symbol& symbol) = 0;

  /// `symbol` is tracked from now on, at `price`. Does nothing by default.
  virtual void Track(const Symbol& /*symbol*/, Price /*price*/) {}

  /// `symbol` is no longer tracked, or the source is no longer followed. A
  /// source that makes up its prices stops to do so. Does nothing by default:
  /// the tracker ignores prices of a symbol that was removed.
  virtual void Untrack(const Symbol& /*symbol*/) {}

  /// Appends the prices that are due at `now` to `*updates`, oldest first. A
  /// symbol that was never tracked is added to the book. Returns how long to
  /// wait before the next poll (the tracker waits at least 1 ms), or nothing to
  /// be polled only after a wake.
  virtual std::optional<std::chrono::milliseconds> Poll(
      const PollTime& now, std::vector<PriceUpdate>* updates) = 0;

  /// The same for a source that brings more than prices (quote.h). Appends to
  /// `*prices` what comes before the first update with more, and all from there
  /// on to `*quotes`: the tracker applies the prices first. The tracker calls
  /// this one, which calls Poll() by default.
  virtual std::optional<std::chrono::milliseconds> PollQuotes(
      const PollTime& now, std::vector<PriceUpdate>* prices,
      std::vector<QuoteUpdate>* /*quotes*/) {
    return Poll(now, prices);
  }

  /// Call `wake` to be polled soon. Calls before that poll have no effect. May
  /// be called from within any function of the source. Replaces the callback
  /// that was set before; may be empty. Does nothing by default: Poll() can
  /// always say when the next price is due.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): sources move it.
  virtual void SetWake(std::function<void()> /*wake*/) {}

  /// Whether no price will come any more: a recording or an input is at its
  /// end. The tracker looks after each poll, so wake it. Clients are told when
  /// all sources have ended (FeedState). False by default.
  virtual bool ended() const { return false; }

  /// Why the source has ended, if that is a fault and not the end of its input:
  /// a sentence without a full stop. Empty by default.
  virtual std::string fault() const { return {}; }
};

}  // namespace tickerhub

#endif  // TICKERHUB_PRICE_SOURCE_H_
