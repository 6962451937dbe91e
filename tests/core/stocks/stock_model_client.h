#ifndef TICKERHUB_TESTS_CORE_STOCKS_STOCK_MODEL_CLIENT_H_
#define TICKERHUB_TESTS_CORE_STOCKS_STOCK_MODEL_CLIENT_H_

#include <rapidjson/document.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "tickerhub/price.h"
#include "tickerhub/quote.h"

namespace tickerhub {

/// What a client knows of one stock.
struct View {
  Price price;
  Price reference;
  Price high;
  Price low;
  std::map<std::string, std::string> details{};  // bid, name, ...
};

inline bool operator==(const View& a, const View& b) {
  return a.price == b.price && a.reference == b.reference && a.high == b.high &&
         a.low == b.low && a.details == b.details;
}

/// What a client must know of a quote.
inline View ViewOf(const Quote& quote) {
  View view{quote.price, quote.reference, quote.high, quote.low};
  if (!quote.details) return view;
  const QuoteDetails& details = *quote.details;
  for (const auto& [name, figure] :
       {std::pair("bid", &details.bid),
        {"ask", &details.ask},
        {"bidSize", &details.bid_size},
        {"askSize", &details.ask_size},
        {"volume", &details.volume},
        {"open", &details.open},
        {"previousClose", &details.previous_close}}) {
    if (figure->is_known()) view.details[name] = figure->value.ToString();
  }
  for (const auto& [name, text] :
       {std::pair("name", &details.name), {"currency", &details.currency}}) {
    if (text->is_known()) view.details[name] = text->value.value();
  }
  return view;
}

/// A client that follows docs/protocol.md to the letter and checks its rules.
class ModelClient {
 public:
  /// The first rule that was broken; empty: none.
  const std::string& failure() const { return failure_; }
  /// By its numbers the client has found that it has missed something.
  bool has_missed() const { return has_missed_; }
  bool follows_all() const { return all_; }
  const std::map<std::string, View>& stocks() const { return stocks_; }
  std::uint64_t last() const { return last_; }

  void Take(const std::string& text) {
    rapidjson::Document json;
    json.Parse<rapidjson::kParseNumbersAsStringsFlag>(text.c_str());
    if (json.HasParseError()) return Fail("not JSON", text);
    const std::string type = json["type"].GetString();
    const bool is_snapshot = json.HasMember("snapshot");
    // A connection whose query asked for something has an answer first.
    const bool may_come =
        is_snapshot ||
        (is_connecting_ && (type == "error" || type == "subscribed"));
    if (awaits_snapshot_ && !may_come) return Fail("no snapshot", text);
    if (type != "error") is_connecting_ = false;
    if (is_snapshot) {
      TakeSnapshot(json);
    } else if (type == "update") {
      TakeUpdate(json, text);
    } else if (type == "new-stock") {
      TakeNewStock(json, text);
    } else if (type == "stock-removed") {
      if (all_) Continue(json, text);
      const bool known = stocks_.erase(Name(json["data"]["stock"])) > 0;
      if (all_ && !known) Fail("removed an unknown one", text);
    } else if (type == "heartbeat") {
      if (all_ && Number(json["seq"]) > last_) has_missed_ = true;
    } else if (type == "subscribed") {
      TakeSubscribed(json["stocks"]);
    } else if (type != "error" && type != "status") {
      Fail("unknown type", text);
    }
  }

 private:
  using JsonValue = rapidjson::Value;

  static std::string Name(const JsonValue& value) { return value.GetString(); }
  static std::uint64_t Number(const JsonValue& value) {
    return std::stoull(value.GetString());
  }
  static Price PriceIn(const JsonValue& value) {
    return Price::Parse(value.GetString()).value();
  }

  void Fail(const std::string& rule, const std::string& text) {
    if (failure_.empty()) failure_ = rule + ": " + text;
  }

  // The rule for those who follow all.
  void Continue(const JsonValue& json, const std::string& text) {
    if (Number(json["since"]) > last_) has_missed_ = true;
    if (Number(json["seq"]) < last_) Fail("went back", text);
    last_ = Number(json["seq"]);
  }

