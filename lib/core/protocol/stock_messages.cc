#include "protocol/stock_messages.h"

#include <algorithm>
#include <string>
#include <utility>

#include "protocol/json_values.h"
#include "text/json.h"

namespace tickerhub::internal::protocol {
namespace {

// Sizes to reserve: what is usual, so that a string seldom grows.
constexpr std::size_t kEnvelope = 128;
constexpr std::size_t kPriceOfOne = 32;
constexpr std::size_t kQuoteOfOne = 112;

void AppendEntry(std::string* out, const Quote& quote) {
  AppendSymbol(out, quote.symbol);
  *out += ':';
  AppendPrice(out, quote.price);
}

void AppendFullQuote(std::string* out, const Quote& quote) {
  AppendSymbol(out, quote.symbol);
  *out += R"(:{"reference":)";
  AppendPrice(out, quote.reference);
  *out += R"(,"high":)";
  AppendPrice(out, quote.high);
  *out += R"(,"low":)";
  AppendPrice(out, quote.low);
  *out += R"(,"time":)";
  AppendTime(out, quote.time);
  *out += '}';
}

// The extremes of one quote that its price hides from those who know the state
// at `since`. Returns whether it wrote anything.
bool AppendHiddenExtremes(std::string* out, const Quote& quote, Sequence since,
                          std::string_view before) {
  const bool high = quote.high_sequence > since && quote.high != quote.price;
  const bool low = quote.low_sequence > since && quote.low != quote.price;
  if (!high && !low) return false;
  *out += before;
  AppendSymbol(out, quote.symbol);
  *out += ":{";
  if (high) {
    *out += R"("high":)";
    AppendPrice(out, quote.high);
  }
  if (low) {
    *out += high ? R"(,"low":)" : R"("low":)";
    AppendPrice(out, quote.low);
  }
  *out += '}';
  return true;
}

// A field that is JSON already; none if it is empty.
void AppendJson(std::string* out, std::string_view name,
                std::string_view json) {
  if (json.empty()) return;
  *out += ",\"";
  *out += name;
  *out += "\":";
  *out += json;
}

}  // namespace

Payload EncodeSnapshot(Sequence seq, const std::vector<const Quote*>& quotes) {
  std::string out =
      BeginMessage(kEnvelope + quotes.size() * (kPriceOfOne + kQuoteOfOne),
                   R"({"type":"update","snapshot":true,"seq":)");
  AppendNumber(&out, seq);
  out += R"(,"data":{)";
  for (const Quote* quote : quotes) {
    if (quote != quotes.front()) out += ',';
    AppendEntry(&out, *quote);
  }
  out += R"(},"quotes":{)";
  for (const Quote* quote : quotes) {
    if (quote != quotes.front()) out += ',';
    AppendFullQuote(&out, *quote);
  }
  out += "}}";
  return Payload::InPlace(std::move(out));
}

Payload EncodeUpdate(Sequence seq, Sequence since, const Quote* const* quotes,
                     std::size_t count) {
  Timestamp newest = quotes[0]->time;
  for (std::size_t i = 1; i < count; ++i) {
    newest = std::max(newest, quotes[i]->time);
  }
  std::string out = BeginMessage(kEnvelope + count * kPriceOfOne,
                                 R"({"type":"update","seq":)");
  AppendNumber(&out, seq);
  out += R"(,"since":)";
  AppendNumber(&out, since);
  out += R"(,"time":)";
  AppendTime(&out, newest);
  out += R"(,"data":{)";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    AppendEntry(&out, *quotes[i]);
  }
  out += '}';
  bool any = false;
  for (std::size_t i = 0; i < count; ++i) {
    any |= AppendHiddenExtremes(&out, *quotes[i], since,
                                any ? "," : R"(,"quotes":{)");
  }
  out += any ? "}}" : "}";
  return Payload::InPlace(std::move(out));
}

Payload EncodeNewStock(Sequence seq, Sequence since, const Quote& quote) {
  std::string out =
      BeginMessage(kEnvelope + kPriceOfOne, R"({"type":"new-stock","seq":)");
  AppendNumber(&out, seq);
  out += R"(,"since":)";
  AppendNumber(&out, since);
  out += R"(,"time":)";
  AppendTime(&out, quote.time);
  out += R"(,"data":{"stock":)";
  AppendSymbol(&out, quote.symbol);
  out += R"(,"price":)";
  AppendPrice(&out, quote.price);
  out += "}}";
  return Payload::InPlace(std::move(out));
}

Payload EncodeStockRemoved(Sequence seq, Sequence since, const Symbol& symbol) {
  std::string out =
      BeginMessage(kEnvelope, R"({"type":"stock-removed","seq":)");
  AppendNumber(&out, seq);
  out += R"(,"since":)";
  AppendNumber(&out, since);
  out += R"(,"data":{"stock":)";
  AppendSymbol(&out, symbol);
  out += "}}";
  return Payload::InPlace(std::move(out));
}

Payload EncodeHeartbeat(Sequence seq) {
  std::string out = BeginMessage(kEnvelope, R"({"type":"heartbeat","seq":)");
  AppendNumber(&out, seq);
  out += '}';
  return Payload::InPlace(std::move(out));
}

Payload EncodeSubscribedToAll(std::string_view max_rate,
                              std::string_view request_id) {
  std::string out =
      BeginMessage(kEnvelope, R"({"type":"subscribed","stocks":"all")");
  AppendJson(&out, "maxRate", max_rate);
  AppendJson(&out, "requestId", request_id);
  out += '}';
  return Payload::InPlace(std::move(out));
}

Payload EncodeSubscribed(const std::vector<Symbol>& symbols,
                         std::string_view max_rate,
                         std::string_view request_id) {
  std::string out = BeginMessage(kEnvelope + symbols.size() * kPriceOfOne,
                                 R"({"type":"subscribed","stocks":[)");
  for (const Symbol& symbol : symbols) {
    if (&symbol != &symbols.front()) out += ',';
    AppendSymbol(&out, symbol);
  }
  out += ']';
  AppendJson(&out, "maxRate", max_rate);
  AppendJson(&out, "requestId", request_id);
  out += '}';
  return Payload::InPlace(std::move(out));
}

}  // namespace tickerhub::internal::protocol
