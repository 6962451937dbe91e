#ifndef TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_

// Appends prices, symbols and times to JSON, as the protocol writes them.

#include <string>

#include "tickerhub/price.h"
#include "tickerhub/symbol.h"
#include "tickerhub/timestamp.h"

namespace tickerhub::internal::protocol {

/// As a number, from the exact decimal.
void AppendPrice(std::string* out, Price price);
/// In quotes. A symbol needs no escaping.
void AppendSymbol(std::string* out, const Symbol& symbol);
/// In milliseconds since 1970.
void AppendTime(std::string* out, Timestamp time);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_JSON_VALUES_H_
