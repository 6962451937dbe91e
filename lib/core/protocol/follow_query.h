#ifndef TICKERHUB_LIB_CORE_PROTOCOL_FOLLOW_QUERY_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_FOLLOW_QUERY_H_

#include <optional>
#include <string_view>

#include "protocol/client_message.h"

namespace tickerhub::internal::protocol {

/// Decodes what a query asks for, "stocks=AAPL,MSFT&maxRate=2", as the
/// `subscribe` with the same fields. Returns nothing if the query has neither
/// of the two. Other parameters are skipped: they are for whoever admits. A
/// parameter that is given twice is refused, because only one would count.
std::optional<DecodeResult> DecodeFollowQuery(std::string_view query,
                                              const DecodeLimits& limits = {});

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_FOLLOW_QUERY_H_
