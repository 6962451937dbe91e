#include "stocks/stock_feed.h"

#include <algorithm>
#include <utility>

namespace tickerhub::internal {

StockFeed::StockFeed(Scheduler& scheduler,
                     std::chrono::milliseconds join_window, Sink sink)
    : scheduler_(scheduler),
      join_window_(join_window),
      sink_(std::move(sink)),
      due_(scheduler),
      woken_(scheduler) {}

StockFeed::~StockFeed() { Detach(); }

void StockFeed::Follow(PriceSource& source, const StockBook& book) {
  Detach();
  source_ = &source;
  book.ForEach([&](const Quote& q) { source.Track(q.symbol, q.price); });
  source.SetWake([this] { Wake(); });
  Poll(/*joined=*/false);
}

std::optional<Price> StockFeed::PriceOf(const Symbol& symbol) {
  if (source_ == nullptr) return std::nullopt;
  return source_->PriceOf(symbol);
}

void StockFeed::Track(const Symbol& symbol, Price price) {
  if (source_ == nullptr) return;
  source_->Track(symbol, price);
  Wake();
}

void StockFeed::Untrack(const Symbol& symbol) {
  if (source_ != nullptr) source_->Untrack(symbol);
}

void StockFeed::Detach() {
  if (source_ == nullptr) return;
  source_->SetWake(nullptr);
  source_ = nullptr;
  due_.Cancel();
  woken_.Cancel();
}

// Polls later rather than here: the source calls from within its own work.
void StockFeed::Wake() {
  if (woken_.pending()) return;
  woken_.Start(join_window_, [this] { Poll(/*joined=*/true); });
}

void StockFeed::Poll(bool joined) {
  const Timestamp now = scheduler_.Now();
  updates_.clear();
  const Timestamp next = source_->Poll(now, &updates_);
  if (next == kNever) {
    due_.Cancel();
  } else {
    // A source that is late with its promise must not keep the hub busy.
    const auto delay = std::max(next - now, std::chrono::milliseconds(1));
    due_.Start(delay, [this] { Poll(/*joined=*/false); });
  }
  if (!updates_.empty()) sink_(updates_, joined);
}

}  // namespace tickerhub::internal
