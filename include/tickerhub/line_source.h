#ifndef TICKERHUB_LINE_SOURCE_H_
#define TICKERHUB_LINE_SOURCE_H_

// Prices from lines of text, so that any feed can be piped in. You bring the
// bytes, in pieces of any size; it finds the lines.
//
//   tickerhub::LineSource source(options);
//   tracker.Follow(source);
//   source.Push("AAPL 151.25\nNVDA 12.5\n");    // goes out within milliseconds
//
// A line is one of
//   SYMBOL PRICE                 blanks or tabs between
//   SYMBOL,PRICE                 CSV, fields may stand in double quotes
//   TIME,SYMBOL,PRICE
//   {"symbol":"AAPL","price":151.25}          "stock" does for "symbol"; "time"
//                                             may be there; other fields are
//                                             ignored
// where TIME, a JSON "time" too, is seconds since 1970 (1767364200 or
// 1767364200.250), milliseconds (from 100000000000 up) or ISO 8601 in UTC
// (2026-01-02T14:30:00.250Z), from 1970 to 9999.
// Blank lines, lines that start with '#' and a CSV header (`symbol,price`)
// above all else are skipped in silence. Any other line that can't be read is
// bad: it is counted, reported with its number and a sentence, and skipped; the
// feed goes on. A line longer than Options::max_line_bytes is bad as a whole.
// Lines end with LF or CR LF.
//
// Threads: as PriceSource; Push() and End() on the hub's thread too.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/line_splitter.h"
#include "tickerhub/price_source.h"

namespace tickerhub {

/// The first line of an input is number 1; `reason` is a sentence without a
/// full stop. Both are valid during the call only.
using BadLineCallback =
    std::function<void(std::uint64_t line_number, std::string_view reason)>;

class LineSource : public PriceSource {
 public:
  struct Options {
    /// Longer lines are bad lines; bounds what is kept of an unfinished one.
    std::size_t max_line_bytes = 4096;
    /// Prices that wait for the next poll. Past it, those that a newer price of
    /// the same symbol follows are left out and, if more than half remain, the
    /// oldest too; counted as dropped_prices().
    std::size_t max_pending = 100'000;
    /// Symbols whose newest price is known to PriceOf(). Past it, prices of
    /// others still go out, but PriceOf() has none; counted as
    /// forgotten_prices().
    std::size_t max_symbols = 100'000;
    /// Called for each bad line; null: none.
    BadLineCallback on_bad_line;
  };

  LineSource() : LineSource(Options()) {}
  explicit LineSource(Options options);
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;

  /// The next bytes of the input. What whole lines they complete waits for the
  /// next Poll(); the follower is woken.
  void Push(std::string_view bytes);

  /// The input has ended: a last line without its line feed counts too.
  void End();

  /// The newest price that came in, if any.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  void Track(const Symbol& symbol, Price price) override;
  Timestamp Poll(Timestamp now, std::vector<PriceUpdate>* updates) override;
  void SetWake(std::function<void()> wake) override;

  std::uint64_t good_lines() const { return good_lines_; }
  std::uint64_t bad_lines() const { return bad_lines_; }
  std::uint64_t dropped_prices() const { return dropped_prices_; }
  std::uint64_t forgotten_prices() const { return forgotten_prices_; }

 private:
  // A price that came without a time gets that of the poll.
  struct Pending {
    Symbol symbol;
    Price price;
    std::optional<Timestamp> time;
  };

  void TakeLine(std::string_view line, bool whole);
  void Report(std::string_view reason);
  void Remember(const Symbol& symbol, Price price);
  void DropSuperseded();
  void WakeIfPending();

  Options options_;
  std::function<void()> wake_;
  LineSplitter lines_;
  std::vector<Pending> pending_;
  std::unordered_map<Symbol, Price> newest_;
  bool header_may_come_ = true;
  std::uint64_t line_number_ = 0;
  std::uint64_t good_lines_ = 0;
  std::uint64_t bad_lines_ = 0;
  std::uint64_t dropped_prices_ = 0;
  std::uint64_t forgotten_prices_ = 0;
};

}  // namespace tickerhub

#endif  // TICKERHUB_LINE_SOURCE_H_
