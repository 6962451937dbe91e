#ifndef TICKERHUB_REPLAY_SOURCE_H_
#define TICKERHUB_REPLAY_SOURCE_H_

// A ReplaySource plays a recorded feed, at its own pace or faster: lines of
// `time,symbol,price` from a file or any other stream. It reads the lines as
// they fall due, so a long recording takes little memory.
//
//     auto file = std::make_unique<std::ifstream>("monday.csv");
//     tickerhub::ReplaySource::Options options;
//     options.speed = 10;
//     tickerhub::ReplaySource replay(std::move(file), options);
//     tracker.Follow(replay);
//
// Lines have the formats of LineSource (line_source.h), and each must have a
// time. A bad line is counted, reported and skipped. A time before that of the
// line above is due at once. The replay starts with the first poll. Prices
// carry the moment at which they are played, not the recorded one. A gap of
// more than a hundred years, at the speed given, counts as a hundred years.
//
// One poll reads 256 KiB at most; if more is due, the next poll follows 1 ms
// later. It reads on the hub's thread: use a local file, because a slow disk or
// an empty pipe holds up everything else meanwhile.
//
// Threads: see PriceSource.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/export.h"
#include "tickerhub/line_source.h"
#include "tickerhub/line_splitter.h"
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
    /// The longest line in bytes. A longer one is a bad line.
    std::size_t max_line_bytes = 4096;
    /// The most symbols for which PriceOf() knows the newest price. Prices of
    /// further symbols are played, but PriceOf() does not know them. Counted as
    /// Counters::forgotten_prices.
    std::size_t max_symbols = 100'000;
    /// Called for each bad line in the first pass, and when the recording
    /// cannot be read on. May be empty.
    BadLineCallback on_bad_line;
    /// Called once when the replay has ended. May be empty.
    std::function<void()> on_end;
  };

  /// Counters since the start.
  struct Counters {
    std::uint64_t bad_lines = 0;         ///< of the first pass
    std::uint64_t forgotten_prices = 0;  ///< by max_symbols
  };

  /// REQUIRES: `recording` is not null and readable; options.speed > 0.
  ReplaySource(std::unique_ptr<std::istream> recording, Options options);
  ReplaySource(const ReplaySource&) = delete;
  ReplaySource& operator=(const ReplaySource&) = delete;
  ~ReplaySource() override;

  /// Returns the newest price of `symbol` that was played, or nothing.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  std::optional<std::chrono::milliseconds> Poll(
      const PollTime& now, std::vector<PriceUpdate>* updates) override;

  /// The figures of this moment.
  Counters counters() const { return counters_; }
  /// Everything was played, or the recording cannot be read on.
  bool ended() const override { return ended_; }

 private:
  void TakeLine(std::string_view line, bool whole);
  void Report(std::string_view reason);
  bool FillReady(int* reads);
  void ReadChunk();
  bool StartAgain(SteadyTime now);

  std::unique_ptr<std::istream> recording_;
  Options options_;
  LineSplitter lines_;
  std::vector<char> chunk_;
  std::deque<PriceUpdate> ready_;  // read, not yet due; with recorded times
  std::unordered_map<Symbol, Price> played_;
  std::optional<SteadyTime> pass_start_;  // when its first price is due
  std::optional<Timestamp> first_time_;   // that price's recorded time
  std::uint64_t line_number_ = 0;
  Counters counters_;
  bool header_may_come_ = true;
  bool first_pass_ = true;
  bool at_end_of_file_ = false;
  bool ended_ = false;
};

}  // namespace tickerhub

#endif  // TICKERHUB_REPLAY_SOURCE_H_
