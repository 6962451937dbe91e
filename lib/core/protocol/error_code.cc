#include "tickerhub/error_code.h"

namespace tickerhub {

const char* Name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidJson:
      return "invalid-json";
    case ErrorCode::kBinary:
      return "binary";
    case ErrorCode::kUnknownType:
      return "unknown-type";
    case ErrorCode::kMissingField:
      return "missing-field";
    case ErrorCode::kInvalidField:
      return "invalid-field";
    case ErrorCode::kRateLimited:
      return "rate-limited";
    case ErrorCode::kInvalidSymbol:
      return "invalid-symbol";
    case ErrorCode::kAlreadyTracked:
      return "already-tracked";
    case ErrorCode::kNoPrice:
      return "no-price";
    case ErrorCode::kTooManyStocks:
      return "too-many-stocks";
    case ErrorCode::kAddingDisabled:
      return "adding-disabled";
    case ErrorCode::kUnknownStock:
      return "unknown-stock";
    case ErrorCode::kTooManySubscriptions:
      return "too-many-subscriptions";
    case ErrorCode::kInvalidIdentifier:
      return "invalid-identifier";
    case ErrorCode::kReservedIdentifier:
      return "reserved-identifier";
    case ErrorCode::kTooManyConnections:
      return "too-many-connections";
    case ErrorCode::kEmptyMessage:
      return "empty-message";
    case ErrorCode::kMessageTooLong:
      return "message-too-long";
    case ErrorCode::kUnknownRecipient:
      return "unknown-recipient";
    case ErrorCode::kUnauthorized:
      return "unauthorized";
    case ErrorCode::kApiClosed:
      return "api-closed";
    case ErrorCode::kUnsupportedMediaType:
      return "unsupported-media-type";
  }
  return "error";  // not reached: the compiler checks that no code is missing
}

}  // namespace tickerhub
