#ifndef TICKERHUB_LIB_CORE_PROTOCOL_JSON_TEXT_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_JSON_TEXT_H_

// Appending JSON to a string: what the encoders are made of.

#include <cstdint>
#include <string>
#include <string_view>

#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal::protocol {

/// A string in quotes, escaped as RFC 8259 §7 asks; `text` is UTF-8. Also
/// escapes <, > and & (as \u003c), so that the JSON may stand in an HTML
/// script.
void AppendString(std::string* out, std::string_view text);
void AppendNumber(std::string* out, std::uint64_t number);
void AppendPrice(std::string* out, Price price);
/// In quotes; a symbol needs no escaping.
void AppendSymbol(std::string* out, const Symbol& symbol);
/// Milliseconds since 1970.
void AppendTime(std::string* out, Timestamp time);

/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, at most U+10FFFF.
bool IsValidUtf8(std::string_view text);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_JSON_TEXT_H_
