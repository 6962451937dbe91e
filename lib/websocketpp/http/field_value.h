#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_FIELD_VALUE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_FIELD_VALUE_H_

// Takes the values of HTTP fields apart: lists of elements, with optional white
// space (spaces and tabs, RFC 9110 §5.6.3) around them.
//
//   std::string_view list = "gzip ,, deflate";
//   // "gzip", "", "deflate":
//   while (!list.empty()) Use(TakeElement(&list, ','));
//
// Any thread may call these.

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "text/ascii.h"

namespace tickerhub::internal {

/// Removes the first element and the separator after it from the list. Returns
/// the element trimmed. It may be empty (RFC 9110 §5.6.1.2). A separator inside
/// quotes separates too.
inline std::string_view TakeElement(std::string_view* list, char separator) {
  const std::size_t size = std::min(list->find(separator), list->size());
  const std::string_view element = list->substr(0, size);
  list->remove_prefix(std::min(size + 1, list->size()));
  return Trimmed(element);
}

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_FIELD_VALUE_H_
