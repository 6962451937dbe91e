#include "stock_tracker/feed_options.h"

#include <cstdint>
#include <string>

#include "tickerhub/symbol.h"

namespace tickerhub::examples {
namespace {

constexpr std::uint64_t kLongestLine = std::uint64_t{1} << 30;
constexpr std::uint64_t kMostPending = 1'000'000'000;

void ThrowUnlessOk(const Status& status, const std::string& option) {
  if (!status.ok()) throw UsageError(option + ": " + status.message());
}

void ReadSymbol(const std::string& text, FeedFormat* format) {
  format->symbol = Symbol::Parse(text);
  if (!format->symbol) {
    throw UsageError("--symbol must be a symbol, not \"" + text +
                     "\": " + Symbol::Rule());
  }
}

}  // namespace

void AddFeedOptions(CommandLine* line, FeedOptions* options) {
  FeedFormat* const format = &options->format;
  line->AddParsed(
      "--columns", "LIST", "from the header",
      [format](const std::string& list) {
        ThrowUnlessOk(format->SetColumns(list), "--columns");
      },
      "replay, stdin: what the columns are, such as time,symbol,price,-,volume "
      "(docs/feeds.md); - is ignored");
  line->AddParsed(
      "--json-fields", "LIST", "the usual names",
      [format](const std::string& list) {
        ThrowUnlessOk(format->SetJsonFields(list), "--json-fields");
      },
      "replay, stdin: what the fields of JSON lines are called, such as "
      "symbol=s,price=c,time=E or price=data.p");
  line->AddParsed(
      "--symbol", "SYMBOL", "",
      [format](const std::string& text) { ReadSymbol(text, format); },
      "replay, stdin: the instrument of all lines, for files of one");
  line->AddWholeNumber("--max-sort-mib", 0, 1'048'576, &options->max_sort_mib,
                       "replay: memory for a recording that is not in the "
                       "order of time, in MiB");
  line->AddWholeNumber("--max-line-bytes", 1, kLongestLine,
                       &options->max_line_bytes,
                       "replay, stdin: bytes of a line; a longer one is a bad "
                       "line");
  line->AddWholeNumber("--max-pending", 1, kMostPending, &options->max_pending,
                       "stdin: prices that wait until they are published; past "
                       "it older ones of the same stocks go first");
}

void CheckFeedOptions(const CommandLine& line, const FeedOptions& options,
                      bool is_replay, bool reads_lines) {
  for (const char* name :
       {"--columns", "--json-fields", "--symbol", "--max-line-bytes"}) {
    if (line.WasGiven(name) && !reads_lines) {
      throw UsageError(std::string(name) +
                       " is for --source replay:FILE and stdin only");
    }
  }
  if (line.WasGiven("--max-sort-mib") && !is_replay) {
    throw UsageError("--max-sort-mib is for --source replay:FILE only");
  }
  if (line.WasGiven("--max-pending") && (is_replay || !reads_lines)) {
    throw UsageError("--max-pending is for --source stdin only");
  }
  ThrowUnlessOk(options.format.Check(),
                line.WasGiven("--columns") ? "--columns" : "--json-fields");
}

}  // namespace tickerhub::examples
