#ifndef TICKERHUB_REPLAY_SOURCE_H_
#define TICKERHUB_REPLAY_SOURCE_H_

// A ReplaySource plays a recorded feed, at its own pace or faster: lines with a
// time, from a file or from memory. It reads the lines as they fall due, so a
// long recording takes little memory.
//
//     tickerhub::ReplaySource::Options options;
//     options.speed = 10;
//     tickerhub::ReplaySource replay(
//         std::make_unique<std::istringstream>("1767364200,AAPL,150.25\n"),
//         options);
//     tracker.Follow(replay);
//
// Lines have the formats of LineSource (line_source.h), and each must have a
// time. A bad line is counted, reported and skipped. The replay starts with the
// first price. Prices carry the moment at which they are played, not the
// recorded one. A gap of more than a hundred years, at the speed given, counts
// as a hundred years.
//
// A recording with the newest line first, or out of order, is noticed at its
// first step back. What was not played by then is sorted, if it fits into
// Options::max_sort_bytes; otherwise the replay ends with a fault that names
// the command which sorts the file.
//
// One poll reads 256 KiB at most; if more is due, the next poll follows 1 ms
// later. A stream is read on the hub's thread, so it must be in memory. Read a
// file with a RecordingFile (tickerhub/websocketpp/recording_file.h).
//
// Threads: see PriceSource.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/byte_source.h"
#include "tickerhub/export.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/line_source.h"
#include "tickerhub/price_source.h"

namespace tickerhub {

class TICKERHUB_EXPORT ReplaySource : public PriceSource {
 public:
  struct Options {
    /// 1: as recorded. 10: ten times as fast. REQUIRES: above zero.
    double speed = 1.0;
    /// True plays the recording again and again. A pass starts a second of
    /// recorded time after the last price of the one before. The replay ends
    /// all the same if the stream cannot seek or holds no price.
    bool loop = false;
    /// What the columns and the JSON fields are.
    FeedFormat format;
    /// The name of the recording in sentences: that of its file.
    std::string name;
    /// The longest line in bytes. A longer one is a bad line.
    std::size_t max_line_bytes = std::size_t{1} << 20;
    /// The memory for prices that must be sorted. Past it the replay ends.
    /// Counted as Counters::refused_to_sort.
    std::size_t max_sort_bytes = std::size_t{256} << 20;
    /// The most symbols for which PriceOf() knows the newest price. Prices of
    /// further symbols are played, but PriceOf() does not know them. Counted as
    /// Counters::forgotten_prices.
    std::size_t max_symbols = 100'000;
    /// Called for each bad line in the first pass. May be empty.
    BadLineCallback on_bad_line;
    /// Called in the first pass when a header has columns that are ignored,
    /// when prices were sorted, and when there is no price. May be empty.
    LineNoticeCallback on_notice;
    /// Called before on_end if the replay ends because of a fault, with what
    /// fault() returns. May be empty.
    std::function<void(std::string_view sentence)> on_fault;
    /// Called once when the replay has ended. May be empty.
    std::function<void()> on_end;
  };

  /// Counters since the start.
  struct Counters {
    std::uint64_t bad_lines = 0;         ///< of the first pass
    std::uint64_t forgotten_prices = 0;  ///< by max_symbols
    std::uint64_t sorted_prices = 0;     ///< after a step back
    /// Sorted, but older than what was played of their symbol by then.
    std::uint64_t late_prices = 0;
    std::uint64_t refused_to_sort = 0;  ///< by max_sort_bytes
  };

  /// Plays what `recording` gives.
  /// REQUIRES: `recording` is not null; options.speed > 0.
  ReplaySource(std::unique_ptr<ByteSource> recording, Options options);
  /// The same from a stream, which it reads on the hub's thread.
  ReplaySource(std::unique_ptr<std::istream> recording, Options options);
  ReplaySource(const ReplaySource&) = delete;
  ReplaySource& operator=(const ReplaySource&) = delete;
  ~ReplaySource() override;

  /// Returns the newest price of `symbol` that was played, or nothing.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  std::optional<std::chrono::milliseconds> Poll(
      const PollTime& now, std::vector<PriceUpdate>* updates) override;
  std::optional<std::chrono::milliseconds> PollQuotes(
      const PollTime& now, std::vector<PriceUpdate>* prices,
      std::vector<QuoteUpdate>* quotes) override;

  void SetWake(std::function<void()> wake) override;

  /// The figures of this moment.
  Counters counters() const;
  /// Everything was played, or the recording cannot be read on.
  bool ended() const override;
  /// Returns why the recording could not be read on. Empty if it could.
  std::string fault() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_REPLAY_SOURCE_H_
