#ifndef TICKERHUB_LIB_CORE_PROTOCOL_STOCK_MESSAGES_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_STOCK_MESSAGES_H_

// Encodes the messages of the server on /stocks (docs/protocol.md), except
// `error`. Takes pointers to quotes, so no quote is copied between the book and
// the wire.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "tickerhub/feed_state.h"
#include "tickerhub/payload.h"
#include "tickerhub/quote.h"

namespace tickerhub::internal::protocol {

/// How current the prices are.
struct Freshness {
  FeedState feed = FeedState::kLive;
  std::optional<Timestamp> newest;  // the time of the newest price
};

Payload EncodeStatus(const Freshness& freshness);

/// Encodes the `update` with all that a client follows.
Payload EncodeSnapshot(Sequence seq, const std::vector<const Quote*>& quotes,
                       const Freshness& freshness);

/// The same snapshot for a client that has fallen behind and did not get
/// `skipped` changes. A copy of the text, which costs far less than to encode
/// it.
Payload WithSkipped(const Payload& snapshot, Sequence skipped);

/// Encodes the `update` with what changed after `since`. Contains a high, a low
/// or a detail only if a client that knows the state at `since` cannot tell it
/// from the price, and a whole quote if no single field tells what changed.
/// REQUIRES: count > 0.
Payload EncodeUpdate(Sequence seq, Sequence since, const Quote* const* quotes,
                     std::size_t count);

/// The same for one quote and a client that has all changes up to `known`,
/// while the number that it keeps for this stock may be any up to it. So
/// `since` is 0.
Payload EncodeCatchUp(Sequence seq, Sequence known, const Quote& quote);

/// Contains the whole quote if it has details.
Payload EncodeNewStock(Sequence seq, Sequence since, const Quote& quote);
Payload EncodeStockRemoved(Sequence seq, Sequence since, const Symbol& symbol);
Payload EncodeHeartbeat(Sequence seq);

/// `max_rate` is JSON as in Pace::name, `request_id` as in ClientMessage. Each
/// may be empty; its field is then left out.
Payload EncodeSubscribedToAll(std::string_view max_rate,
                              std::string_view request_id);
Payload EncodeSubscribed(const std::vector<Symbol>& symbols,
                         std::string_view max_rate,
                         std::string_view request_id);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_STOCK_MESSAGES_H_
