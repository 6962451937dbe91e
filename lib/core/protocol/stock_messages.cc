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

constexpr std::string_view kSnapshotStart =
    R"({"type":"update","snapshot":true)";

void AppendEntry(std::string* out, const Quote& quote) {
  AppendSymbol(out, quote.symbol);
  *out += ':';
  AppendPrice(out, quote.price);
}

struct NamedFigure {
  std::string_view key;
  QuoteDetails::Figure QuoteDetails::*figure;
};
constexpr NamedFigure kNamedFigures[] = {
    {R"("open":)", &QuoteDetails::open},
    {R"("previousClose":)", &QuoteDetails::previous_close},
    {R"("bid":)", &QuoteDetails::bid},
    {R"("ask":)", &QuoteDetails::ask},
    {R"("bidSize":)", &QuoteDetails::bid_size},
    {R"("askSize":)", &QuoteDetails::ask_size},
    {R"("volume":)", &QuoteDetails::volume}};

struct NamedText {
  std::string_view key;
  QuoteDetails::Text QuoteDetails::*text;
};
constexpr NamedText kNamedTexts[] = {
    {R"("name":)", &QuoteDetails::name},
    {R"("currency":)", &QuoteDetails::currency}};

// The fields of one quote. Its symbol and the brace come with the first of
// them.
class QuoteFields {
 public:
  QuoteFields(std::string* out, const Symbol& symbol, std::string_view before)
      : out_(*out), symbol_(symbol), before_(before) {}

  void Add(std::string_view key, Price price) {
    Begin(key);
    AppendPrice(&out_, price);
  }
  void Add(std::string_view key, Timestamp time) {
    Begin(key);
    AppendTime(&out_, time);
  }
  // Those that were set after `since`.
  void AddDetails(const QuoteDetails& details, Sequence since) {
    for (const auto& [key, member] : kNamedFigures) {
      const QuoteDetails::Figure& figure = details.*member;
      if (figure.sequence > since) Add(key, figure.value);
    }
    for (const auto& [key, member] : kNamedTexts) {
      const QuoteDetails::Text& text = details.*member;
      if (text.sequence <= since) continue;
      Begin(key);
      AppendString(&out_, text.value.value());
    }
  }
  // Returns whether there were any.
  bool End() {
    if (any_) out_ += '}';
    return any_;
  }

 private:
  void Begin(std::string_view key) {
    if (any_) {
      out_ += ',';
    } else {
      out_ += before_;
      AppendSymbol(&out_, symbol_);
      out_ += ":{";
      any_ = true;
    }
    out_ += key;
  }

  std::string& out_;
  const Symbol& symbol_;
  std::string_view before_;
  bool any_ = false;
};

bool AppendWholeQuote(std::string* out, const Quote& quote,
                      std::string_view before) {
  QuoteFields fields(out, quote.symbol, before);
  fields.Add(R"("reference":)", quote.reference);
  fields.Add(R"("high":)", quote.high);
  fields.Add(R"("low":)", quote.low);
  fields.Add(R"("time":)", quote.time);
  if (quote.details) fields.AddDetails(*quote.details, 0);
  return fields.End();
}

// What those who know the state at `since` cannot tell from the price. Returns
// whether it wrote anything.
bool AppendChangedFields(std::string* out, const Quote& quote, Sequence since,
                         std::string_view before) {
  if (quote.details && quote.details->reset_sequence > since) {
    return AppendWholeQuote(out, quote, before);
  }
  QuoteFields fields(out, quote.symbol, before);
  if (quote.high_sequence > since && quote.high != quote.price) {
    fields.Add(R"("high":)", quote.high);
  }
  if (quote.low_sequence > since && quote.low != quote.price) {
    fields.Add(R"("low":)", quote.low);
  }
  if (quote.details) fields.AddDetails(*quote.details, since);
  return fields.End();
}

// The fields of a status.
void AppendFreshness(std::string* out, const Freshness& freshness) {
  *out += R"("feed":")";
  *out += Name(freshness.feed);
  *out += '"';
  if (!freshness.newest) return;
  *out += R"(,"time":)";
  AppendTime(out, *freshness.newest);
}

// `max_rate` is JSON already; none if it is empty.
void AppendMaxRate(std::string* out, std::string_view max_rate) {
  if (!max_rate.empty()) out->append(R"(,"maxRate":)").append(max_rate);
}

}  // namespace

Payload EncodeStatus(const Freshness& freshness) {
  std::string out = BeginMessage(kEnvelope, R"({"type":"status",)");
  AppendFreshness(&out, freshness);
  return EndMessage(std::move(out));
}

Payload WithSkipped(const Payload& snapshot, Sequence skipped) {
  const std::string_view text = snapshot.text();
  std::string out = BeginMessage(kEnvelope + text.size(), kSnapshotStart);
  out += R"(,"skipped":)";
  AppendNumber(&out, skipped);
  out += text.substr(kSnapshotStart.size());
  return Payload::InPlace(std::move(out));
}

Payload EncodeSnapshot(Sequence seq, const std::vector<const Quote*>& quotes,
                       const Freshness& freshness) {
  std::string out = BeginMessage(
      kEnvelope + quotes.size() * (kPriceOfOne + kQuoteOfOne), kSnapshotStart);
  out += R"(,"seq":)";
  AppendNumber(&out, seq);
  out += R"(,"data":{)";
  for (const Quote* quote : quotes) {
    if (quote != quotes.front()) out += ',';
    AppendEntry(&out, *quote);
  }
  out += R"(},"quotes":{)";
  for (const Quote* quote : quotes) {
    AppendWholeQuote(&out, *quote, quote == quotes.front() ? "" : ",");
  }
  out += R"(},"status":{)";
  AppendFreshness(&out, freshness);
  out += "}}";
  return Payload::InPlace(std::move(out));
}

namespace {

// `known`: what the client has all changes up to. `since`: what it is told.
Payload EncodeChanges(Sequence seq, Sequence since, Sequence known,
                      const Quote* const* quotes, std::size_t count) {
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
    any |= AppendChangedFields(&out, *quotes[i], known,
                               any ? "," : R"(,"quotes":{)");
  }
  out += any ? "}}" : "}";
  return Payload::InPlace(std::move(out));
}

}  // namespace

Payload EncodeUpdate(Sequence seq, Sequence since, const Quote* const* quotes,
                     std::size_t count) {
  return EncodeChanges(seq, since, since, quotes, count);
}

Payload EncodeCatchUp(Sequence seq, Sequence known, const Quote& quote) {
  constexpr Sequence kFromAnyNumber = 0;
  const Quote* const quotes[] = {&quote};
  return EncodeChanges(seq, kFromAnyNumber, known, quotes, 1);
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
  out += '}';
  if (quote.details) {
    AppendWholeQuote(&out, quote, R"(,"quotes":{)");
    out += '}';
  }
  return EndMessage(std::move(out));
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
  return EndMessage(std::move(out));
}

Payload EncodeSubscribedToAll(std::string_view max_rate,
                              std::string_view request_id) {
  std::string out =
      BeginMessage(kEnvelope, R"({"type":"subscribed","stocks":"all")");
  AppendMaxRate(&out, max_rate);
  return EndMessage(std::move(out), request_id);
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
  AppendMaxRate(&out, max_rate);
  return EndMessage(std::move(out), request_id);
}

}  // namespace tickerhub::internal::protocol
