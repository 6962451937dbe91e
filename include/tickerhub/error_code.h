#ifndef TICKERHUB_ERROR_CODE_H_
#define TICKERHUB_ERROR_CODE_H_

// The reasons for which a service refuses a request. Both channels and the HTTP
// API share this list. On the wire an error carries the name of its code
// (docs/protocol.md has the table, with the HTTP status of each); a program
// gets the code itself. A refused request changes nothing and closes nothing.
// Further codes may come, so a program needs a way to deal with one that it
// does not know.
//
//     notifier.Announce("Lunch", [](const auto& result) {
//       if (result.ok()) return;
//       if (result.rejection->code == tickerhub::ErrorCode::kEmptyMessage) {
//         std::cerr << result.rejection->message << std::endl;
//       }
//     });
//
// Threads: values; use them from any thread.

#include <chrono>
#include <cstdint>
#include <string>

#include "tickerhub/export.h"

namespace tickerhub {

enum class ErrorCode : std::uint8_t {
  // Every channel and the HTTP API.
  kInvalidJson,   ///< not one JSON object in UTF-8, or nested too deep
  kBinary,        ///< a binary message
  kUnknownType,   ///< the channel has no such `type`
  kMissingField,  ///< a field that the type needs is absent
  kInvalidField,  ///< a field has the wrong type or is out of its range
  kRateLimited,   ///< more often than a ClientBudget or
                  ///< RefreshOptions::interval allows; try again later
  kTokenRefused,  ///< refresh: the token is refused, is somebody else's or has
                  ///< no end, or the session has none
  // /stocks
  kInvalidSymbol,         ///< add-stock: Symbol::Parse() refuses the text
  kAlreadyTracked,        ///< add-stock: the symbol is tracked already
  kNoPrice,               ///< add-stock: PriceSource::PriceOf() knows no price
  kTooManyStocks,         ///< add-stock: StockBook::Options::max_symbols, or
                          ///< StockTracker::Options::max_client_stocks
  kAddingDisabled,        ///< add-stock: StockTracker::Options::may_add
  kNotYours,              ///< remove-stock: somebody else has added it
  kUnknownStock,          ///< any request but add-stock: not tracked
  kTooManySubscriptions,  ///< subscribe, unsubscribe:
                          ///< StockTracker::Options::max_subscriptions
  kHistoryDisabled,       ///< history: HistoryOptions keeps none of it
  // /notifications
  kInvalidIdentifier,   ///< set-identifier: see IdentifyResult::kInvalid
  kReservedIdentifier,  ///< set-identifier: see IdentifyResult::kReserved
  kTooManyConnections,  ///< set-identifier: see
                        ///< IdentifyResult::kTooManyConnections
  kIdentityIsFixed,     ///< set-identifier:
                        ///< Notifier::Options::identity_from_admission
  kSendingDisabled,  ///< send-notification: Notifier::Options::may_send_to_all,
                     ///< may_send_to_users or may_send_to_groups
  kEmptyMessage,     ///< the message has nothing that can be seen
  kMessageTooLong,   ///< Notifier::Options::max_message_bytes
  kNameNeeded,       ///< a guest asks for what only a user has
  kInvalidGroup,     ///< that cannot be the name of a group
  kNotAllowed,       ///< Notifier::Options::may_join_groups or
                     ///< may_list_members; somebody else's inbox
  kUnknownRecipient,  ///< no user that is known and no connection has the name
  kBusy,              ///< the log, Notifier::Options::max_waiting or
                      ///< max_followers; try again later
  kNotKept,           ///< the log could not keep it: nobody got it
  // The HTTP API only.
  kTooManyNotifications,  ///< Notifier::Options::max_batch
  kUnauthorized,          ///< the API token is missing or wrong
  kApiClosed,             ///< this needs an API token, and the server has none
  kUnsupportedMediaType,  ///< the body is not JSON
};

/// Returns the name on the wire: "invalid-json".
TICKERHUB_EXPORT const char* Name(ErrorCode code);

/// Why a request was refused. Clients get both fields in an `error` message,
/// users of the HTTP API in the body of the response.
struct TICKERHUB_EXPORT Rejection {
  ErrorCode code;       ///< for programs
  std::string message;  ///< one sentence for people, with a full stop
  /// How long to wait before the next try; 0: that is not known. Set if a
  /// ClientBudget refused it. Users of the HTTP API get it as `Retry-After`.
  std::chrono::seconds retry_after{0};
};

}  // namespace tickerhub

#endif  // TICKERHUB_ERROR_CODE_H_
