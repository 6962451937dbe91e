#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_FIELD_VALUE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_FIELD_VALUE_H_

// What the values of HTTP fields are made of: elements in a list, and optional
// white space around them.
//
//   std::string_view list = "gzip ,, deflate";
//   // "gzip", "", "deflate":
//   while (!list.empty()) Use(TakeElement(&list, ','));
//
// Any thread may call these.

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tickerhub::internal {

/// Optional white space is of these (RFC 9110 §5.6.3).
constexpr bool IsBlank(char c) { return c == ' ' || c == '\t'; }

/// Takes the blanks off the front.
inline void SkipBlanks(std::string_view* text) {
  while (!text->empty() && IsBlank(text->front())) text->remove_prefix(1);
}

/// `text` without the blanks at its ends.
inline std::string_view Trimmed(std::string_view text) {
  SkipBlanks(&text);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the first element off the list, and the separator behind it. Returns
/// it trimmed; it may be empty (RFC 9110 §5.6.1.2). Quotes mean nothing here.
inline std::string_view TakeElement(std::string_view* list, char separator) {
  const std::size_t size = std::min(list->find(separator), list->size());
  const std::string_view element = list->substr(0, size);
  list->remove_prefix(std::min(size + 1, list->size()));
  return Trimmed(element);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_FIELD_VALUE_H_
