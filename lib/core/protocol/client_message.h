#ifndef TICKERHUB_LIB_CORE_PROTOCOL_CLIENT_MESSAGE_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_CLIENT_MESSAGE_H_

// Decoding of what clients send, on both channels. Nothing that comes over the
// wire is trusted: sizes and depth are bounded, text is strict UTF-8, numbers
// stay text until a field wants one. Fields that a type doesn't know are
// skipped; of a field that occurs twice the last one counts.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/error_code.h"

namespace tickerhub::internal::protocol {

enum class MessageType : std::uint8_t {
  kAddStock,
  kRemoveStock,
  kSubscribe,
  kUnsubscribe,
  kHistory,
  kSetIdentifier,
  kSendNotification,
  kResume,
  kInbox,
  kRead,
  kDelete,
  kJoin,
  kLeave,
  kMembers,
  kGroups,
  kRefresh,
  kUnknown,  // some other `type`
};

struct ActionFields {
  std::optional<std::string> label;
  std::optional<std::string> link;
};

struct ClientMessage {
  MessageType type = MessageType::kUnknown;
  /// The requestId as JSON, ready to be echoed: "\"a1\"" with its quotes
  /// (escaped anew), or "17". Empty if none was sent.
  std::string request_id;

  // Unset: not sent. A null is as if it was not sent.
  std::optional<std::string> type_name;
  std::optional<std::string> stock;
  std::optional<std::vector<std::string>> stocks;
  std::optional<double> max_rate;  // not negative
  std::optional<std::string> interval;
  std::optional<std::uint64_t> since;  // milliseconds since 1970
  std::optional<std::string> identifier;
  std::optional<std::string> recipient_id;
  std::optional<std::string> message;
  std::optional<std::string> title;
  std::optional<std::string> level;
  std::optional<std::string> link;
  std::optional<std::string> epoch;
  std::optional<std::uint64_t> after;
  std::optional<std::string> token;
  std::optional<std::string> secret;
  std::optional<std::string> key;
  std::optional<std::string> replaces;
  std::optional<std::string> priority;
  std::optional<std::string> group;
  std::optional<std::uint64_t> ttl;         // seconds
  std::optional<std::uint64_t> deliver_at;  // milliseconds since 1970
  std::optional<std::uint64_t> up_to;
  std::optional<std::uint64_t> before;
  std::optional<std::uint64_t> limit;
  std::optional<std::uint64_t> id;
  std::optional<std::vector<std::uint64_t>> ids;
  std::optional<std::vector<ActionFields>> actions;
};

struct DecodeLimits {
  std::size_t max_depth = 8;             // nested objects and arrays
  std::size_t max_array_items = 10'000;  // of `stocks`
  std::size_t max_ids = 1'000;
  std::size_t max_actions = 16;
  std::size_t max_request_id_bytes = 64;
};

struct DecodeResult {
  bool ok = false;
  /// Also after an error: as far as it was read, for its request_id.
  ClientMessage message;
  ErrorCode error = ErrorCode::kInvalidJson;
  std::string error_message;  // a sentence
};

/// `needs_type` false: a body without `type` will do (POST /api/notifications).
DecodeResult Decode(std::string_view text, const DecodeLimits& limits = {},
                    bool needs_type = true);

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_CLIENT_MESSAGE_H_
