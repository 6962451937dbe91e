#include "tickerhub/replay_source.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <istream>
#include <utility>

#include "sources/quote_line.h"
#include "tickerhub/scheduler.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kChunkBytes = 16'384;
// 256 KiB in one poll.
constexpr int kReadsInOnePoll = 16;
constexpr milliseconds kSoon{1};
constexpr milliseconds kPauseBetweenPasses{1'000};  // of recorded time

// How long `recorded` takes at `speed`: a hundred years at most.
milliseconds Shortened(milliseconds recorded, double speed) {
  constexpr auto kLongest = static_cast<double>(Scheduler::kMaxDelay.count());
  const double wait = static_cast<double>(recorded.count()) / speed;
  return milliseconds(
      static_cast<std::int64_t>(std::clamp(wait, -kLongest, kLongest)));
}

}  // namespace

ReplaySource::ReplaySource(std::unique_ptr<std::istream> recording,
                           Options options)
    : recording_(std::move(recording)),
      options_(std::move(options)),
      lines_(
          options_.max_line_bytes,
          [this](std::string_view line, bool whole) { TakeLine(line, whole); }),
      chunk_(kChunkBytes) {
  assert(recording_ != nullptr);
  assert(options_.speed > 0);
}

ReplaySource::~ReplaySource() = default;

std::optional<Price> ReplaySource::PriceOf(const Symbol& symbol) {
  const auto found = played_.find(symbol);
  if (found == played_.end()) return std::nullopt;
  return found->second;
}

std::optional<milliseconds> ReplaySource::Poll(
    const PollTime& now, std::vector<PriceUpdate>* updates) {
  if (!pass_start_) pass_start_ = now.steady;
  int reads = 0;
  while (!ended_) {
    if (!FillReady(&reads)) {
      if (!at_end_of_file_) return kSoon;  // enough for one poll
      if (StartAgain(now.steady)) continue;
      ended_ = true;
      if (options_.on_end) options_.on_end();
      break;
    }
    const PriceUpdate& next = ready_.front();
    const SteadyTime due =
        *pass_start_ + Shortened(next.time - *first_time_, options_.speed);
    if (due > now.steady) {
      return std::chrono::ceil<milliseconds>(due - now.steady);
    }
    updates->push_back({next.symbol, next.price, now.wall});
    if (played_.size() < options_.max_symbols ||
        played_.count(next.symbol) > 0) {
      played_.insert_or_assign(next.symbol, next.price);
    } else {
      ++counters_.forgotten_prices;
    }
    ready_.pop_front();
  }
  return std::nullopt;
}

// Reads on until there is a price. Returns false if there is none, either at
// the end of the recording or because enough was read for one poll.
bool ReplaySource::FillReady(int* reads) {
  while (ready_.empty() && !at_end_of_file_ && *reads < kReadsInOnePoll) {
    ++*reads;
    ReadChunk();
  }
  return !ready_.empty();
}

void ReplaySource::ReadChunk() {
  recording_->read(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
  const auto count = static_cast<std::size_t>(recording_->gcount());
  lines_.Push({chunk_.data(), count});
  if (recording_->good()) return;
  at_end_of_file_ = true;
  lines_.End();
  if (recording_->bad() && options_.on_bad_line && first_pass_) {
    options_.on_bad_line(line_number_ + 1, "the recording can't be read on");
  }
}

void ReplaySource::TakeLine(std::string_view line, bool whole) {
  ++line_number_;
  const internal::QuoteLine quote =
      internal::ParseQuoteLine(line, whole, &header_may_come_);
  if (!quote.reason.empty()) Report(quote.reason);
  if (!quote.symbol) return;
  if (!quote.time) {
    return Report(internal::Quoted(line) +
                  " has no time, which a replay needs");
  }
  if (!first_time_) first_time_ = quote.time;
  ready_.push_back({*quote.symbol, quote.price, *quote.time});
}

void ReplaySource::Report(std::string_view reason) {
  if (!first_pass_) return;
  ++counters_.bad_lines;
  if (options_.on_bad_line) options_.on_bad_line(line_number_, reason);
}

// Goes back to the top for another pass, whose first price is due after a
// pause. Returns false if there is to be none, or nothing to play in it.
bool ReplaySource::StartAgain(SteadyTime now) {
  if (!options_.loop || !first_time_ || recording_->bad()) return false;
  recording_->clear();
  recording_->seekg(0);
  if (!recording_->good()) return false;
  pass_start_ =
      now + std::max(Shortened(kPauseBetweenPasses, options_.speed), kSoon);
  first_time_.reset();
  line_number_ = 0;
  header_may_come_ = true;
  first_pass_ = false;
  at_end_of_file_ = false;
  return true;
}

}  // namespace tickerhub
