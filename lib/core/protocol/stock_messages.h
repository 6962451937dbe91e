#ifndef TICKERHUB_LIB_CORE_PROTOCOL_STOCK_MESSAGES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_STOCK_MESSAGES_H_

// What the server says on /stocks (docs/protocol.md), but for `error`. Pointers
// to quotes, so that none is copied on its way from the book to the wire.

#include <cstddef>
#include <string_view>
#include <vector>

#include "tickerhub/payload.h"
#include "tickerhub/quote.h"

namespace tickerhub::internal::protocol {

/// The `update` that holds all a client follows.
Payload EncodeSnapshot(Sequence seq, const std::vector<const Quote*>& quotes);

/// The `update` of what changed after `since`. A high or a low goes in only if
/// a client that knows the state at `since` can't tell it from the price.
/// REQUIRES: count > 0.
Payload EncodeUpdate(Sequence seq, Sequence since, const Quote* const* quotes,
                     std::size_t count);

Payload EncodeNewStock(Sequence seq, Sequence since, const Quote& quote);
Payload EncodeStockRemoved(Sequence seq, Sequence since, const Symbol& symbol);
Payload EncodeHeartbeat(Sequence seq);

/// `max_rate` is JSON, as a Pace names it, and `request_id` as ClientMessage
/// has it; empty: none.
Payload EncodeSubscribedToAll(std::string_view max_rate,
                              std::string_view request_id);
Payload EncodeSubscribed(const std::vector<Symbol>& symbols,
                         std::string_view max_rate,
                         std::string_view request_id);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_STOCK_MESSAGES_H_
