#include "tickerhub/feed_format.h"

#include <algorithm>

#include "fields/known_names.h"
#include "fields/quoted.h"
#include "text/ascii.h"

namespace tickerhub {
namespace {

using internal::Quoted;

constexpr char kColumnNames[] =
    "a name is one of symbol, price, time, date, open, high, low, "
    "previousClose, bid, ask, bidSize, askSize, volume, name, currency, or one "
    "that a header may have instead";

Status Invalid(std::string sentence) {
  return {StatusCode::kInvalidArgument, std::move(sentence)};
}

std::vector<std::string_view> Items(std::string_view list) {
  std::vector<std::string_view> items;
  for (;;) {
    const std::size_t size = std::min(list.find(','), list.size());
    items.push_back(internal::Trimmed(list.substr(0, size)));
    if (size == list.size()) return items;
    list.remove_prefix(size + 1);
  }
}

bool Has(const std::vector<FeedField>& fields, FeedField field) {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

Status CheckFields(const std::vector<FeedField>& fields,
                   std::string_view list) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto rest = fields.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    if (fields[i] != FeedField::kIgnored &&
        std::find(rest, fields.end(), fields[i]) != fields.end()) {
      return Invalid(Quoted(list) + " names " +
                     std::string(internal::NameOf(fields[i])) + " twice");
    }
  }
  if (Has(fields, FeedField::kPrice)) return {};
  return Invalid(Quoted(list) + " names no price");
}

bool Says(const FeedFormat& format, FeedField field) {
  return std::any_of(format.json_fields.begin(), format.json_fields.end(),
                     [&](const auto& entry) { return entry.second == field; });
}

}  // namespace

Status FeedFormat::SetColumns(std::string_view list) {
  std::vector<FeedField> fields;
  for (const std::string_view name : Items(list)) {
    const auto known = internal::KnownColumn(name);
    if (!known && name != "-") {
      return Invalid(Quoted(name) + " is not the name of a column: " +
                     kColumnNames + ", or - for a column that does not matter");
    }
    fields.push_back(known ? known->field : FeedField::kIgnored);
  }
  Status status = CheckFields(fields, list);
  if (status.ok()) columns = std::move(fields);
  return status;
}

Status FeedFormat::SetJsonFields(std::string_view list) {
  std::vector<std::pair<std::string, FeedField>> names;
  std::vector<FeedField> fields;
  for (const std::string_view item : Items(list)) {
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals + 1 == item.size()) {
      return Invalid(Quoted(item) + " is not like price=p");
    }
    const std::string_view name = internal::Trimmed(item.substr(0, equals));
    const auto known = internal::KnownColumn(name);
    if (!known) return Invalid(Quoted(name) + " is not known: " + kColumnNames);
    fields.push_back(known->field);
    names.emplace_back(internal::Trimmed(item.substr(equals + 1)),
                       known->field);
  }
  Status status = CheckFields(fields, list);
  if (status.ok()) json_fields = std::move(names);
  return status;
}

Status FeedFormat::Check() const {
  if (symbol) return {};
  if (!columns.empty() && !Has(columns, FeedField::kSymbol)) {
    return Invalid(
        "the columns have no symbol; name the instrument of the "
        "whole feed, as --symbol does");
  }
  if (!json_fields.empty() && !Says(*this, FeedField::kSymbol)) {
    return Invalid(
        "the JSON fields have no symbol; name the instrument of the "
        "whole feed, as --symbol does");
  }
  return {};
}

}  // namespace tickerhub
