#include "stocks/source_poller.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace tickerhub::internal {

using std::chrono::milliseconds;

SourcePoller::SourcePoller(Scheduler& scheduler, BookWriter& writer,
                           FeedWatch& watch)
    : scheduler_(scheduler),
      writer_(writer),
      watch_(watch),
      due_(scheduler, [this] { PollReady(); }) {}

SourcePoller::~SourcePoller() {
  *is_posted_ = false;
  for (const auto& followed : followed_) followed->source->SetWake(nullptr);
}

void SourcePoller::Follow(PriceSource& source) {
  if (Find(source) != nullptr) return;
  followed_.push_back(std::make_unique<Followed>());
  Followed* const followed = followed_.back().get();
  followed->source = &source;
  followed->is_woken = true;
  writer_.book().ForEach(
      [&](const Quote& quote) { source.Track(quote.symbol, quote.price); });
  source.SetWake([this, followed] { Wake(followed); });
  // Otherwise the loop over the sources comes to it.
  if (!is_polling_) PollReady();
}

void SourcePoller::Unfollow(PriceSource& source) {
  Followed* const followed = Find(source);
  if (followed == nullptr) return;
  source.SetWake(nullptr);
  followed->source = nullptr;
  writer_.book().ForEach(
      [&](const Quote& quote) { source.Untrack(quote.symbol); });
  if (!is_polling_) Finish();
}

std::optional<Price> SourcePoller::PriceOf(const Symbol& symbol) {
  for (const auto& followed : followed_) {
    if (followed->source == nullptr) continue;
    if (auto price = followed->source->PriceOf(symbol)) return price;
  }
  return std::nullopt;
}

StockTracker::Feed SourcePoller::feed() const {
  StockTracker::Feed feed;
  for (const auto& followed : followed_) {
    if (followed->source == nullptr) continue;
    ++feed.sources;
    if (!followed->source->ended()) continue;
    ++feed.ended;
    std::string fault = followed->source->fault();
    if (fault.empty()) continue;
    if (++feed.failed == 1) feed.fault = std::move(fault);
  }
  return feed;
}

void SourcePoller::OnAdded(const Quote& quote) {
  for (std::size_t i = 0; i < followed_.size(); ++i) {
    Followed* const followed = followed_[i].get();
    if (followed->source == nullptr) continue;
    followed->removed.erase(quote.symbol);
    followed->source->Track(quote.symbol, quote.price);
    Wake(followed);
  }
}

void SourcePoller::OnRemoved(const Symbol& symbol) {
  for (std::size_t i = 0; i < followed_.size(); ++i) {
    Followed* const followed = followed_[i].get();
    if (followed->source == nullptr) continue;
    auto& removed = followed->removed;
    if (removed.size() >= writer_.book().max_symbols()) {
      removed.erase(removed.begin());
    }
    removed.insert(symbol);
    followed->source->Untrack(symbol);
  }
}

SourcePoller::Followed* SourcePoller::Find(const PriceSource& source) {
  for (const auto& followed : followed_) {
    if (followed->source == &source) return followed.get();
  }
  return nullptr;
}

// Polls later rather than here: the source calls from within its own work.
void SourcePoller::Wake(Followed* followed) {
  followed->is_woken = true;
  WakeSoon();
}

void SourcePoller::WakeSoon() {
  if (*is_posted_) return;
  *is_posted_ = true;
  scheduler_.Post([this, is_posted = is_posted_] {
    if (*is_posted) PollReady();
  });
}

void SourcePoller::PollReady() {
  *is_posted_ = false;
  is_polling_ = true;
  // A source may throw: the others are polled all the same.
  struct AtEnd {
    SourcePoller* poller;
    ~AtEnd() { poller->Finish(); }
  } at_end{this};
  const PollTime now{scheduler_.Now(), scheduler_.SteadyNow()};
  for (std::size_t i = 0; i < followed_.size(); ++i) {
    Followed* const followed = followed_[i].get();
    if (followed->source == nullptr) continue;
    if (followed->is_woken || (followed->due && *followed->due <= now.steady)) {
      Poll(followed, now);
    }
  }
}

void SourcePoller::Poll(Followed* followed, const PollTime& now) {
  followed->is_woken = false;
  followed->due.reset();
  updates_.clear();
  quotes_.clear();
  if (const auto wait =
          followed->source->PollQuotes(now, &updates_, &quotes_)) {
    // A source that is always due must not keep the hub busy.
    followed->due =
        now.steady + std::clamp(*wait, milliseconds(1), Scheduler::kMaxDelay);
  }
  watch_.OnPrices(updates_.data(), updates_.size(), FeedWatch::Origin::kSource);
  watch_.OnPrices(quotes_.data(), quotes_.size(), FeedWatch::Origin::kSource);
  Apply(*followed, &updates_);
  Apply(*followed, &quotes_);
}

template <typename Update>
void SourcePoller::Apply(const Followed& followed,
                         std::vector<Update>* updates) {
  const auto& removed = followed.removed;
  if (!removed.empty()) {
    updates->erase(std::remove_if(updates->begin(), updates->end(),
                                  [&](const Update& update) {
                                    return removed.count(update.symbol) > 0;
                                  }),
                   updates->end());
  }
  if (!updates->empty()) writer_.Apply(updates->data(), updates->size());
}

void SourcePoller::Finish() {
  is_polling_ = false;
  followed_.erase(std::remove_if(followed_.begin(), followed_.end(),
                                 [](const auto& followed) {
                                   return followed->source == nullptr;
                                 }),
                  followed_.end());
  std::optional<SteadyTime> next;
  for (const auto& followed : followed_) {
    if (followed->is_woken) WakeSoon();
    if (followed->due && (!next || *followed->due < *next)) {
      next = followed->due;
    }
  }
  if (next) {
    due_.Set(std::max(*next, scheduler_.SteadyNow()));
  } else {
    due_.Stop();
  }
  watch_.OnSources(feed());
}

}  // namespace tickerhub::internal
