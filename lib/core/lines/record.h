#ifndef TICKERHUB_LIB_CORE_LINES_RECORD_H_
#define TICKERHUB_LIB_CORE_LINES_RECORD_H_

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fields/known_names.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/price.h"
#include "tickerhub/quote.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// What one line or one JSON object says, field by field, as text.
class Record {
 public:
  bool Has(FeedField field) const { return has_[IndexOf(field)]; }
  /// Empty if it has none.
  std::string_view operator[](FeedField field) const {
    return texts_[IndexOf(field)];
  }
  void Set(FeedField field, std::string_view text) {
    texts_[IndexOf(field)] = text;
    has_[IndexOf(field)] = true;
  }

 private:
  std::array<std::string_view, kFeedFields> texts_;
  std::array<bool, kFeedFields> has_{};
};

/// The same, read.
struct FeedQuote {
  Symbol symbol;
  std::optional<Price> price;  ///< absent only if there are details
  std::optional<Timestamp> time;
  /// All but the three above. Null if there is nothing else. On the heap,
  /// because most feeds have none, and large.
  std::shared_ptr<const QuoteUpdate> details{};

  /// Appends it to `*prices` if it has only a price and nothing with more came
  /// before; otherwise to `*quotes`. So the order stays if the prices are taken
  /// first.
  void AppendTo(Timestamp at, std::vector<PriceUpdate>* prices,
                std::vector<QuoteUpdate>* quotes) const;
  /// The bytes on the heap.
  std::size_t DetailBytes() const;
};

/// Appends the prices of those that have one.
void AppendPrices(const std::vector<QuoteUpdate>& quotes,
                  std::vector<PriceUpdate>* prices);

/// Gives to a newer quote of the same symbol what only the older one says.
void TakeOver(const FeedQuote& older, FeedQuote* newer);

/// Reads the texts of `record`. Returns nothing if one of them is not what it
/// must be, and sets `*reason` to a sentence without a full stop.
/// `symbol`: that of a record without one, and the only one of others.
std::optional<FeedQuote> ReadRecord(const Record& record,
                                    const std::optional<Symbol>& symbol,
                                    std::string* reason);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LINES_RECORD_H_
