#include "fields/known_names.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

struct Entry {
  std::string_view name;  // as Plain() writes it
  KnownName known;
};

constexpr Entry Own(std::string_view name, FeedField field) {
  return {name, {field, Clarity::kOwnName}};
}
constexpr Entry Word(std::string_view name, FeedField field) {
  return {name, {field, Clarity::kWord}};
}
constexpr Entry Letter(std::string_view name, FeedField field) {
  return {name, {field, Clarity::kLetter}};
}

// Sorted by name. docs/feeds.md lists them.
constexpr Entry kKnownNames[] = {
    Own("ask", FeedField::kAsk),
    Word("askprice", FeedField::kAsk),
    Own("asksize", FeedField::kAskSize),
    Own("bid", FeedField::kBid),
    Word("bidprice", FeedField::kBid),
    Own("bidsize", FeedField::kBidSize),
    Letter("c", FeedField::kPrice),
    Word("close", FeedField::kPrice),
    Word("code", FeedField::kSymbol),
    Own("currency", FeedField::kCurrency),
    Own("date", FeedField::kDate),
    Word("datetime", FeedField::kTime),
    Letter("e", FeedField::kTime),
    Own("high", FeedField::kHigh),
    Word("instrument", FeedField::kSymbol),
    Word("last", FeedField::kPrice),
    Word("lastprice", FeedField::kPrice),
    Own("low", FeedField::kLow),
    Own("name", FeedField::kName),
    Own("open", FeedField::kOpen),
    Letter("p", FeedField::kPrice),
    Word("pair", FeedField::kSymbol),
    Word("prevclose", FeedField::kPreviousClose),
    Own("previousclose", FeedField::kPreviousClose),
    Own("price", FeedField::kPrice),
    Word("productid", FeedField::kSymbol),
    Letter("s", FeedField::kSymbol),
    Word("siptimestamp", FeedField::kTime),
    Word("stock", FeedField::kSymbol),
    Word("sym", FeedField::kSymbol),
    Own("symbol", FeedField::kSymbol),
    Letter("t", FeedField::kTime),
    Word("ticker", FeedField::kSymbol),
    Own("time", FeedField::kTime),
    Word("timestamp", FeedField::kTime),
    Word("tradeprice", FeedField::kPrice),
    Word("ts", FeedField::kTime),
    Word("vol", FeedField::kVolume),
    Own("volume", FeedField::kVolume),
    Word("windowstart", FeedField::kTime),
};

constexpr std::size_t kLongestKnownName = 16;

// In the order of FeedField.
constexpr std::string_view kFieldNames[] = {
    "symbol", "price",         "time",     "date", "open",    "high",
    "low",    "previousClose", "bid",      "ask",  "bidSize", "askSize",
    "volume", "name",          "currency", "-"};
static_assert(std::size(kFieldNames) == kFeedFields + 1);

// A name without what does not matter. Empty if it is longer than all of ours.
class Plain {
 public:
  explicit Plain(std::string_view name) {
    constexpr std::string_view kNoMatter = " \t_-<>";
    for (const char c : name) {
      if (kNoMatter.find(c) != std::string_view::npos) continue;
      if (size_ == kLongestKnownName) {
        size_ = 0;
        return;
      }
      text_[size_++] = LowerCase(c);
    }
  }
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, kLongestKnownName> text_;
  std::size_t size_ = 0;
};

const KnownName* Find(std::string_view plain) {
  const auto found =
      std::lower_bound(std::begin(kKnownNames), std::end(kKnownNames), plain,
                       [](const Entry& entry, std::string_view text) {
                         return entry.name < text;
                       });
  const bool there = found != std::end(kKnownNames) && found->name == plain;
  return there ? &found->known : nullptr;
}

bool IsATimesWord(const KnownName* known) {
  return known != nullptr && known->field == FeedField::kTime &&
         known->clarity != Clarity::kLetter;
}

// "ts_ns", "Gmt time": the unit is told by the number of digits, and UTC is
// what a time is in that says no other zone.
bool IsTimeWithUnit(std::string_view plain) {
  for (const std::string_view unit : {"ms", "us", "ns", "utc", "gmt"}) {
    if (plain.size() <= unit.size()) continue;
    const std::size_t rest = plain.size() - unit.size();
    if (plain.substr(rest) == unit &&
        IsATimesWord(Find(plain.substr(0, rest)))) {
      return true;
    }
    if (unit.size() == 3 && BeginsWith(plain, unit) &&
        IsATimesWord(Find(plain.substr(3)))) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<KnownName> KnownColumn(std::string_view name) {
  const Plain plain(name);
  if (const KnownName* const known = Find(plain.text())) return *known;
  if (!IsTimeWithUnit(plain.text())) return std::nullopt;
  return KnownName{FeedField::kTime, Clarity::kWord};
}

std::optional<KnownName> KnownJsonField(std::string_view name) {
  const bool is_letter = name.size() == 1;
  if (is_letter && name != "E" &&
      (name == "e" || LowerCase(name[0]) != name[0])) {
    return std::nullopt;
  }
  return KnownColumn(name);
}

std::string_view NameOf(FeedField field) { return kFieldNames[IndexOf(field)]; }

}  // namespace tickerhub::internal
