#include "tickerhub/replay_source.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "sources/quote_line.h"

namespace tickerhub {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kChunkBytes = 16'384;
// 256 KiB in one poll.
constexpr int kReadsInOnePoll = 16;
constexpr milliseconds kSoon{1};
constexpr double kPauseBetweenPasses = 1'000;  // milliseconds as recorded

// `recorded` milliseconds at `speed`; nothing if that is longer than a clock
// can tell.
std::optional<milliseconds> Shortened(double recorded, double speed) {
  constexpr double kLongest = 1e15;
  const double wait = recorded / speed;
  if (!(wait < kLongest && wait > -kLongest)) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(wait));
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

void ReplaySource::Track(const Symbol& /*symbol*/, Price /*price*/) {}

void ReplaySource::SetWake(std::function<void()> /*wake*/) {}

Timestamp ReplaySource::Poll(Timestamp now, std::vector<PriceUpdate>* updates) {
  if (!pass_start_) pass_start_ = now;
  // A clock that was set back must not make the replay wait for it.
  if (last_poll_ && now < *last_poll_) *pass_start_ -= *last_poll_ - now;
  last_poll_ = now;

  int reads = 0;
  while (!ended_) {
    if (!FillReady(&reads)) {
      if (!at_end_of_file_) return now + kSoon;  // enough for one poll
      if (!StartAgain(now)) End();
      continue;
    }
    const PriceUpdate& next = ready_.front();
    const Timestamp due = DueOf(next.time);
    if (due > now) return due;
    updates->push_back({next.symbol, next.price, now});
    if (played_.size() < options_.max_symbols ||
        played_.count(next.symbol) > 0) {
      played_.insert_or_assign(next.symbol, next.price);
    }
    ready_.pop_front();
  }
  return kNever;
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
  if (!whole) {
    header_may_come_ = false;
    Report(internal::TooLongReason(line, options_.max_line_bytes));
    return;
  }
  const internal::QuoteLine quote =
      internal::ParseQuoteLine(line, header_may_come_);
  if (quote.kind == internal::QuoteLine::Kind::kNothing) return;
  header_may_come_ = false;
  if (quote.kind == internal::QuoteLine::Kind::kBad) {
    Report(quote.reason);
  } else if (quote.kind == internal::QuoteLine::Kind::kQuote && !quote.time) {
    Report(internal::Quoted(line) + " has no time, which a replay needs");
  } else if (quote.kind == internal::QuoteLine::Kind::kQuote) {
    if (!first_time_) first_time_ = quote.time;
    ready_.push_back({*quote.symbol, quote.price, *quote.time});
  }
}

void ReplaySource::Report(std::string_view reason) {
  if (!first_pass_) return;
  ++bad_lines_;
  if (options_.on_bad_line) options_.on_bad_line(line_number_, reason);
}

// Goes back to the top for another pass, whose first price is due after a
// pause. Returns false if there is to be none, or nothing to play in it.
bool ReplaySource::StartAgain(Timestamp now) {
  if (!options_.loop || !first_time_ || recording_->bad()) return false;
  recording_->clear();
  recording_->seekg(0);
  if (!recording_->good()) return false;
  const std::optional<milliseconds> pause =
      Shortened(kPauseBetweenPasses, options_.speed);
  if (!pause) return false;
  pass_start_ = now + std::max(*pause, kSoon);
  first_time_.reset();
  line_number_ = 0;
  header_may_come_ = true;
  first_pass_ = false;
  at_end_of_file_ = false;
  return true;
}

void ReplaySource::End() {
  ended_ = true;
  if (options_.on_end) options_.on_end();
}

Timestamp ReplaySource::DueOf(Timestamp recorded) const {
  const std::chrono::duration<double, std::milli> since =
      recorded - *first_time_;
  const auto wait = Shortened(since.count(), options_.speed);
  return wait ? *pass_start_ + *wait : kNever;
}

}  // namespace tickerhub
