#include "lines/columns.h"

#include <algorithm>
#include <array>

#include "fields/feed_time.h"
#include "fields/known_names.h"
#include "fields/quoted.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

constexpr std::size_t kMostNamed = 30;

bool IsValue(std::string_view text) {
  PriceError why{};
  if (text.empty() || Price::Parse(text, &why)) return !text.empty();
  // Zero, say, is a number, too.
  return (why != PriceError::kNotANumber && why != PriceError::kNotFinite) ||
         ParseTime(text) || LooksLikeATime(text);
}

void AddName(std::string_view name, std::size_t number, std::string* list) {
  if (number > kMostNamed) return;
  if (!list->empty()) *list += ", ";
  *list += number == kMostNamed ? "..." : Quoted(name);
}

// Which column has a field, by the clearest of its names.
struct Choice {
  std::size_t column = 0;
  Clarity clarity = Clarity::kLetter;
  std::size_t found = 0;  // names that are as clear
  std::size_t other = 0;  // the second of them
};

using Choices = std::array<Choice, kFeedFields>;

void Choose(std::size_t column, Clarity clarity, Choice* choice) {
  if (choice->found == 0 || clarity < choice->clarity) {
    *choice = {column, clarity, 1, 0};
  } else if (clarity == choice->clarity) {
    ++choice->found;
    choice->other = column;
  }
}

bool HasWord(std::string_view name, std::string_view word) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerCase);
  return lower.find(word) != std::string::npos;
}

std::string ListOf(const std::vector<std::string_view>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) AddName(names[i], i, &list);
  return list;
}

std::string WhyRefused(const std::vector<std::string_view>& names,
                       const Choices& choices, bool needs_symbol) {
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const Choice& choice = choices[i];
    if (choice.found < 2) continue;
    return "the header has two columns for " +
           std::string(NameOf(static_cast<FeedField>(i))) + ", " +
           Quoted(names[choice.column]) + " and " +
           Quoted(names[choice.other]) +
           "; say with --columns which one counts";
  }
  const bool no_symbol =
      needs_symbol && choices[IndexOf(FeedField::kSymbol)].found == 0;
  if (!no_symbol && choices[IndexOf(FeedField::kPrice)].found > 0) return {};
  return std::string("the header has no column for the ") +
         (no_symbol ? "symbol" : "price") + ", only " + ListOf(names) +
         "; name the columns with --columns" +
         (no_symbol ? ", or the instrument of the whole file with --symbol"
                    : "");
}

}  // namespace

Columns::Columns(const std::vector<FeedField>& fields) : count_(fields.size()) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] != FeedField::kIgnored) places_.emplace_back(fields[i], i);
  }
}

std::size_t Columns::NumberOf(FeedField field) const {
  for (const auto& [of, place] : places_) {
    if (of == field) return place + 1;
  }
  return 0;
}

HeaderSigns SignsOf(const std::vector<std::string_view>& names) {
  HeaderSigns signs;
  for (const std::string_view name : names) {
    const std::optional<KnownName> known = KnownColumn(name);
    if (known) ++signs.known;
    if (known && known->clarity != Clarity::kLetter &&
        known->field <= FeedField::kDate) {
      signs.has_needed = true;
    }
    if (IsValue(name)) signs.has_value = true;
  }
  return signs;
}

Header ReadHeader(const std::vector<std::string_view>& names,
                  bool needs_symbol) {
  Choices choices;
  Header header;
  std::size_t unknown = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::optional<KnownName> known = KnownColumn(names[i]);
    if (known) {
      Choose(i, known->clarity, &choices[IndexOf(known->field)]);
    } else {
      AddName(names[i], unknown++, &header.ignored);
      const bool is_first = header.unknown_time.empty();
      if (HasWord(names[i], "time") ||
          (is_first && HasWord(names[i], "date"))) {
        header.unknown_time = names[i];
      }
    }
  }
  header.reason = WhyRefused(names, choices, needs_symbol);
  if (!header.reason.empty()) return header;
  std::vector<FeedField> fields(names.size(), FeedField::kIgnored);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].found > 0) {
      fields[choices[i].column] = static_cast<FeedField>(i);
    }
  }
  header.columns = Columns(fields);
  const bool has_date = header.columns.NumberOf(FeedField::kDate) > 0;
  if (header.columns.NumberOf(FeedField::kTime) > 0 ||
      (has_date && !HasWord(header.unknown_time, "time"))) {
    header.unknown_time.clear();
  }
  return header;
}

}  // namespace tickerhub::internal
