#include "notify/notification_text.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace tickerhub::examples {
namespace {

// Refuses texts that are not UTF-8 instead of changing them.
using Writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>,
                                 rapidjson::UTF8<>, rapidjson::CrtAllocator,
                                 rapidjson::kWriteValidateEncodingFlag>;

// Iterative: else RapidJSON goes one level of the stack deeper for each level
// of a text.
constexpr unsigned kParseFlags = rapidjson::kParseValidateEncodingFlag |
                                 rapidjson::kParseIterativeFlag |
                                 rapidjson::kParseFullPrecisionFlag;

class Fields {
 public:
  explicit Fields(Writer* writer) : writer_(*writer) {}

  void Add(const char* name, const std::string& text) {
    if (text.empty()) return;
    writer_.Key(name);
    AddString(text);
  }
  void AddString(std::string_view text) {
    is_fine_ = writer_.String(text.data(),
                              static_cast<rapidjson::SizeType>(text.size())) &&
               is_fine_;
  }
  bool is_fine() const { return is_fine_; }

 private:
  Writer& writer_;
  bool is_fine_ = true;
};

void AddActions(const std::vector<std::string>& actions, Writer* writer,
                Fields* fields) {
  if (actions.empty()) return;
  writer->Key("actions");
  writer->StartArray();
  for (const std::string& action : actions) {
    const std::size_t sign = action.find('=');
    writer->StartObject();
    fields->Add("label", action.substr(0, sign));
    fields->Add("link", action.substr(sign + 1));
    writer->EndObject();
  }
  writer->EndArray();
}

using Object = rapidjson::Value;

std::string TextOf(const Object& object, const char* name) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsString()) return "";
  return {found->value.GetString(), found->value.GetStringLength()};
}

std::uint64_t NumberOf(const Object& object, const char* name) {
  const auto found = object.FindMember(name);
  const bool is_number = found != object.MemberEnd() && found->value.IsUint64();
  return is_number ? found->value.GetUint64() : 0;
}

bool IsTrue(const Object& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsTrue();
}

std::string Counted(std::uint64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

NotifyStatus StatusOf(const std::string& code) {
  if (code == "unknown-recipient") return NotifyStatus::kUnknown;
  if (code == "busy" || code == "not-kept" || code == "rate-limited") {
    return NotifyStatus::kTryAgain;
  }
  return NotifyStatus::kRefused;
}

// Nothing if it is not what a notifier says.
std::optional<Outcome> OutcomeOf(const Object& answer) {
  if (!answer.IsObject()) return std::nullopt;
  const auto error = answer.FindMember("error");
  if (error != answer.MemberEnd() && error->value.IsObject()) {
    const std::string code = TextOf(error->value, "code");
    return Outcome{StatusOf(code),
                   code + ": " + TextOf(error->value, "message")};
  }
  if (IsTrue(answer, "scheduled")) {
    return Outcome{NotifyStatus::kAccepted, "kept for later"};
  }
  if (!answer.HasMember("id")) return std::nullopt;
  return Outcome{
      NotifyStatus::kAccepted,
      "id " + std::to_string(NumberOf(answer, "id")) + ": delivered to " +
          Counted(NumberOf(answer, "delivered"), "connection") +
          ", waits for " + Counted(NumberOf(answer, "queued"), "user")};
}

}  // namespace

std::string NotificationText(const NotifyOptions& options) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  Fields fields(&writer);
  writer.StartObject();
  fields.Add("recipientId", options.recipient);
  writer.Key("message");  // also if it is empty: the server says so
  fields.AddString(options.message);
  fields.Add("level", options.level);
  fields.Add("title", options.title);
  fields.Add("link", options.link);
  fields.Add("replaces", options.tag);
  fields.Add("priority", options.priority);
  AddActions(options.actions, &writer, &fields);
  if (options.ttl.count() > 0) {
    writer.Key("ttl");
    writer.Int64(
        std::chrono::duration_cast<std::chrono::seconds>(options.ttl).count());
  }
  writer.EndObject();
  if (!fields.is_fine()) return "";
  return {buffer.GetString(), buffer.GetSize()};
}

bool IsJsonObject(std::string_view text) {
  rapidjson::Document document;
  document.Parse<kParseFlags>(text.data(), text.size());
  return !document.HasParseError() && document.IsObject();
}

Outcome ReadOutcome(long http_status, std::string_view body) {
  rapidjson::Document document;
  document.Parse<kParseFlags>(body.data(), body.size());
  if (!document.HasParseError()) {
    if (auto outcome = OutcomeOf(document)) return *std::move(outcome);
  }
  return {NotifyStatus::kUnreached,
          "what answers there is no notifier (HTTP status " +
              std::to_string(http_status) + ")"};
}

std::optional<std::vector<Outcome>> ReadOutcomes(std::string_view body,
                                                 std::size_t count) {
  rapidjson::Document document;
  document.Parse<kParseFlags>(body.data(), body.size());
  if (document.HasParseError() || !document.IsArray() ||
      document.Size() != count) {
    return std::nullopt;
  }
  std::vector<Outcome> outcomes;
  for (const Object& answer : document.GetArray()) {
    auto outcome = OutcomeOf(answer);
    if (!outcome) return std::nullopt;
    outcomes.push_back(*std::move(outcome));
  }
  return outcomes;
}

}  // namespace tickerhub::examples
