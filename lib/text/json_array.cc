#include "text/json_array.h"

namespace tickerhub::internal {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view WithoutBlanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Where the string that begins at `at` ends: behind its second quote.
std::size_t EndOfString(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

// Where the item that begins at `at` ends: at a comma, or at the end.
std::size_t EndOfItem(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = EndOfString(text, at);
      continue;
    }
    if (c == ',' && depth == 0) break;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth > 0) --depth;
    ++at;
  }
  return at;
}

}  // namespace

std::variant<std::vector<std::string_view>, ArrayFault> SplitArray(
    std::string_view text, std::size_t max_items) {
  text = WithoutBlanks(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
    return ArrayFault::kNoArray;
  }
  const std::string_view inside = text.substr(1, text.size() - 2);
  std::vector<std::string_view> items;
  if (WithoutBlanks(inside).empty()) return items;
  for (std::size_t at = 0;; ++at) {
    if (items.size() == max_items) return ArrayFault::kTooLong;
    const std::size_t end = EndOfItem(inside, at);
    const std::string_view item = WithoutBlanks(inside.substr(at, end - at));
    if (item.empty() || item.front() != '{') return ArrayFault::kNoArray;
    items.push_back(item);
    if (end == inside.size()) return items;
    at = end;
  }
}

}  // namespace tickerhub::internal
