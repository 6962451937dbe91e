// Decoding of what clients send, and the answer that carries their text back.

#include <rapidjson/document.h>

#include <string>
#include <variant>

#include "fuzz/expect.h"
#include "protocol/client_message.h"
#include "protocol/error_message.h"
#include "protocol/notification_messages.h"
#include "requests/notification_rules.h"
#include "text/utf8.h"
#include "tickerhub/error_code.h"

namespace protocol = tickerhub::internal::protocol;
using tickerhub::fuzz::Expect;

namespace {

void ExpectJson(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                        text.size());
  Expect(!document.HasParseError(), "what the server writes is JSON");
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
  ExpectJson(protocol::EncodeError(tickerhub::ErrorCode::kInvalidJson,
                                   result.error_message, message.request_id)
                 .text());
  const auto read = tickerhub::internal::ReadNotification(message);
  const auto* notification = std::get_if<tickerhub::Notification>(&read);
  if (result.ok && notification != nullptr &&
      !tickerhub::internal::CheckTexts(*notification)) {
    ExpectJson(protocol::EncodeNotification(*notification).text());
  }
  return 0;
}
