#ifndef TICKERHUB_LINE_SOURCE_H_
#define TICKERHUB_LINE_SOURCE_H_

// A LineSource reads prices from lines of text, so that you can pipe any feed
// in. You push bytes in pieces of any size; it finds the lines. A price is
// published within StockTracker::Options::join_window of its Push().
//
//     tickerhub::LineSource lines;
//     tracker.Follow(lines);
//     lines.Push("AAPL 151.25\nNVDA 12.5\n");
//
// Each line has one of these forms:
// - AAPL 151.25 (blanks or tabs between)
// - AAPL,151.25 (CSV; fields may be in double quotes; a semicolon works too)
// - 1767364200,AAPL,151.25 (CSV with a time)
// - {"symbol":"AAPL","price":151.25} (JSON), or an array of such objects
// - what a header says, or Options::format
// docs/feeds.md tells all: names of columns, times, what is refused and why.
// A price without a time gets that of the poll. A line may have more than a
// price: bid, ask, volume, name and so on (quote.h).
//
// Blank lines and lines that start with '#' are skipped. Any other line that
// cannot be read is a bad line: it is counted, reported with its number and a
// sentence, and skipped. Lines end with LF or CR LF.
//
// Threads: see PriceSource. Call Push() and End() from the hub's thread only.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/line_splitter.h"
#include "tickerhub/price_source.h"

namespace tickerhub {

namespace internal {
class LineReader;
struct FeedQuote;
}  // namespace internal

/// Hears of a bad line. The first line of an input is number 1. `reason` is a
/// sentence without a full stop, valid during the call only.
using BadLineCallback =
    std::function<void(std::uint64_t line_number, std::string_view reason)>;

/// Hears of what a person should know of a line that was understood: columns
/// that are ignored, say. The arguments are those of BadLineCallback.
using LineNoticeCallback = BadLineCallback;

class TICKERHUB_EXPORT LineSource : public PriceSource {
 public:
  struct Options {
    /// What the columns and the JSON fields are.
    FeedFormat format;
    /// The longest line in bytes. A longer one is a bad line.
    std::size_t max_line_bytes = std::size_t{1} << 20;
    /// The most lines that wait for the next poll. Past it, a line goes if a
    /// newer one of its symbol waits too, which gets what only the older one
    /// says. If more than half of this number remain, the oldest go as well.
    /// Counted as Counters::dropped_prices.
    std::size_t max_pending = 100'000;
    /// The most symbols for which PriceOf() knows the newest price. Prices of
    /// further symbols are published, but PriceOf() does not know them. Counted
    /// as Counters::forgotten_prices.
    std::size_t max_symbols = 100'000;
    /// Called for each bad line. May be empty.
    BadLineCallback on_bad_line;
    /// Called when a header has columns that are ignored, and when the input
    /// ends without any price. May be empty.
    LineNoticeCallback on_notice;
  };

  /// Counters since the start.
  struct Counters {
    /// Lines that were read, with a price or without. A line with an array of
    /// objects counts as so many.
    std::uint64_t good_lines = 0;
    std::uint64_t bad_lines = 0;         ///< lines that cannot be read
    std::uint64_t dropped_prices = 0;    ///< by max_pending
    std::uint64_t forgotten_prices = 0;  ///< by max_symbols
  };

  LineSource() : LineSource(Options()) {}
  explicit LineSource(Options options);
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;
  ~LineSource() override;

  /// Takes the next bytes of the input. Prices of the lines that they complete
  /// wait for the next poll; wakes the follower for it.
  void Push(std::string_view bytes);

  /// The input has ended. Takes what is left as the last line. `fault` says
  /// why, if that is no ordinary end: a sentence without a full stop.
  void End(std::string_view fault = {});
  bool ended() const override { return ended_; }
  std::string fault() const override { return fault_; }

  /// Returns the newest price of `symbol` that was pushed, or nothing.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  /// Leaves out what lines say beside their price. Trackers call PollQuotes().
  std::optional<std::chrono::milliseconds> Poll(
      const PollTime& now, std::vector<PriceUpdate>* updates) override;
  std::optional<std::chrono::milliseconds> PollQuotes(
      const PollTime& now, std::vector<PriceUpdate>* prices,
      std::vector<QuoteUpdate>* quotes) override;
  void SetWake(std::function<void()> wake) override;

  /// The figures of this moment.
  Counters counters() const { return counters_; }

 private:
  class Handler;
  void TakeLine(std::string_view line, bool whole);
  void Take(const internal::FeedQuote& quote);
  void Report(std::string_view reason);
  void Remember(const Symbol& symbol, Price price);
  void DropSuperseded();
  void WakeIfPending();

  Options options_;
  std::function<void()> wake_;
  LineSplitter lines_;
  std::unique_ptr<internal::LineReader> reader_;
  std::vector<internal::FeedQuote> pending_;
  std::unordered_map<Symbol, Price> newest_;
  bool ended_ = false;
  bool has_price_ = false;  // of any symbol
  std::string fault_;
  std::uint64_t line_number_ = 0;
  Counters counters_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LINE_SOURCE_H_
