#include "protocol/client_message.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <utility>

#include "protocol/message_fields.h"
#include "text/json.h"
#include "text/read_number.h"
#include "text/utf8.h"

namespace tickerhub::internal::protocol {
namespace {

bool IsWholeNumber(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
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
    if (depth_ == kInAction) action_text_ = ActionText({text, size});
    return true;
  }
  bool StartObject();
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray();
  bool EndArray(rapidjson::SizeType size) {
    if (depth_ == kInList) list_ = Field::kNone;
    return EndObject(size);
  }

 private:
  static constexpr std::size_t kInField = 1;  // depth of a field's value
  static constexpr std::size_t kInList = 2;   // depth of an item of a list
  static constexpr std::size_t kInAction = 3;

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
  // Where a field of the newest action goes; null if it has no such field.
  std::optional<std::string>* ActionText(std::string_view name);

  const DecodeLimits& limits_;
  ClientMessage& message_;
  std::size_t depth_ = 0;
  Field field_ = Field::kNone;
  Field list_ = Field::kNone;  // the field whose items are read
  std::optional<std::string>* action_text_ = nullptr;
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
  const bool is_item = depth_ == kInList && list_ != Field::kNone;
  const bool is_of_action = depth_ == kInAction && action_text_ != nullptr;
  if (depth_ == kInField || is_item || is_of_action) MarkBad();
  return true;
}

std::optional<std::string>* Collector::ActionText(std::string_view name) {
  if (list_ != Field::kActions || message_.actions->empty()) return nullptr;
  ActionFields& action = message_.actions->back();
  if (name == "label") return &action.label;
  return name == "link" ? &action.link : nullptr;
}

bool Collector::StartObject() {
  action_text_ = nullptr;
  if (depth_ == kInList && list_ == Field::kActions) {
    if (message_.actions->size() >= limits_.max_actions) {
      MarkBad();
    } else {
      message_.actions->emplace_back();
    }
    return Enter();
  }
  return (depth_ == 0 || OtherValue()) && Enter();
}

void Collector::Forget() {
  if (field_ == Field::kNone) return;
  bad_fields_ &= static_cast<FieldSet>(~Bit(field_));
  if (std::optional<std::string>* text = Text()) text->reset();
  if (field_ == Field::kRequestId) message_.request_id.clear();
  if (field_ == Field::kStocks) message_.stocks.reset();
  if (field_ == Field::kMaxRate) message_.max_rate.reset();
  if (field_ == Field::kIds) message_.ids.reset();
  if (field_ == Field::kActions) message_.actions.reset();
  const auto number = kFields[static_cast<std::size_t>(field_)].number;
  if (number != nullptr) (message_.*number).reset();
}

std::optional<std::string>* Collector::Text() {
  const auto text = kFields[static_cast<std::size_t>(field_)].text;
  return text == nullptr ? nullptr : &(message_.*text);
}

bool Collector::RawNumber(const char* text, rapidjson::SizeType size, bool) {
  const std::string_view number(text, size);
  if (depth_ == kInList && list_ == Field::kIds) {
    const auto id = ReadNumber<std::uint64_t>(number);
    const bool has_room = message_.ids->size() < limits_.max_ids;
    if (id && has_room) message_.ids->push_back(*id);
    if (!id || !has_room) MarkBad();
    return true;
  }
  if (depth_ != kInField) return OtherValue();
  Forget();
  const auto target = field_ == Field::kNone
                          ? nullptr
                          : kFields[static_cast<std::size_t>(field_)].number;
  if (field_ == Field::kRequestId && size <= limits_.max_request_id_bytes &&
      IsWholeNumber(number)) {
    message_.request_id = number;
  } else if (target != nullptr) {
    message_.*target = ReadNumber<std::uint64_t>(number);
    if (!(message_.*target)) MarkBad();
  } else if (field_ == Field::kMaxRate) {
    const auto rate = ReadNumber<double>(number);
    if (rate && *rate >= 0) {
      message_.max_rate = rate;
    } else {
      MarkBad();
    }
  } else {
    MarkBad();
  }
  return true;
}

bool Collector::String(const char* text, rapidjson::SizeType size, bool) {
  const bool is_field = depth_ == kInField && field_ != Field::kNone;
  const bool is_item = depth_ == kInList && list_ == Field::kStocks;
  const bool is_of_action = depth_ == kInAction && action_text_ != nullptr;
  if (!is_field && !is_item && !is_of_action) return OtherValue();
  // The reader lets the escape of a lone low surrogate through.
  const std::string_view value(text, size);
  if (!IsValidUtf8(value)) return Refuse("A text is not Unicode.");
  if (is_field) {
    TakeText(value);
  } else if (is_of_action) {
    action_text_->emplace(value);
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
  action_text_ = nullptr;
  const bool is_list = field_ == Field::kStocks || field_ == Field::kIds ||
                       field_ == Field::kActions;
  if (depth_ == kInField && is_list) {
    Forget();
    list_ = field_;
    if (list_ == Field::kStocks) message_.stocks.emplace();
    if (list_ == Field::kIds) message_.ids.emplace();
    if (list_ == Field::kActions) message_.actions.emplace();
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
