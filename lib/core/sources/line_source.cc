#include "tickerhub/line_source.h"

#include <algorithm>
#include <utility>

#include "lines/line_reader.h"

namespace tickerhub {

class LineSource::Handler final : public internal::LineHandler {
 public:
  explicit Handler(LineSource* source) : source_(*source) {}
  void OnQuote(const internal::FeedQuote& quote) override {
    source_.Take(quote);
  }
  void OnBadLine(std::string_view reason) override { source_.Report(reason); }
  void OnNotice(std::string_view sentence) override {
    const auto& on_notice = source_.options_.on_notice;
    if (on_notice) on_notice(source_.line_number_, sentence);
  }

 private:
  LineSource& source_;
};

LineSource::LineSource(Options options)
    : options_(std::move(options)),
      lines_(
          options_.max_line_bytes,
          [this](std::string_view line, bool whole) { TakeLine(line, whole); }),
      reader_(std::make_unique<internal::LineReader>(options_.format)) {}

LineSource::~LineSource() = default;

void LineSource::Push(std::string_view bytes) {
  lines_.Push(bytes);
  WakeIfPending();
}

void LineSource::End(std::string_view fault) {
  ended_ = true;
  fault_ = fault;
  lines_.End();
  if (!has_price_ && options_.on_notice) {
    options_.on_notice(line_number_, "the input has ended without any price");
  }
  if (wake_) wake_();  // who follows it looks whether it has ended
}

std::optional<Price> LineSource::PriceOf(const Symbol& symbol) {
  const auto found = newest_.find(symbol);
  if (found == newest_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::chrono::milliseconds> LineSource::Poll(
    const PollTime& now, std::vector<PriceUpdate>* updates) {
  std::vector<QuoteUpdate> quotes;
  PollQuotes(now, updates, &quotes);
  internal::AppendPrices(quotes, updates);
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> LineSource::PollQuotes(
    const PollTime& now, std::vector<PriceUpdate>* prices,
    std::vector<QuoteUpdate>* quotes) {
  prices->reserve(prices->size() + pending_.size());
  for (const internal::FeedQuote& pending : pending_) {
    pending.AppendTo(pending.time.value_or(now.wall), prices, quotes);
  }
  pending_.clear();
  return std::nullopt;
}

void LineSource::SetWake(std::function<void()> wake) {
  wake_ = std::move(wake);
}

void LineSource::TakeLine(std::string_view line, bool whole) {
  ++line_number_;
  Handler handler(this);
  reader_->Read(line, whole, &handler);
}

void LineSource::Take(const internal::FeedQuote& quote) {
  ++counters_.good_lines;
  if (quote.price) Remember(quote.symbol, *quote.price);
  has_price_ |= quote.price.has_value();
  pending_.push_back(quote);
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
  std::unordered_map<Symbol, internal::FeedQuote*> seen;
  auto kept = pending_.rbegin();  // from the newest on, those to keep
  for (auto p = pending_.rbegin(); p != pending_.rend(); ++p) {
    const auto newer = seen.find(p->symbol);
    if (newer != seen.end()) {
      internal::TakeOver(*p, newer->second);
    } else if (seen.size() < most) {
      seen.emplace(p->symbol, &*kept);
      *kept++ = *p;
    }
  }
  pending_.erase(pending_.begin(), kept.base());
  counters_.dropped_prices += size - pending_.size();
}

void LineSource::WakeIfPending() {
  if (!pending_.empty() && wake_) wake_();
}

}  // namespace tickerhub
