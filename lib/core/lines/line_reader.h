#ifndef TICKERHUB_LIB_CORE_LINES_LINE_READER_H_
#define TICKERHUB_LIB_CORE_LINES_LINE_READER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fields/field_splitter.h"
#include "lines/columns.h"
#include "lines/json_records.h"
#include "lines/record.h"
#include "tickerhub/feed_format.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal {

/// Hears what the lines of a feed say. The sentences have no full stop.
class LineHandler {
 public:
  virtual void OnQuote(const FeedQuote& quote) = 0;
  /// The line, or one object of it, cannot be taken.
  virtual void OnBadLine(std::string_view reason) = 0;
  /// Something that a person should know, once: columns that are ignored.
  virtual void OnNotice(std::string_view sentence) = 0;

 protected:
  ~LineHandler() = default;
};

/// Reads the lines of one feed, in all the forms of docs/feeds.md. No other
/// place knows them. Remembers the header.
class LineReader {
 public:
  explicit LineReader(FeedFormat format);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// Reads one line as LineSplitter::LineCallback gets it. Any bytes may be in
  /// it.
  void Read(std::string_view line, bool whole, LineHandler* handler);

  /// The next line is the first one of the same feed.
  void StartAgain();

  /// Returns the command that sorts such a file by time, oldest line first.
  /// `newest_first`: its lines stand in the opposite order.
  std::string SortCommand(const std::string& file, bool newest_first) const;

 private:
  void ReadJson(std::string_view line, LineHandler* handler);
  void ReadFields(std::string_view line, LineHandler* handler);
  std::optional<FeedQuote> ReadColumns(std::string_view line);
  std::optional<FeedQuote> ReadForm(std::string_view line);
  bool SplitForm(std::string_view line);
  bool IsPlausible(const Record& record, std::string_view line);
  bool IsPlausibleComma(const Record& record, std::string_view line);
  bool CountsSince1970(const Record& record, const FeedQuote& quote);
  bool IsPlausibleTime(Timestamp time);
  std::string_view WhenItIs(Timestamp time) const;
  bool FindSeparator(std::string_view line);
  bool TakeHeader(std::string_view line, LineHandler* handler);
  // Above the first price it may be a header all the same.
  void ReadComment(std::string_view line, LineHandler* handler);
  HeaderSigns BestSplit(std::string_view line, Separator* best);
  void TellOf(const Header& header, LineHandler* handler);
  std::optional<FeedQuote> Take(const Record& record);
  std::string SortKeys() const;

  const FeedFormat format_;
  FieldSplitter splitter_;
  JsonRecords json_;
  // What is known of the columns: from the option, or from the newest header.
  Columns columns_;
  std::optional<Separator> separator_;
  std::string refused_;  // why nobody can read what follows the header
  std::string header_;   // that header, as it stands
  bool at_start_ = true;
  bool has_quote_ = false;  // of a line with fields
  // Why none of the lines is one; a text of the program.
  std::string_view other_form_;
  bool is_json_ = false;
  bool time_is_number_ = false;  // of the last line that had one
  std::string reason_;           // of the line that is being read
  Timestamp now_{};              // of the wall clock, some time ago
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_CORE_LINES_LINE_READER_H_
