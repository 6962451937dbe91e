#include "history/history_answers.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "protocol/json_values.h"
#include "text/read_number.h"
#include "tickerhub/connect_request.h"

namespace tickerhub::internal {
namespace {

constexpr std::string_view kMinutes = "1m";
constexpr std::size_t kEnvelopeBytes = 128;
constexpr std::size_t kPriceBytes = 32;

Rejection RefuseField(std::string sentence) {
  return {ErrorCode::kInvalidField, std::move(sentence)};
}

void AppendItem(std::string* out, const KeptPrice& kept) {
  protocol::AppendTime(out, kept.time);
  *out += ',';
  protocol::AppendPrice(out, kept.price);
}

void AppendItem(std::string* out, const Candle& candle) {
  protocol::AppendTime(out, candle.start);
  for (const Price price :
       {candle.open, candle.high, candle.low, candle.close}) {
    *out += ',';
    protocol::AppendPrice(out, price);
  }
  if (!candle.volume) return;
  *out += ',';
  protocol::AppendPrice(out, *candle.volume);
}

Timestamp TimeIn(const KeptPrice& kept) { return kept.time; }
Timestamp TimeIn(const Candle& candle) { return candle.start; }

// The newest `limit` of those that are not before `since`, the oldest first.
template <typename Value>
void AppendRing(std::string* out, const BoundedRing<Value>& ring,
                std::size_t limit, Timestamp since) {
  std::size_t first = ring.size() - std::min(limit, ring.size());
  while (first < ring.size() && TimeIn(ring[first]) < since) ++first;
  *out += '[';
  for (std::size_t i = first; i < ring.size(); ++i) {
    if (i > first) *out += ',';
    *out += '[';
    AppendItem(out, ring[i]);
    *out += ']';
  }
  *out += ']';
}

// What lies beyond the clock is a time at which there is nothing.
Timestamp SinceOf(const HistoryQuery& query) {
  if (!query.since) return Timestamp::min();
  constexpr auto kMost =
      static_cast<std::uint64_t>(Timestamp::max().time_since_epoch().count());
  return Timestamp(Timestamp::duration(
      static_cast<Timestamp::rep>(std::min(*query.since, kMost))));
}

}  // namespace

std::variant<HistoryQuery, Rejection> HistoryQuery::Read(
    std::string_view query) {
  HistoryQuery result;
  result.interval = QueryParameter(query, "interval");
  for (const auto& [name, number] :
       {std::pair("limit", &result.limit), std::pair("since", &result.since)}) {
    const std::optional<std::string> text = QueryParameter(query, name);
    if (!text) continue;
    *number = ReadNumber<std::uint64_t>(*text);
    if (!*number) {
      return RefuseField("'" + std::string(name) +
                         "' must be a whole number that is not negative.");
    }
  }
  return result;
}

std::variant<std::size_t, Rejection> HistoryAnswers::LimitOf(
    const HistoryQuery& query, std::size_t count) const {
  if (query.interval && *query.interval != kMinutes) {
    return RefuseField("'interval' must be 1m, or absent for single prices.");
  }
  const bool of_candles = query.interval.has_value();
  const std::size_t kept =
      of_candles ? options_.max_candles : options_.max_prices;
  if (history_ == nullptr || kept == 0) {
    return Rejection{ErrorCode::kHistoryDisabled,
                     of_candles ? "This server keeps no candles."
                                : "This server keeps no prices of the past."};
  }
  const std::size_t weight = of_candles ? kCandleWeight : 1;
  const std::size_t most =
      options_.max_answer / weight / std::max<std::size_t>(1, count);
  if (most == 0) return RefuseField("These are too many stocks for an answer.");
  if (query.limit && *query.limit > most) {
    return RefuseField("'limit' must be at most " + std::to_string(most) +
                       " for so many stocks.");
  }
  const std::size_t limit = query.limit ? static_cast<std::size_t>(*query.limit)
                                        : std::min(kDefaultLimit, most);
  return std::min(limit, kept);
}

std::variant<Payload, Rejection> HistoryAnswers::Answer(
    const std::vector<Symbol>& symbols, const HistoryQuery& query,
    std::string_view request_id) const {
  const auto limit_or = LimitOf(query, symbols.size());
  if (const auto* refusal = std::get_if<Rejection>(&limit_or)) return *refusal;
  const std::size_t limit = std::get<std::size_t>(limit_or);
  const bool of_candles = query.interval.has_value();
  const Timestamp since = SinceOf(query);
  std::string out = protocol::BeginMessage(
      kEnvelopeBytes + symbols.size() * limit * kPriceBytes,
      R"({"type":"history",)");
  if (of_candles) out += R"("interval":"1m",)";
  out += R"("data":{)";
  for (const Symbol& symbol : symbols) {
    if (&symbol != &symbols.front()) out += ',';
    protocol::AppendSymbol(&out, symbol);
    out += ':';
    const PriceHistory::Stock* const stock = history_->Find(symbol);
    if (stock == nullptr) {
      out += "[]";
    } else if (of_candles) {
      AppendRing(&out, stock->candles, limit, since);
    } else {
      AppendRing(&out, stock->prices, limit, since);
    }
  }
  out += '}';
  return protocol::EndMessage(std::move(out), request_id);
}

}  // namespace tickerhub::internal
