#include "stocks/source_poller.h"

#include <algorithm>
#include <chrono>

namespace tickerhub::internal {

using std::chrono::milliseconds;

SourcePoller::SourcePoller(Scheduler& scheduler, BookWriter& writer)
    : scheduler_(scheduler),
      writer_(writer),
      due_(scheduler, [this] { Poll(); }) {}

SourcePoller::~SourcePoller() { Detach(); }

void SourcePoller::Follow(PriceSource& source) {
  Detach();
  source_ = &source;
  writer_.book().ForEach(
      [&](const Quote& quote) { source.Track(quote.symbol, quote.price); });
  source.SetWake([this] { Wake(); });
  Poll();
}

std::optional<Price> SourcePoller::PriceOf(const Symbol& symbol) {
  if (source_ == nullptr) return std::nullopt;
  return source_->PriceOf(symbol);
}

void SourcePoller::OnAdded(const Quote& quote) {
  removed_.erase(quote.symbol);
  if (source_ == nullptr) return;
  source_->Track(quote.symbol, quote.price);
  Wake();
}

void SourcePoller::OnRemoved(const Symbol& symbol) {
  if (source_ == nullptr) return;
  source_->Untrack(symbol);
  if (removed_.size() >= writer_.book().max_symbols()) {
    removed_.erase(removed_.begin());
  }
  removed_.insert(symbol);
}

void SourcePoller::Detach() {
  removed_.clear();
  due_.Stop();
  *is_posted_ = false;
  if (source_ != nullptr) source_->SetWake(nullptr);
  source_ = nullptr;
}

// Polls later rather than here: the source calls from within its own work.
void SourcePoller::Wake() {
  if (*is_posted_) return;
  *is_posted_ = true;
  scheduler_.Post([this, is_posted = is_posted_] {
    if (*is_posted) Poll();
  });
}

void SourcePoller::Poll() {
  *is_posted_ = false;
  updates_.clear();
  const PollTime now{scheduler_.Now(), scheduler_.SteadyNow()};
  if (const auto wait = source_->Poll(now, &updates_)) {
    // A source that is always due must not keep the hub busy.
    due_.Set(now.steady +
             std::clamp(*wait, milliseconds(1), Scheduler::kMaxDelay));
  } else {
    due_.Silence();
  }
  if (!removed_.empty()) {
    updates_.erase(std::remove_if(updates_.begin(), updates_.end(),
                                  [this](const PriceUpdate& update) {
                                    return removed_.count(update.symbol) > 0;
                                  }),
                   updates_.end());
  }
  if (!updates_.empty()) writer_.Apply(updates_.data(), updates_.size());
}

}  // namespace tickerhub::internal
