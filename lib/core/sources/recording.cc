#include "sources/recording.h"

#include <algorithm>
#include <utility>

#include "fields/feed_time.h"
#include "fields/quoted.h"

namespace tickerhub::internal {

Recording::Recording(std::unique_ptr<ByteSource> bytes,
                     const ReplaySource::Options& options,
                     ReplaySource::Counters* counters)
    : bytes_(std::move(bytes)),
      options_(options),
      counters_(*counters),
      lines_(
          options.max_line_bytes,
          [this](std::string_view line, bool whole) { TakeLine(line, whole); }),
      reader_(options.format) {}

Recording::Progress Recording::Fill(std::size_t* budget) {
  for (;;) {
    if (!ready_.empty()) return Progress::kReady;
    if (!fault_.empty()) return Progress::kEnd;
    if (at_end_) {
      return sorted_.TakeTo(&ready_) ? Progress::kReady : Progress::kEnd;
    }
    if (*budget == 0) return Progress::kMore;
    switch (bytes_->Read(&piece_)) {
      case ByteSource::State::kBytes:
        *budget -= std::min(*budget, piece_.size());
        lines_.Push(piece_);
        break;
      case ByteSource::State::kNothingYet:
        return Progress::kIdle;
      case ByteSource::State::kEnd:
        FinishLines();
        if (!has_price_) {
          OnNotice("the recording has ended without any price");
        }
        break;
      case ByteSource::State::kFailed:
        FinishLines();
        // What stands before the fault is played if it is in order.
        sorted_.Clear();
        if (fault_.empty()) fault_ = bytes_->error();
        break;
    }
  }
}

void Recording::FinishLines() {
  lines_.End();
  at_end_ = true;
  if (step_back_line_ == 0 || !fault_.empty()) return;
  counters_.sorted_prices += sorted_.size();
  if (!first_pass_ || !options_.on_notice) return;
  options_.on_notice(step_back_line_, step_back_ + "; " +
                                          std::to_string(sorted_.size()) +
                                          " prices were sorted by time");
}

bool Recording::Rewind() {
  if (!fault_.empty() || !bytes_->Rewind()) return false;
  reader_.StartAgain();
  line_number_ = 0;
  last_time_.reset();
  step_back_line_ = 0;
  sorted_.Clear();
  first_pass_ = false;
  at_end_ = false;
  return true;
}

void Recording::TakeLine(std::string_view line, bool whole) {
  ++line_number_;
  if (!fault_.empty()) return;
  line_ = line;
  reader_.Read(line, whole, this);
}

void Recording::OnQuote(const FeedQuote& quote) {
  if (!quote.time) {
    return OnBadLine(Quoted(line_) + " has no time, which a replay needs");
  }
  const RecordedPrice price{quote, *quote.time};
  const bool is_first_step_back =
      step_back_line_ == 0 && last_time_ && price.time < *last_time_;
  if (is_first_step_back) StepBack(price.time);
  last_time_ = price.time;
  last_line_ = line_number_;
  has_price_ |= quote.price.has_value();
  if (step_back_line_ == 0) {
    ready_.push_back(price);
    return;
  }
  sorted_.Add(price);
  if (sorted_.bytes() > options_.max_sort_bytes) RefuseToSort();
}

// What was not taken is sorted with the rest.
void Recording::StepBack(Timestamp time) {
  step_back_line_ = line_number_;
  step_back_ = "the recording is not in the order of time: line " +
               std::to_string(line_number_) + " with " + TimeText(time) +
               " comes after line " + std::to_string(last_line_) + " with " +
               TimeText(*last_time_);
  for (const RecordedPrice& price : ready_) sorted_.Add(price);
  ready_.clear();
}

void Recording::RefuseToSort() {
  const std::string& file =
      options_.name.empty() ? std::string("FILE") : options_.name;
  fault_ = step_back_ + ", and the rest does not fit into the " +
           std::to_string(options_.max_sort_bytes >> 20) +
           " MiB of --max-sort-mib; sort it first: " +
           reader_.SortCommand(file, sorted_.is_newest_first());
  ++counters_.refused_to_sort;
  sorted_.Clear();
}

void Recording::OnBadLine(std::string_view reason) {
  if (!first_pass_) return;
  ++counters_.bad_lines;
  if (options_.on_bad_line) options_.on_bad_line(line_number_, reason);
}

void Recording::OnNotice(std::string_view sentence) {
  if (first_pass_ && options_.on_notice) {
    options_.on_notice(line_number_, sentence);
  }
}

}  // namespace tickerhub::internal
