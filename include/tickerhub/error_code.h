#ifndef TICKERHUB_ERROR_CODE_H_
#define TICKERHUB_ERROR_CODE_H_

// The reasons for which a service refuses a request. Both channels and the HTTP
// API share this list. On the wire an error carries the name of its code
// (docs/protocol.md has the table); a program gets the code itself.
//
//     notifier.Announce("Lunch", [](const auto& result) {
//       if (result.ok()) return;
//       if (result.rejection->code == tickerhub::ErrorCode::kEmptyMessage) {
//         std::cerr << result.rejection->message << std::endl;
//       }
//     });
//
// Threads: values; use them from any thread.

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
  kRateLimited,   ///< more often than a ClientBudget allows
  kTokenRefused,  ///< refresh: RefreshOptions::check refuses the token
  // /stocks
  kInvalidSymbol,         ///< add-stock: Symbol::Parse() refuses the text
  kAlreadyTracked,        ///< add-stock: the symbol is tracked already
  kNoPrice,               ///< add-stock: PriceSource::PriceOf() knows no price
  kTooManyStocks,         ///< add-stock: StockBook::Options::max_symbols
  kAddingDisabled,        ///< add-stock: StockTracker::Options::may_add
  kNotYours,              ///< remove-stock: somebody else has added it
  kUnknownStock,          ///< subscribe, unsubscribe, remove-stock: not tracked
  kTooManySubscriptions,  ///< subscribe: Options::max_subscriptions
  kHistoryDisabled,       ///< history: Options::history keeps nothing of it
  // /notifications
  kInvalidIdentifier,   ///< set-identifier: see IdentifyResult::kInvalid
  kReservedIdentifier,  ///< set-identifier: see IdentifyResult::kReserved
  kTooManyConnections,  ///< set-identifier: Options::max_connections_per_user
  kIdentityIsFixed,     ///< set-identifier: Options::identity_from_admission
  kSendingDisabled,  ///< send-notification: Options::may_send_to_all, …_users
  kEmptyMessage,     ///< the message has nothing but blanks
  kMessageTooLong,   ///< Notifier::Options::max_message_bytes
  kNameNeeded,       ///< a guest asks for what only a user has
  kInvalidGroup,     ///< that cannot be the name of a group
  kNotAllowed,       ///< Notifier::Options::may_…_groups
  kUnknownRecipient,  ///< nobody online has the name of the recipient
  kBusy,              ///< NotificationLog::Error::kBusy; try again
  kNotKept,           ///< any other NotificationLog::Error: nobody got it
  // The HTTP API only.
  kTooManyNotifications,  ///< Notifier::Options::max_batch
  kUnauthorized,          ///< the API token is missing or wrong
  kApiClosed,             ///< the server takes no writes by HTTP
  kUnsupportedMediaType,  ///< the body is not JSON
};

/// The name on the wire: "invalid-json".
TICKERHUB_EXPORT const char* Name(ErrorCode code);

/// Why a request was refused. Clients get both fields in an `error` message,
/// users of the HTTP API in the body of the response.
struct TICKERHUB_EXPORT Rejection {
  ErrorCode code;       ///< for programs
  std::string message;  ///< one sentence for people, with a full stop
};

}  // namespace tickerhub

#endif  // TICKERHUB_ERROR_CODE_H_
