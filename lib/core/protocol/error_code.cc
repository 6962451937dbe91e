#include "tickerhub/error_code.h"

#include <cstddef>
#include <iterator>

namespace tickerhub {
namespace {

// In the order of ErrorCode.
constexpr const char* kErrorNames[] = {
    "invalid-json",
    "binary",
    "unknown-type",
    "missing-field",
    "invalid-field",
    "rate-limited",
    "token-refused",
    "invalid-symbol",
    "already-tracked",
    "no-price",
    "too-many-stocks",
    "adding-disabled",
    "not-yours",
    "unknown-stock",
    "too-many-subscriptions",
    "history-disabled",
    "invalid-identifier",
    "reserved-identifier",
    "too-many-connections",
    "identity-is-fixed",
    "sending-disabled",
    "empty-message",
    "message-too-long",
    "name-needed",
    "invalid-group",
    "not-allowed",
    "unknown-recipient",
    "busy",
    "not-kept",
    "too-many-notifications",
    "unauthorized",
    "api-closed",
    "unsupported-media-type",
};
static_assert(std::size(kErrorNames) ==
              static_cast<std::size_t>(ErrorCode::kUnsupportedMediaType) + 1);

}  // namespace

const char* Name(ErrorCode code) {
  return kErrorNames[static_cast<std::size_t>(code)];
}

}  // namespace tickerhub
