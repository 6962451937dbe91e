#ifndef TICKERHUB_LIB_CORE_LINES_RECORD_H_
#define TICKERHUB_LIB_CORE_LINES_RECORD_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "fields/known_names.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/price.h"
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
  Price price;
  std::optional<Timestamp> time;
};

/// Reads the texts of `record`. Returns nothing if one of them is not what it
/// must be, and sets `*reason` to a sentence without a full stop.
/// `symbol`: that of a record without one, and the only one of others.
std::optional<FeedQuote> ReadRecord(const Record& record,
                                    const std::optional<Symbol>& symbol,
                                    std::string* reason);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LINES_RECORD_H_
