#ifndef TICKERHUB_LIB_CORE_LINES_COLUMNS_H_
#define TICKERHUB_LIB_CORE_LINES_COLUMNS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lines/record.h"
#include "tickerhub/feed_format.h"

namespace tickerhub::internal {

/// Which column says what.
class Columns {
 public:
  Columns() = default;
  explicit Columns(const std::vector<FeedField>& fields);

  /// The number of columns. 0: they are not known.
  std::size_t count() const { return count_; }
  /// From the left, 1 is the first. 0: there is no such column.
  std::size_t NumberOf(FeedField field) const;

  /// REQUIRES: there are count() fields.
  Record Pick(const std::vector<std::string_view>& fields) const {
    Record record;
    for (const auto& [field, place] : places_) record.Set(field, fields[place]);
    return record;
  }

 private:
  std::size_t count_ = 0;
  std::vector<std::pair<FeedField, std::size_t>> places_;
};

/// What a header says.
struct Header {
  Columns columns;
  std::string reason;   ///< why nobody can read what follows; empty: they can
  std::string ignored;  ///< the names that are not known: `"a", "b"`
  std::string unknown_time;  ///< one of them that may be a time, without a time
};

/// Names that a header has. A line with a value in it is no header.
struct HeaderSigns {
  std::size_t known = 0;    ///< names that are known
  bool has_needed = false;  ///< a word for the symbol, the price or the time
  bool has_value = false;   ///< a number or a time
};
HeaderSigns SignsOf(const std::vector<std::string_view>& names);

/// Reads the names of a header. `needs_symbol`: without a column for it the
/// header is refused.
Header ReadHeader(const std::vector<std::string_view>& names,
                  bool needs_symbol);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LINES_COLUMNS_H_