  void TakeSnapshot(const JsonValue& json) {
    const bool is_answer = std::exchange(awaits_snapshot_, false);
    stocks_.clear();
    last_of_.clear();
    last_ = Number(json["seq"]);
    for (const auto& member : json["data"].GetObject()) {
      View& view = stocks_[Name(member.name)];
      view.price = PriceIn(member.value);
      TakeQuote(json["quotes"][member.name], &view);
      last_of_[Name(member.name)] = last_;
    }
    // What follows `subscribed` holds all that it named; later ones may lack
    // what has been removed.
    if (all_) return;
    std::set<std::string> left;
    for (const auto& [name, view] : stocks_) left.insert(name);
    const bool is_part =
        std::includes(named_.begin(), named_.end(), left.begin(), left.end());
    if (!is_part || (is_answer && left != named_)) Fail("other stocks", "");
    named_ = left;
  }

  void TakeUpdate(const JsonValue& json, const std::string& text) {
    if (all_) {
      Continue(json, text);
    } else {
      if (json["data"].MemberCount() != 1) return Fail("not one", text);
      const std::string name = Name(json["data"].MemberBegin()->name);
      if (Number(json["since"]) > last_of_[name]) has_missed_ = true;
      if (Number(json["seq"]) < last_of_[name]) Fail("went back", text);
      last_of_[name] = Number(json["seq"]);
    }
    for (const auto& member : json["data"].GetObject()) {
      const auto it = stocks_.find(Name(member.name));
      if (it == stocks_.end()) return Fail("unknown stock", text);
      View& view = it->second;
      view.price = PriceIn(member.value);
      view.high = std::max(view.high, view.price);
      view.low = std::min(view.low, view.price);
    }
    if (!json.HasMember("quotes")) return;
    for (const auto& member : json["quotes"].GetObject()) {
      const auto it = stocks_.find(Name(member.name));
      if (it == stocks_.end()) return Fail("unknown stock", text);
      TakeQuote(member.value, &it->second);
    }
  }

  // One with a reference is whole: what it does not have is not there.
  static void TakeQuote(const JsonValue& quote, View* view) {
    if (quote.HasMember("reference")) view->details.clear();
    for (const auto& field : quote.GetObject()) {
      const std::string name = Name(field.name);
      if (name == "reference") {
        view->reference = PriceIn(field.value);
      } else if (name == "high") {
        view->high = PriceIn(field.value);
      } else if (name == "low") {
        view->low = PriceIn(field.value);
      } else if (name != "time") {
        view->details[name] = Name(field.value);
      }
    }
  }

  void TakeNewStock(const JsonValue& json, const std::string& text) {
    if (!all_) return;
    Continue(json, text);
    const Price price = PriceIn(json["data"]["price"]);
    const auto [added, is_new] = stocks_.emplace(
        Name(json["data"]["stock"]), View{price, price, price, price});
    if (!is_new) return Fail("added twice", text);
    if (!json.HasMember("quotes")) return;
    const JsonValue& quotes = json["quotes"];
    if (quotes.MemberCount() != 1 || !quotes.HasMember(added->first.c_str())) {
      return Fail("other quotes", text);
    }
    TakeQuote(quotes.MemberBegin()->value, &added->second);
  }

  void TakeSubscribed(const JsonValue& stocks) {
    awaits_snapshot_ = true;
    all_ = stocks.IsString();
    named_.clear();
    if (all_) return;
    for (const auto& stock : stocks.GetArray()) named_.insert(Name(stock));
  }

  std::map<std::string, View> stocks_;
  bool all_ = true;
  bool is_connecting_ = true;
  bool awaits_snapshot_ = true;
  std::set<std::string> named_;
  std::uint64_t last_ = 0;
  std::map<std::string, std::uint64_t> last_of_;
  bool has_missed_ = false;
  std::string failure_;
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_CORE_STOCKS_STOCK_MODEL_CLIENT_H_
