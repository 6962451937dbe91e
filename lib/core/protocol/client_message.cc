#include "protocol/client_message.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <utility>

#include "text/json.h"
#include "text/utf8.h"

namespace tickerhub::internal::protocol {
namespace {

enum class Field : std::uint8_t {
  kType,
  kRequestId,
  kStock,
  kStocks,
  kMaxRate,
  kIdentifier,
  kRecipientId,
  kMessage,
  kTitle,
  kLevel,
  kLink,
  kEpoch,
  kAfter,
  kToken,
  kNone,  // one that no type knows; its value is skipped
};

struct FieldRule {
  std::string_view name;
  std::optional<std::string> ClientMessage::*text;  // null: not a plain text
  const char* rule = "must be a string.";
};

// In the order of Field.
constexpr FieldRule kFields[] = {
    {"type", &ClientMessage::type_name},
    {"requestId", nullptr, "must be a short string or a whole number."},
    {"stock", &ClientMessage::stock},
    {"stocks", nullptr, "must be a list of strings that is not too long."},
    {"maxRate", nullptr, "must be a number that is not negative."},
    {"identifier", &ClientMessage::identifier},
    {"recipientId", &ClientMessage::recipient_id},
    {"message", &ClientMessage::message},
    {"title", &ClientMessage::title},
    {"level", &ClientMessage::level},
    {"link", &ClientMessage::link},
    {"epoch", &ClientMessage::epoch},
    {"after", nullptr, "must be a whole number that is not negative."},
    {"token", &ClientMessage::token},
};
constexpr std::size_t kFieldCount = sizeof(kFields) / sizeof(kFields[0]);
static_assert(kFieldCount == static_cast<std::size_t>(Field::kNone));

using FieldSet = std::uint16_t;

constexpr FieldSet Bit(Field field) {
  return static_cast<FieldSet>(1u << static_cast<unsigned>(field));
}

template <typename... Fields>
constexpr FieldSet SetOf(Fields... fields) {
  return static_cast<FieldSet>((Bit(fields) | ... | 0u));
}

constexpr FieldSet kSendNotificationFields =
    SetOf(Field::kRecipientId, Field::kMessage, Field::kTitle, Field::kLevel,
          Field::kLink);

struct TypeRule {
  std::string_view name;
  MessageType type;
  FieldSet fields;  // what it knows besides type and requestId
};

constexpr TypeRule kTypes[] = {
    {"add-stock", MessageType::kAddStock, SetOf(Field::kStock)},
    {"remove-stock", MessageType::kRemoveStock, SetOf(Field::kStock)},
    {"subscribe", MessageType::kSubscribe,
     SetOf(Field::kStocks, Field::kMaxRate)},
    {"unsubscribe", MessageType::kUnsubscribe, SetOf(Field::kStocks)},
    {"set-identifier", MessageType::kSetIdentifier, SetOf(Field::kIdentifier)},
    {"send-notification", MessageType::kSendNotification,
     kSendNotificationFields},
    {"resume", MessageType::kResume, SetOf(Field::kEpoch, Field::kAfter)},
    {"refresh", MessageType::kRefresh, SetOf(Field::kToken)},
};

Field FindField(std::string_view name) {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (kFields[i].name == name) return static_cast<Field>(i);
  }
  return Field::kNone;
}

bool IsWholeNumber(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Nothing if it is negative or does not fit.
template <typename Number>
std::optional<Number> Parse(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const std::from_chars_result r = std::from_chars(text.data(), end, number);
  if (r.ec != std::errc() || r.ptr != end || number < 0) return std::nullopt;
  return number;
}

// Takes the reader's events and fills a ClientMessage. A field of a wrong type
// is noted and the reading goes on: the message may yet turn out not to be
// JSON, a later duplicate may replace it, and requestId may follow.
class Collector
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Collector> {
 public:
  Collector(const DecodeLimits& limits, ClientMessage* message)
      : limits_(limits), message_(*message) {}

  // Why the reading was ended by one of the events; null if by none.
  const char* refusal() const { return refusal_; }
  FieldSet bad_fields() const { return bad_fields_; }

  // What rapidjson::Reader calls; false ends the reading.
  bool Null() {
    if (depth_ != kInField) return OtherValue();
    Forget();
    return true;
  }
  bool Default() { return OtherValue(); }  // the values not named here
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy);
  bool String(const char* text, rapidjson::SizeType size, bool copy);
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == kInField) field_ = FindField({text, size});
    return true;
  }
  bool StartObject() { return (depth_ == 0 || OtherValue()) && Enter(); }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray();
  bool EndArray(rapidjson::SizeType size) {
    if (depth_ == kInList) in_stocks_ = false;
    return EndObject(size);
  }

 private:
  static constexpr std::size_t kInField = 1;  // depth of a field's value
  static constexpr std::size_t kInList = 2;   // depth of an item of `stocks`

  bool Refuse(const char* why) {
    refusal_ = why;
    return false;
  }
  bool Enter();
  // A value that no field takes.
  bool OtherValue();
  // A field's value begins; what a duplicate brought before is forgotten.
  void Forget();
  void MarkBad() {
    if (field_ != Field::kNone) bad_fields_ |= Bit(field_);
  }
  // Where the field's text goes. Null if it is not a plain text.
  std::optional<std::string>* Text();
  void TakeText(std::string_view text);

  const DecodeLimits& limits_;
  ClientMessage& message_;
  std::size_t depth_ = 0;
  Field field_ = Field::kNone;
  bool in_stocks_ = false;
  FieldSet bad_fields_ = 0;
  const char* refusal_ = nullptr;
};

