#include "tickerhub/line_source.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "sources/quote_line.h"

namespace tickerhub {

LineSource::LineSource(Options options)
    : options_(std::move(options)),
      lines_(options_.max_line_bytes,
             [this](std::string_view line, bool whole) {
               TakeLine(line, whole);
             }) {}

void LineSource::Push(std::string_view bytes) {
  lines_.Push(bytes);
  WakeIfPending();
}

void LineSource::End() {
  ended_ = true;
  lines_.End();
  WakeIfPending();
}

std::optional<Price> LineSource::PriceOf(const Symbol& symbol) {
  const auto found = newest_.find(symbol);
  if (found == newest_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::chrono::milliseconds> LineSource::Poll(
    const PollTime& now, std::vector<PriceUpdate>* updates) {
  updates->reserve(updates->size() + pending_.size());
  for (const Pending& pending : pending_) {
    updates->push_back(
        {pending.symbol, pending.price, pending.time.value_or(now.wall)});
  }
  pending_.clear();
  return std::nullopt;
}

void LineSource::SetWake(std::function<void()> wake) {
  wake_ = std::move(wake);
}

void LineSource::TakeLine(std::string_view line, bool whole) {
  ++line_number_;
  const internal::QuoteLine quote =
      internal::ParseQuoteLine(line, whole, &header_may_come_);
  if (!quote.reason.empty()) Report(quote.reason);
  if (!quote.symbol) return;
  ++counters_.good_lines;
  Remember(*quote.symbol, quote.price);
  pending_.push_back({*quote.symbol, quote.price, quote.time});
  if (pending_.size() > options_.max_pending) DropSuperseded();
}

void LineSource::Report(std::string_view reason) {
  ++counters_.bad_lines;
  if (options_.on_bad_line) options_.on_bad_line(line_number_, reason);
}

void LineSource::Remember(const Symbol& symbol, Price price) {
  const auto known = newest_.find(symbol);
  if (known != newest_.end()) {
    known->second = price;
  } else if (newest_.size() < options_.max_symbols) {
    newest_.emplace(symbol, price);
  } else {
    ++counters_.forgotten_prices;
  }
}

// Leaves half of the room free, so that the next line does not come here again.
void LineSource::DropSuperseded() {
  const std::size_t size = pending_.size();
  const std::size_t most = std::max<std::size_t>(1, options_.max_pending / 2);
  std::unordered_set<Symbol> seen;
  auto kept = pending_.rbegin();  // from the newest on, those to keep
  for (auto p = pending_.rbegin(); p != pending_.rend() && seen.size() < most;
       ++p) {
    if (seen.insert(p->symbol).second) *kept++ = *p;
  }
  pending_.erase(pending_.begin(), kept.base());
  counters_.dropped_prices += size - pending_.size();
}

void LineSource::WakeIfPending() {
  if (!pending_.empty() && wake_) wake_();
}

}  // namespace tickerhub
