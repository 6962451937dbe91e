// The headers of a LineReader, and the command that sorts a file.

#include <optional>
#include <utility>

#include "fields/known_names.h"
#include "fields/quoted.h"
#include "lines/line_reader.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

constexpr Separator kOfHeaders[] = {Separator::kComma, Separator::kSemicolon,
                                    Separator::kTab, Separator::kBar,
                                    Separator::kBlanks};

bool KnownWord(std::string_view name) {
  const std::optional<KnownName> known = KnownColumn(name);
  return known && known->clarity != Clarity::kLetter;
}

std::string ForShell(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-+,=@";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) {
    return text;
  }
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string BaseName(const std::string& file) {
  return file.substr(file.rfind('/') + 1);
}

}  // namespace

// Splits at the separator that makes most known names.
HeaderSigns LineReader::BestSplit(std::string_view line, Separator* best) {
  HeaderSigns signs;
  for (const Separator separator : kOfHeaders) {
    const bool blanks = separator == Separator::kBlanks;
    if (blanks ? signs.known > 1
               : !OccursUnquoted(line, static_cast<char>(separator))) {
      continue;
    }
    if (!splitter_.Split(line, separator)) continue;
    const HeaderSigns found = SignsOf(splitter_.fields());
    if (found.known <= signs.known) continue;
    signs = found;
    *best = separator;
  }
  if (signs.known > 0) splitter_.Split(line, *best);
  return signs;
}

// Returns false if the line is none. A ticker may be called as a column is
// (OPEN, LOW), so one known name is not enough below a good line. Above, it
// must be one that every file has, or stand where a price would.
bool LineReader::TakeHeader(std::string_view line, LineHandler* handler) {
  Separator separator{};
  const HeaderSigns signs = BestSplit(line, &separator);
  const bool is_alone = splitter_.fields().size() < 2 && !format_.symbol;
  if (signs.known == 0 || signs.has_value || is_alone) return false;
  const bool ends_known = KnownWord(splitter_.fields().back());
  const bool one_is_enough = !has_quote_ && (signs.has_needed || ends_known);
  if (signs.known < 2 && !one_is_enough) return false;
  if (!format_.columns.empty()) return true;  // the option counts
  Header header = ReadHeader(splitter_.fields(), !format_.symbol);
  if (has_quote_ && !header.reason.empty() && !signs.has_needed) return false;
  const bool is_new = header_ != line;
  header_ = line;
  separator_ = separator;
  columns_ = header.columns;
  refused_ = header.reason;
  if (!refused_.empty()) {
    handler->OnBadLine(refused_);
  } else if (is_new) {
    TellOf(header, handler);
  }
  return true;
}

// Between the commas of prose there are several words that name no column.
void LineReader::ReadComment(std::string_view line, LineHandler* handler) {
  if (has_quote_ || is_json_) return;
  Separator separator = Separator::kBlanks;
  BestSplit(line, &separator);
  if (separator == Separator::kBlanks) return;
  for (const std::string_view field : splitter_.fields()) {
    const bool is_word = Trimmed(field).find(' ') == std::string_view::npos;
    if (!is_word && !KnownColumn(field)) return;
  }
  TakeHeader(line, handler);
}

void LineReader::TellOf(const Header& header, LineHandler* handler) {
  if (!header.unknown_time.empty()) {
    const bool has_date = header.columns.NumberOf(FeedField::kDate) > 0;
    handler->OnNotice(
        (has_date ? "no column of the header is known as the time of day, so "
                    "prices get the start of their day; if "
                  : "no column of the header is known as the time, so prices "
                    "get the moment at which they come; if ") +
        Quoted(header.unknown_time) + " is the time, say so with --columns");
  }
  if (header.ignored.empty()) return;
  handler->OnNotice("these columns are not known and are ignored: " +
                    header.ignored);
}

// The names in it are those of the last line that was read.
std::string LineReader::SortCommand(const std::string& file,
                                    bool newest_first) const {
  const std::string name = ForShell(file);
  const std::string target = " > " + ForShell("sorted-" + BaseName(file));
  if (is_json_) {
    std::string field = "time";
    for (const auto& [json_name, what] : format_.json_fields) {
      if (what == FeedField::kTime) field = json_name;
    }
    return "jq -s -c 'sort_by(." + field + ")[]' " + name + target;
  }
  const std::string sort =
      newest_first ? "tac" : "LC_ALL=C sort -s" + SortKeys();
  if (header_.empty()) return sort + " " + name + target;
  return "(head -n 1 " + name + "; tail -n +2 " + name + " | " + sort + ")" +
         target;
}

std::string LineReader::SortKeys() const {
  std::string keys;
  const Separator separator = separator_.value_or(Separator::kComma);
  if (separator == Separator::kTab) {
    keys = " -t $'\\t'";
  } else if (separator != Separator::kBlanks) {
    keys = std::string(" -t '") + static_cast<char>(separator) + "'";
  }
  for (const FeedField field : {FeedField::kDate, FeedField::kTime}) {
    const std::size_t column = columns_.count() > 0
                                   ? columns_.NumberOf(field)
                                   : std::size_t{field == FeedField::kTime};
    if (column == 0) continue;
    const std::string number = std::to_string(column);
    keys.append(" -k ").append(number).append(",").append(number);
    if (time_is_number_) keys += 'n';
  }
  return keys;
}

}  // namespace tickerhub::internal
