// Decoding of what clients send, and the answer that carries their text back;
// and the parts of a batch, beside what RapidJSON finds in it.

#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzz/expect.h"
#include "protocol/client_message.h"
#include "protocol/error_message.h"
#include "protocol/notification_messages.h"
#include "requests/notification_rules.h"
#include "text/json_array.h"
#include "text/utf8.h"
#include "tickerhub/error_code.h"

namespace protocol = tickerhub::internal::protocol;
using tickerhub::ErrorCode;
using tickerhub::fuzz::Expect;

namespace {

void ExpectJson(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                        text.size());
  Expect(!document.HasParseError(), "what the server writes is JSON");
}

// Reads `text` from its first byte to its last. Document::Parse() would skip
// each byte of a byte order mark, and the reader takes a zero for the end.
bool ParsesAs(std::string_view text, rapidjson::Document* document) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  document->ParseStream<rapidjson::kParseIterativeFlag>(stream);
  return !document->HasParseError() && stream.Tell() == text.size();
}

bool IsObject(std::string_view text) {
  rapidjson::Document document;
  return ParsesAs(text, &document) && document.IsObject();
}

// How many objects an array has; nothing if it is none, or has something else.
std::optional<std::size_t> CountObjects(std::string_view text) {
  rapidjson::Document document;
  if (!ParsesAs(text, &document) || !document.IsArray()) return std::nullopt;
  for (const auto& item : document.GetArray()) {
    if (!item.IsObject()) return std::nullopt;
  }
  return document.Size();
}

void Split(std::string_view text) {
  constexpr std::size_t kMost = 1'000;
  const auto parts = tickerhub::internal::SplitArray(text, kMost);
  const auto* const items = std::get_if<std::vector<std::string_view>>(&parts);
  const std::optional<std::size_t> objects = CountObjects(text);
  if (items == nullptr) {
    Expect(!objects || *objects > kMost, "an array of objects is split");
  } else if (std::all_of(items->begin(), items->end(), IsObject)) {
    Expect(objects == items->size(), "what has good parts is an array of them");
  } else {
    Expect(!objects, "an array has good parts");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text = tickerhub::fuzz::AsText(data, size);
  const protocol::DecodeResult result = protocol::Decode(text);
  const protocol::ClientMessage& message = result.message;
  if (result.ok) {
    Expect(tickerhub::internal::IsValidUtf8(text), "only UTF-8 is accepted");
    Expect(message.type_name.has_value(), "what is accepted has a type");
  } else {
    Expect(!result.error_message.empty(), "a refusal has a sentence");
  }
  ExpectJson(protocol::EncodeError(ErrorCode::kInvalidJson,
                                   result.error_message, message.request_id)
                 .text());
  Split(text);
  const protocol::DecodeResult body = protocol::Decode(text, {}, false);
  Expect(body.ok || !body.error_message.empty(), "a refusal has a sentence");
  Expect(!result.ok || body.ok || body.error == ErrorCode::kInvalidField,
         "a message is a body too, except for its fields");
  const auto read = tickerhub::internal::ReadNotification(message);
  const auto* notification = std::get_if<tickerhub::Notification>(&read);
  if (result.ok && notification != nullptr &&
      !tickerhub::internal::CheckTexts(*notification)) {
    ExpectJson(protocol::EncodeNotification(*notification).text());
  }
  return 0;
}
