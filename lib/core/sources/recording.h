#ifndef TICKERHUB_LIB_CORE_SOURCES_RECORDING_H_
#define TICKERHUB_LIB_CORE_SOURCES_RECORDING_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lines/line_reader.h"
#include "sources/sorted_prices.h"
#include "tickerhub/byte_source.h"
#include "tickerhub/line_splitter.h"
#include "tickerhub/replay_source.h"

namespace tickerhub::internal {

/// The prices of a recording in the order of their times. As long as the lines
/// stand in that order, little of it is in memory. At the first step back it
/// reads on to the end and sorts what has not been taken.
class Recording final : private LineHandler {
 public:
  enum class Progress : std::uint8_t {
    kReady,  ///< front() is the next price
    kMore,   ///< enough was read for now; call again soon
    kIdle,   ///< call again after a wake of the bytes
    kEnd,    ///< no price is left, or fault() says why none comes
  };

  /// `options` and `counters` must outlive this.
  Recording(std::unique_ptr<ByteSource> bytes,
            const ReplaySource::Options& options,
            ReplaySource::Counters* counters);

  ByteSource& bytes() { return *bytes_; }

  /// Reads on until there is a price, and takes what it reads off `*budget`, in
  /// bytes.
  Progress Fill(std::size_t* budget);
  /// REQUIRES: Fill() has returned kReady, for both.
  const RecordedPrice& front() const { return ready_.front(); }
  void Pop() { ready_.pop_front(); }

  /// Goes back to the top. Returns false if that cannot be.
  /// REQUIRES: Fill() has returned kEnd.
  bool Rewind();

  /// Why the recording cannot be read on: a sentence without a full stop.
  const std::string& fault() const { return fault_; }

 private:
  void OnQuote(const FeedQuote& quote) override;
  void OnBadLine(std::string_view reason) override;
  void OnNotice(std::string_view sentence) override;

  void TakeLine(std::string_view line, bool whole);
  void StepBack(Timestamp time);
  void FinishLines();
  void RefuseToSort();

  std::unique_ptr<ByteSource> bytes_;
  const ReplaySource::Options& options_;
  ReplaySource::Counters& counters_;
  LineSplitter lines_;
  LineReader reader_;
  std::string piece_;
  std::string_view line_;  // that is being read
  std::uint64_t line_number_ = 0;
  std::deque<RecordedPrice> ready_;
  std::optional<Timestamp> last_time_;  // of the newest line
  std::uint64_t last_line_ = 0;
  bool has_price_ = false;  // in any line
  SortedPrices sorted_;
  std::uint64_t step_back_line_ = 0;  // 0: there was none
  std::string step_back_;             // what it was, as a sentence
  std::string fault_;
  bool first_pass_ = true;
  bool at_end_ = false;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_SOURCES_RECORDING_H_
