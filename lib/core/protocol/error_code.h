#ifndef TICKERHUB_LIB_CORE_PROTOCOL_ERROR_CODE_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_ERROR_CODE_H_

// The `code` of an `error` message: all of them, in one place (docs/protocol.md
// has the table).

#include <cstdint>

namespace tickerhub::internal::protocol {

enum class ErrorCode : std::uint8_t {
  // Both channels.
  kInvalidJson,   // not one JSON object in UTF-8, or nested too deep
  kBinary,        // a binary message
  kUnknownType,   // no such `type` on this channel
  kMissingField,  // a field that the type needs is not there
  kInvalidField,  // a field of the wrong type or out of its range
  kRateLimited,
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
};

/// As on the wire: "invalid-json".
const char* Name(ErrorCode code);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_ERROR_CODE_H_
