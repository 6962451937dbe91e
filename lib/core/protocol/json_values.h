#ifndef TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_

// Begins and ends messages, and appends fields, prices, symbols and times to
// JSON, as the protocol writes them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "text/json.h"
#include "tickerhub/payload.h"
#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal::protocol {

/// Begins a message with `text`, for Payload::InPlace(). Has room for `size`
/// bytes of text.
inline std::string BeginMessage(std::size_t size, std::string_view text) {
  std::string message;
  message.reserve(Payload::kHeaderRoom + size);
  message.append(Payload::kHeaderRoom, '\0').append(text);
  return message;
}

/// Ends a message with the requestId of the request that it answers.
/// `request_id` is JSON as ClientMessage has it; none if it is empty.
inline Payload EndMessage(std::string message,
                          std::string_view request_id = {}) {
  if (!request_id.empty()) {
    message.append(R"(,"requestId":)").append(request_id);
  }
  message += '}';
  return Payload::InPlace(std::move(message));
}

/// Appends ,"name":"text".
inline void AppendField(std::string* out, std::string_view name,
                        std::string_view text) {
  out->append(",\"").append(name).append("\":");
  AppendString(out, text);
}

inline void AppendField(std::string* out, std::string_view name,
                        std::uint64_t number) {
  out->append(",\"").append(name).append("\":");
  AppendNumber(out, number);
}

/// As a number, from the exact decimal.
inline void AppendPrice(std::string* out, Price price) {
  char digits[Price::kMaxChars];
  out->append(digits, price.Format(digits));
}

/// In quotes. A symbol needs no escaping: it has neither a quote nor a
/// backslash nor a control character, and no < that could end an HTML script.
inline void AppendSymbol(std::string* out, const Symbol& symbol) {
  *out += '"';
  out->append(symbol.view());
  *out += '"';
}

/// In milliseconds since 1970.
inline void AppendTime(std::string* out, Timestamp time) {
  AppendNumber(out, time.time_since_epoch().count());
}

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_
