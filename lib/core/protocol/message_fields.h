#ifndef TICKERHUB_LIB_CORE_PROTOCOL_MESSAGE_FIELDS_H_
#define TICKERHUB_LIB_CORE_PROTOCOL_MESSAGE_FIELDS_H_

// The fields of what clients send, and which type knows which.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/client_message.h"

namespace tickerhub::internal::protocol {

enum class Field : std::uint8_t {
  kType,
  kRequestId,
  kStock,
  kStocks,
  kMaxRate,
  kInterval,
  kSince,
  kIdentifier,
  kRecipientId,
  kMessage,
  kTitle,
  kLevel,
  kLink,
  kEpoch,
  kAfter,
  kToken,
  kSecret,
  kKey,
  kReplaces,
  kPriority,
  kGroup,
  kTtl,
  kDeliverAt,
  kUpTo,
  kBefore,
  kLimit,
  kId,
  kIds,
  kActions,
  kNone,  // one that no type knows; its value is skipped
};

inline constexpr char kNumberRule[] =
    "must be a whole number that is not negative.";

struct FieldRule {
  std::string_view name;
  std::optional<std::string> ClientMessage::*text;  // null: not a plain text
  const char* rule = "must be a string.";
  // Null: not a whole number.
  std::optional<std::uint64_t> ClientMessage::*number = nullptr;
};

// In the order of Field.
inline constexpr FieldRule kFields[] = {
    {"type", &ClientMessage::type_name},
    {"requestId", nullptr, "must be a short string or a whole number."},
    {"stock", &ClientMessage::stock},
    {"stocks", nullptr, "must be a list of strings that is not too long."},
    {"maxRate", nullptr, "must be a number that is not negative."},
    {"interval", &ClientMessage::interval},
    {"since", nullptr, kNumberRule, &ClientMessage::since},
    {"identifier", &ClientMessage::identifier},
    {"recipientId", &ClientMessage::recipient_id},
    {"message", &ClientMessage::message},
    {"title", &ClientMessage::title},
    {"level", &ClientMessage::level},
    {"link", &ClientMessage::link},
    {"epoch", &ClientMessage::epoch},
    {"after", nullptr, kNumberRule, &ClientMessage::after},
    {"token", &ClientMessage::token},
    {"secret", &ClientMessage::secret},
    {"key", &ClientMessage::key},
    {"replaces", &ClientMessage::replaces},
    {"priority", &ClientMessage::priority},
    {"group", &ClientMessage::group},
    {"ttl", nullptr, kNumberRule, &ClientMessage::ttl},
    {"deliverAt", nullptr, kNumberRule, &ClientMessage::deliver_at},
    {"upTo", nullptr, kNumberRule, &ClientMessage::up_to},
    {"before", nullptr, kNumberRule, &ClientMessage::before},
    {"limit", nullptr, kNumberRule, &ClientMessage::limit},
    {"id", nullptr, kNumberRule, &ClientMessage::id},
    {"ids", nullptr, "must be a list of whole numbers that is not too long."},
    {"actions", nullptr,
     "must be a short list of objects with 'label' and 'link'."},
};
inline constexpr std::size_t kFieldCount = sizeof(kFields) / sizeof(kFields[0]);
static_assert(kFieldCount == static_cast<std::size_t>(Field::kNone));

using FieldSet = std::uint32_t;

constexpr FieldSet Bit(Field field) {
  return FieldSet{1} << static_cast<unsigned>(field);
}

template <typename... Fields>
constexpr FieldSet SetOf(Fields... fields) {
  return static_cast<FieldSet>((Bit(fields) | ... | 0u));
}

inline constexpr FieldSet kSendNotificationFields =
    SetOf(Field::kRecipientId, Field::kMessage, Field::kTitle, Field::kLevel,
          Field::kLink, Field::kKey, Field::kReplaces, Field::kPriority,
          Field::kTtl, Field::kDeliverAt, Field::kActions);

struct TypeRule {
  std::string_view name;
  MessageType type;
  FieldSet fields;  // what it knows besides type and requestId
};

inline constexpr TypeRule kTypes[] = {
    {"add-stock", MessageType::kAddStock, SetOf(Field::kStock)},
    {"remove-stock", MessageType::kRemoveStock, SetOf(Field::kStock)},
    {"subscribe", MessageType::kSubscribe,
     SetOf(Field::kStocks, Field::kMaxRate)},
    {"unsubscribe", MessageType::kUnsubscribe, SetOf(Field::kStocks)},
    {"history", MessageType::kHistory,
     SetOf(Field::kStocks, Field::kInterval, Field::kLimit, Field::kSince)},
    {"set-identifier", MessageType::kSetIdentifier,
     SetOf(Field::kIdentifier, Field::kSecret)},
    {"send-notification", MessageType::kSendNotification,
     kSendNotificationFields},
    {"resume", MessageType::kResume, SetOf(Field::kEpoch, Field::kAfter)},
    {"inbox", MessageType::kInbox,
     SetOf(Field::kAfter, Field::kBefore, Field::kLimit)},
    {"read", MessageType::kRead, SetOf(Field::kIds, Field::kUpTo)},
    {"delete", MessageType::kDelete, SetOf(Field::kId)},
    {"join", MessageType::kJoin, SetOf(Field::kGroup)},
    {"leave", MessageType::kLeave, SetOf(Field::kGroup)},
    {"members", MessageType::kMembers, SetOf(Field::kGroup)},
    {"groups", MessageType::kGroups, SetOf()},
    {"refresh", MessageType::kRefresh, SetOf(Field::kToken)},
};

inline Field FindField(std::string_view name) {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (kFields[i].name == name) return static_cast<Field>(i);
  }
  return Field::kNone;
}

}  // namespace tickerhub::internal::protocol

#endif  // TICKERHUB_LIB_CORE_PROTOCOL_MESSAGE_FIELDS_H_