bool Collector::Enter() {
  if (depth_ == limits_.max_depth) return Refuse("It is nested too deep.");
  ++depth_;
  return true;
}

bool Collector::OtherValue() {
  if (depth_ == 0) return Refuse("It is not an object.");
  if (depth_ == kInField) Forget();
  if (depth_ == kInField || (depth_ == kInList && in_stocks_)) MarkBad();
  return true;
}

void Collector::Forget() {
  if (field_ == Field::kNone) return;
  bad_fields_ &= static_cast<FieldSet>(~Bit(field_));
  if (std::optional<std::string>* text = Text()) text->reset();
  if (field_ == Field::kRequestId) message_.request_id.clear();
  if (field_ == Field::kStocks) message_.stocks.reset();
  if (field_ == Field::kMaxRate) message_.max_rate.reset();
  if (field_ == Field::kAfter) message_.after.reset();
}

std::optional<std::string>* Collector::Text() {
  const auto text = kFields[static_cast<std::size_t>(field_)].text;
  return text == nullptr ? nullptr : &(message_.*text);
}

bool Collector::RawNumber(const char* text, rapidjson::SizeType size, bool) {
  if (depth_ != kInField) return OtherValue();
  Forget();
  const std::string_view number(text, size);
  if (field_ == Field::kRequestId && size <= limits_.max_request_id_bytes &&
      IsWholeNumber(number)) {
    message_.request_id = number;
  } else if (field_ == Field::kAfter) {
    message_.after = Parse<std::uint64_t>(number);
    if (!message_.after) MarkBad();
  } else if (field_ == Field::kMaxRate) {
    message_.max_rate = Parse<double>(number);
    if (!message_.max_rate) MarkBad();
  } else {
    MarkBad();
  }
  return true;
}

bool Collector::String(const char* text, rapidjson::SizeType size, bool) {
  const bool is_field = depth_ == kInField && field_ != Field::kNone;
  const bool is_item = depth_ == kInList && in_stocks_;
  if (!is_field && !is_item) return OtherValue();
  // The reader lets the escape of a lone low surrogate through.
  const std::string_view value(text, size);
  if (!IsValidUtf8(value)) return Refuse("A text is not Unicode.");
  if (is_field) {
    TakeText(value);
  } else if (message_.stocks->size() < limits_.max_array_items) {
    message_.stocks->emplace_back(value);
  } else {
    MarkBad();
  }
  return true;
}

void Collector::TakeText(std::string_view text) {
  Forget();
  if (std::optional<std::string>* target = Text()) {
    target->emplace(text);
  } else if (field_ == Field::kRequestId &&
             text.size() <= limits_.max_request_id_bytes) {
    AppendString(&message_.request_id, text);
  } else {
    MarkBad();
  }
}

bool Collector::StartArray() {
  if (depth_ == kInField && field_ == Field::kStocks) {
    Forget();
    message_.stocks.emplace();
    in_stocks_ = true;
  } else if (!OtherValue()) {
    return false;
  }
  return Enter();
}

void Fail(DecodeResult* result, ErrorCode error, std::string sentence) {
  result->error = error;
  result->error_message = std::move(sentence);
}

// Sets the type and checks the fields that it knows.
void CheckFields(const Collector& collector, bool needs_type,
                 DecodeResult* result) {
  ClientMessage& message = result->message;
  FieldSet known = Bit(Field::kRequestId);
  if (needs_type) {
    known |= Bit(Field::kType);
    for (const TypeRule& rule : kTypes) {
      if (rule.name != message.type_name) continue;
      message.type = rule.type;
      known |= rule.fields;
      break;
    }
  } else {
    known |= kSendNotificationFields;
  }
  const FieldSet bad = collector.bad_fields() & known;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if ((bad & Bit(static_cast<Field>(i))) == 0) continue;
    return Fail(result, ErrorCode::kInvalidField,
                "'" + std::string(kFields[i].name) + "' " + kFields[i].rule);
  }
  if (needs_type && !message.type_name) {
    return Fail(result, ErrorCode::kMissingField, "'type' is missing.");
  }
  result->ok = true;
}

}  // namespace

DecodeResult Decode(std::string_view text, const DecodeLimits& limits,
                    bool needs_type) {
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag;
  DecodeResult result;
  Collector collector(limits, &result.message);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, collector);
  if (collector.refusal() != nullptr) {
    Fail(&result, ErrorCode::kInvalidJson, collector.refusal());
  } else if (parsed.IsError()) {
    Fail(&result, ErrorCode::kInvalidJson,
         "At byte " + std::to_string(parsed.Offset()) + ": " +
             rapidjson::GetParseError_En(parsed.Code()));
  } else if (stream.Tell() != text.size()) {  // it takes a zero for the end
    Fail(&result, ErrorCode::kInvalidJson, "There is a zero byte in it.");
  } else {
    CheckFields(collector, needs_type, &result);
  }
  return result;
}

}  // namespace tickerhub::internal::protocol
