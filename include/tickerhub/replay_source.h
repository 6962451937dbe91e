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
// (line_source.h). `time` is needed here: seconds since 1970 ("1767364200" or
// "1767364200.250"), milliseconds (from 100000000000 up) or ISO 8601 in UTC
// ("2026-01-02T14:30:00.250Z"). A time before the one above it falls due at
// once. The replay starts at the first poll; quotes carry the moment of the
// replay, not that of the recording.
//
// Threads: as PriceSource.

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tickerhub/line_source.h"
#include "tickerhub/price_source.h"

namespace tickerhub {

class ReplaySource : public PriceSource {
 public:
  struct Options {
    /// 1 = as recorded, 10 = ten times as fast. Above zero.
    double speed = 1.0;
    /// Starts again from the top at the end; needs a stream that can seek.
    bool loop = false;
    /// Called for each bad line, the first time through; null: none.
    BadLineCallback on_bad_line;
    /// Called once at the end, if it does not loop; null: none.
    std::function<void()> on_end;
  };

  /// REQUIRES: `recording` is not null and readable.
  ReplaySource(std::unique_ptr<std::istream> recording, Options options);
  ~ReplaySource() override;

  /// The newest price that was played, if any.
  std::optional<Price> PriceOf(const Symbol& symbol) override;
  void Track(const Symbol& symbol, Price price) override;
  Timestamp Poll(Timestamp now, std::vector<PriceUpdate>* updates) override;
  void SetWake(std::function<void()> wake) override;

  /// Lines that were skipped because they could not be read.
  std::uint64_t bad_lines() const { return bad_lines_; }
  bool ended() const { return ended_; }

 private:
  bool ReadNext();  // fills next_; false at the end
  bool Rewind();

  std::unique_ptr<std::istream> recording_;
  Options options_;
  std::unordered_map<Symbol, Price> played_;
  std::optional<PriceUpdate> next_;      // read, not yet due
  std::optional<Timestamp> play_start_;  // when this pass began
  std::optional<Timestamp> first_time_;  // the recording's first time
  std::string line_;
  std::uint64_t line_number_ = 0;
  std::uint64_t bad_lines_ = 0;
  bool first_pass_ = true;
  bool ended_ = false;
};

}  // namespace tickerhub

#endif  // TICKERHUB_REPLAY_SOURCE_H_
