#include "protocol/follow_query.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "text/ascii.h"
#include "text/read_number.h"
#include "tickerhub/connect_request.h"

namespace tickerhub::internal::protocol {
namespace {

// Every value that the query has for `name`.
std::vector<std::string> ValuesOf(std::string_view query,
                                  std::string_view name) {
  std::vector<std::string> values;
  while (!query.empty()) {
    if (auto value = QueryParameter(TakePart(&query, '&'), name)) {
      values.push_back(std::move(*value));
    }
  }
  return values;
}

// An empty text is a list of none.
std::vector<std::string> Split(std::string_view list) {
  std::vector<std::string> items;
  if (list.empty()) return items;
  for (;;) {
    const std::size_t comma = std::min(list.find(','), list.size());
    items.emplace_back(list.substr(0, comma));
    if (comma == list.size()) return items;
    list.remove_prefix(comma + 1);
  }
}

// Nothing if it is no number, or below zero. The characters are looked at
// because ReadNumber() takes "nan" and "inf" too.
std::optional<double> ReadRate(std::string_view text) {
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<double> rate = ReadNumber<double>(text);
  return rate && *rate >= 0 ? rate : std::nullopt;
}

DecodeResult Refused(std::string sentence) {
  DecodeResult result;
  result.error = ErrorCode::kInvalidField;
  result.error_message = std::move(sentence);
  return result;
}

}  // namespace

std::optional<DecodeResult> DecodeFollowQuery(std::string_view query,
                                              const DecodeLimits& limits) {
  const std::vector<std::string> stocks = ValuesOf(query, "stocks");
  const std::vector<std::string> rates = ValuesOf(query, "maxRate");
  if (stocks.empty() && rates.empty()) return std::nullopt;
  if (stocks.size() > 1) return Refused("The query has 'stocks' twice.");
  if (rates.size() > 1) return Refused("The query has 'maxRate' twice.");
  DecodeResult result;
  result.message.type = MessageType::kSubscribe;
  if (!stocks.empty()) {
    result.message.stocks = Split(stocks[0]);
    if (result.message.stocks->size() > limits.max_array_items) {
      return Refused(
          "'stocks' must be a list of strings that is not too long.");
    }
  }
  if (!rates.empty()) {
    result.message.max_rate = ReadRate(rates[0]);
    if (!result.message.max_rate) {
      return Refused("'maxRate' must be a number that is not negative.");
    }
  }
  result.ok = true;
  return result;
}

}  // namespace tickerhub::internal::protocol
