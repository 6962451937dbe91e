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

namespace tickerhub {

enum class ErrorCode : std::uint8_t {
  // Every channel and the HTTP API.
  kInvalidJson,   ///< not one JSON object in UTF-8, or nested too deep
  kBinary,        ///< a binary message
  kUnknownType,   ///< the channel has no such `type`
  kMissingField,  ///< a field that the type needs is absent
  kInvalidField,  ///< a field has the wrong type or is out of its range
  kRateLimited,   ///< more requests a second than one client may make
  // /stocks
  kInvalidSymbol,
  kAlreadyTracked,
  kNoPrice,
  kTooManyStocks,
  kAddingDisabled,
  kUnknownStock,
  kTooManySubscriptions,
  // /notifications
  kInvalidIdentifier,
  kReservedIdentifier,
  kTooManyConnections,
  kEmptyMessage,
  kMessageTooLong,
  kUnknownRecipient,
  // The HTTP API only.
  kUnauthorized,          ///< the API token is missing or wrong
  kApiClosed,             ///< the server takes no writes by HTTP
  kUnsupportedMediaType,  ///< the body is not JSON
};

/// The name on the wire: "invalid-json".
const char* Name(ErrorCode code);

/// Why a request was refused.
struct Rejection {
  ErrorCode code;
  std::string message;  ///< a sentence for people
};

}  // namespace tickerhub

#endif  // TICKERHUB_ERROR_CODE_H_
