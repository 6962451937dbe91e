#ifndef TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_

// Appends prices, symbols and times to JSON, as the protocol writes them.

#include <string>

#include "text/json.h"
#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal::protocol {

/// As a number, from the exact decimal.
inline void AppendPrice(std::string* out, Price price) {
  char digits[Price::kMaxChars];
  out->append(digits, price.Format(digits));
}

/// In quotes. A symbol needs no escaping.
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
