#ifndef TICKERHUB_REPLAY_SOURCE_H_
#define TICKERHUB_REPLAY_SOURCE_H_

// Plays a recorded feed again, at its own pace or faster: lines of
// `time,symbol,price`, read as they are needed, so that a file of any length
// takes little memory.
//
//   auto file = std::make_unique<std::ifstream>("monday.csv");
//   tickerhub::ReplaySource source(std::move(file), options);
//   tracker.Follow(source);
//
// The format of a line, and what is done with a bad one, is LineSource's
// (line_source.h), but that a line without a time is bad. A time before the one
// above it falls due at once. The replay starts at the first poll; quotes carry
// the moment of the replay, not that of the recording. However much is due, a
// poll reads 256 KiB at most, and asks for the next a millisecond later.
//
// Threads: as PriceSource.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tickerhub/line_source.h"
#include "tickerhub/line_splitter.h"
#include "tickerhub/price_source.h"

namespace tickerhub {

class ReplaySource : public PriceSource {
 public:
  struct Options {
    /// 1 = as recorded, 10 = ten times as fast. Above zero.
    double speed = 1.0;
    /// Starts again from the top at the end, a second of recorded time after
    /// the last price; needs a stream that can seek and holds a price.
    bool loop = false;
    /// Longer lines are bad lines; bounds what is kept of one.
    std::size_t max_line_bytes = 4096;
    /// Symbols whose newest price is known to PriceOf(). Past it, prices of
    /// others still play, but PriceOf() has none.
    std::size_t max_symbols = 100'000;
    /// Called for each bad line, the first time through, and if the recording
    /// can't be read to its end; null: none.
    BadLineCallback on_bad_line;
    /// Called once at the end, if it does not loop or can't; null: none.
    std::function<void()> on_end;
  };

  /// REQUIRES: `recording` is not null and readable; options.speed > 0.
  ReplaySource(std::unique_ptr<std::istream> recording, Options options);
  ~ReplaySource() override;
  ReplaySource(const ReplaySource&) = delete;
  ReplaySource& operator=(const ReplaySource&) = delete;

  /// The newest price that was played, if any.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  void Track(const Symbol& symbol, Price price) override;
  Timestamp Poll(Timestamp now, std::vector<PriceUpdate>* updates) override;
  void SetWake(std::function<void()> wake) override;

  /// Lines that were skipped because they could not be read, counted the first
  /// time through.
  std::uint64_t bad_lines() const { return bad_lines_; }
  bool ended() const { return ended_; }

 private:
  void TakeLine(std::string_view line, bool whole);
  void Report(std::string_view reason);
  bool FillReady(int* reads);
  void ReadChunk();
  bool StartAgain(Timestamp now);
  void End();
  Timestamp DueOf(Timestamp recorded) const;

  std::unique_ptr<std::istream> recording_;
  Options options_;
  LineSplitter lines_;
  std::vector<char> chunk_;
  std::deque<PriceUpdate> ready_;  // read, not yet due; with recorded times
  std::unordered_map<Symbol, Price> played_;
  std::optional<Timestamp> pass_start_;  // when its first price is due
  std::optional<Timestamp> first_time_;  // that price's recorded time
  std::optional<Timestamp> last_poll_;
  std::uint64_t line_number_ = 0;
  std::uint64_t bad_lines_ = 0;
  bool header_may_come_ = true;
  bool first_pass_ = true;
  bool at_end_of_file_ = false;
  bool ended_ = false;
};

}  // namespace tickerhub

#endif  // TICKERHUB_REPLAY_SOURCE_H_
