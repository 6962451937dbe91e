#ifndef TICKERHUB_LIB_CORE_LINES_JSON_RECORDS_H_
#define TICKERHUB_LIB_CORE_LINES_JSON_RECORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "lines/record.h"
#include "tickerhub/feed_format.h"

namespace tickerhub::internal {

/// One object of a line.
struct JsonRecord {
  Record record;
  std::string reason;  ///< why it cannot be taken; empty: it can
};

/// Reads the JSON of a line: an object, or an array of them. A number is the
/// text in the line, so nothing passes through a double.
class JsonRecords {
 public:
  /// `format` must outlive this.
  explicit JsonRecords(const FeedFormat& format) : format_(format) {}

  /// Returns false if the line is not JSON; reason() then says why. The records
  /// are valid until the next call.
  /// REQUIRES: no NUL byte in `line`.
  bool Read(std::string_view line);

  const std::vector<JsonRecord>& records() const { return records_; }
  const std::string& reason() const { return reason_; }

 private:
  const FeedFormat& format_;
  std::vector<JsonRecord> records_;
  std::string texts_;  // what the records point into
  std::string reason_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LINES_JSON_RECORDS_H_
