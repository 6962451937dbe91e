#include "sources/sorted_prices.h"

#include <functional>
#include <utility>

namespace tickerhub::internal {
namespace {

// To sort so many takes about a millisecond.
constexpr std::size_t kRunLength = 8'192;

bool IsEarlier(const RecordedPrice& a, const RecordedPrice& b) {
  return a.time < b.time;
}

}  // namespace

void SortedPrices::Add(RecordedPrice price) {
  if (size_ > 0 && price.time > last_) has_step_forward_ = true;
  last_ = price.time;
  ++size_;
  bytes_ += price.bytes();
  unfinished_.push_back(std::move(price));
  if (unfinished_.size() == kRunLength) FinishRun();
}

void SortedPrices::FinishRun() {
  if (unfinished_.empty()) return;
  std::stable_sort(unfinished_.begin(), unfinished_.end(), IsEarlier);
  heads_.emplace_back(unfinished_.front().time, runs_.size());
  std::push_heap(heads_.begin(), heads_.end(), std::greater<>());
  runs_.push_back({std::move(unfinished_), 0});
  unfinished_.clear();
}

Timestamp SortedPrices::NextTime() {
  FinishRun();
  return heads_.front().first;
}

RecordedPrice SortedPrices::Pop() {
  FinishRun();
  std::pop_heap(heads_.begin(), heads_.end(), std::greater<>());
  Run& run = runs_[heads_.back().second];
  RecordedPrice price = std::move(run.prices[run.next++]);
  if (run.next < run.prices.size()) {
    heads_.back().first = run.prices[run.next].time;
    std::push_heap(heads_.begin(), heads_.end(), std::greater<>());
  } else {
    heads_.pop_back();
    run.prices = {};
  }
  --size_;
  bytes_ -= price.bytes();
  return price;
}

}  // namespace tickerhub::internal
