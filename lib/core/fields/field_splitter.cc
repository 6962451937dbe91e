#include "fields/field_splitter.h"

#include <algorithm>

#include "fields/quoted.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

// Of a file with tabs as separators, a tab is no blank.
std::string_view WithoutBlanks(std::string_view text, Separator separator) {
  if (separator != Separator::kTab) return Trimmed(text);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

bool FieldSplitter::Split(std::string_view line, Separator separator) {
  fields_.clear();
  unescaped_.clear();
  unescaped_.reserve(line.size());  // then nothing in it moves
  if (separator == Separator::kBlanks) {
    SplitAtBlanks(Trimmed(line));
    return true;
  }
  const char c = static_cast<char>(separator);
  for (;;) {
    line = WithoutBlanks(line, separator);
    if (!line.empty() && line.front() == '"') {
      if (!TakeQuotedField(&line)) return false;
      line = WithoutBlanks(line, separator);
      if (!line.empty() && line.front() != c) {
        reason_ =
            "there is text behind a closing double quote: " + Quoted(line);
        return false;
      }
    } else {
      const std::size_t size = std::min(line.find(c), line.size());
      fields_.push_back(WithoutBlanks(line.substr(0, size), separator));
      line.remove_prefix(size);
    }
    if (line.empty()) return true;
    line.remove_prefix(1);
  }
}

void FieldSplitter::SplitAtBlanks(std::string_view line) {
  while (!line.empty()) {
    const auto end = std::find_if(line.begin(), line.end(), IsBlank);
    const auto size = static_cast<std::size_t>(end - line.begin());
    fields_.push_back(line.substr(0, size));
    line.remove_prefix(size);
    SkipBlanks(&line);
  }
}

// Takes the field off the front of the line, where its first quote is.
bool FieldSplitter::TakeQuotedField(std::string_view* line) {
  const std::string_view start = *line;
  const std::size_t begin = unescaped_.size();
  line->remove_prefix(1);
  for (;;) {
    const std::size_t end = line->find('"');
    if (end == std::string_view::npos) {
      reason_ = "the double quote that opens " + Quoted(start) +
                " is never closed on this line";
      return false;
    }
    const std::string_view part = line->substr(0, end);
    const bool goes_on = line->substr(end + 1, 1) == "\"";
    line->remove_prefix(end + 1);
    if (!goes_on && unescaped_.size() == begin) {
      fields_.push_back(part);  // as it stands in the line
      return true;
    }
    unescaped_ += part;
    if (!goes_on) {
      fields_.push_back(std::string_view(unescaped_).substr(begin));
      return true;
    }
    unescaped_ += '"';
    line->remove_prefix(1);
  }
}

bool OccursUnquoted(std::string_view line, char c) {
  if (line.find('"') == std::string_view::npos) {
    return line.find(c) != std::string_view::npos;
  }
  bool quoted = false;
  for (const char at : line) {
    if (at == '"') quoted = !quoted;
    if (at == c && !quoted) return true;
  }
  return false;
}

}  // namespace tickerhub::internal
