#ifndef TICKERHUB_LIB_CORE_HISTORY_HISTORY_ANSWERS_H_
#define TICKERHUB_LIB_CORE_HISTORY_HISTORY_ANSWERS_H_

// What clients and programs ask of a PriceHistory, and the answers
// (docs/protocol.md).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "history/price_history.h"
#include "tickerhub/error_code.h"
#include "tickerhub/history_options.h"
#include "tickerhub/payload.h"

namespace tickerhub::internal {

/// What is asked for, as it came.
struct HistoryQuery {
  std::optional<std::string> interval;  // "1m": candles; unset: prices
  std::optional<std::uint64_t> limit;   // of each stock
  std::optional<std::uint64_t> since;   // milliseconds since 1970

  /// Reads "interval=1m&limit=100&since=…".
  static std::variant<HistoryQuery, Rejection> Read(std::string_view query);
};

class HistoryAnswers {
 public:
  static constexpr std::size_t kDefaultLimit = 100;
  /// A candle in an answer is as long as three prices.
  static constexpr std::size_t kCandleWeight = 3;

  /// Both must outlive this. `history` null: nothing is kept.
  HistoryAnswers(const PriceHistory* history, const HistoryOptions& options)
      : history_(history), options_(options) {}

  /// The message `history` for these stocks. `request_id` is as in
  /// ClientMessage.
  std::variant<Payload, Rejection> Answer(const std::vector<Symbol>& symbols,
                                          const HistoryQuery& query,
                                          std::string_view request_id) const;

 private:
  // How many of each of `count` stocks.
  std::variant<std::size_t, Rejection> LimitOf(const HistoryQuery& query,
                                               std::size_t count) const;

  const PriceHistory* const history_;
  const HistoryOptions& options_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_HISTORY_HISTORY_ANSWERS_H_
