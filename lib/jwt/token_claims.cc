#include "token_claims.h"

#include <rapidjson/document.h>

#include <array>
#include <cstddef>

#include "text/ascii.h"
#include "text/utf8.h"

namespace tickerhub::internal {
namespace {

using Pool = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;
using Value = Document::ValueType;

// An object of a token in memory that lives on the stack, as nearly all fit.
class TokenObject {
 public:
  // Reads in place.
  explicit TokenObject(std::string& json)
      : pool_(values_.data(), values_.size()),
        stack_(parsing_.data(), parsing_.size()),
        document_(&pool_, kStackBytes, &stack_) {
    constexpr unsigned kFlags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag;
    // RapidJSON would take a zero for the end, and read beyond the end if that
    // is inside a character.
    if (json.find('\0') != std::string::npos || !IsValidUtf8(json)) return;
    document_.ParseInsitu<kFlags>(json.data());
    is_good_ = !document_.HasParseError() && document_.IsObject();
  }

  // Null if there is none. It is not good any more if there are two.
  const Value* Find(std::string_view name) {
    const Value* found = nullptr;
    if (!is_good_) return nullptr;
    for (const auto& member : document_.GetObject()) {
      if (TextOf(member.name) != name) continue;
      if (found != nullptr) is_good_ = false;
      found = &member.value;
    }
    return found;
  }
  bool is_good() const { return is_good_; }

  static std::string_view TextOf(const Value& value) {
    return {value.GetString(), value.GetStringLength()};
  }

 private:
  static constexpr std::size_t kStackBytes = 512;

  alignas(8) std::array<char, 2'048> values_;
  alignas(8) std::array<char, 1'024> parsing_;
  Pool pool_;
  Pool stack_;
  Document document_;
  bool is_good_ = false;
};

// A text, not empty and of a bounded size.
bool TakeText(const Value& value, std::string* text) {
  constexpr std::size_t kLongest = 256;
  if (!value.IsString()) return false;
  const std::string_view view = TokenObject::TextOf(value);
  // The reader lets the escape of a lone low surrogate through.
  if (view.empty() || view.size() > kLongest || !IsValidUtf8(view)) {
    return false;
  }
  *text = view;
  return true;
}

// NumericDate (RFC 7519 §2): seconds, perhaps with a fraction.
bool TakeTime(const Value& value, Timestamp* time) {
  constexpr double kYear9999 = 253'402'300'799.0;
  if (!value.IsNumber()) return false;
  const double seconds = value.GetDouble();
  if (!(seconds >= 0 && seconds <= kYear9999)) return false;
  *time = Timestamp(
      std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1'000)));
  return true;
}

// A text or a list of texts. `separator`: also apart by it in one text.
bool TakeTexts(const Value& value, std::optional<char> separator,
               std::vector<std::string>* texts) {
  if (value.IsArray()) {
    for (const Value& item : value.GetArray()) {
      if (!TakeText(item, &texts->emplace_back())) return false;
    }
    return true;
  }
  if (!value.IsString()) return false;
  if (!separator) return TakeText(value, &texts->emplace_back());
  std::string_view rest = TokenObject::TextOf(value);
  if (!IsValidUtf8(rest)) return false;
  while (!rest.empty()) {
    const std::string_view text = TakePart(&rest, *separator);
    if (!text.empty()) texts->emplace_back(text);
  }
  return true;
}

bool TakeOptionalClaims(TokenObject* object, TokenClaims* claims) {
  if (const Value* const value = object->Find("nbf")) {
    if (!TakeTime(*value, &claims->not_before.emplace())) return false;
  }
  if (const Value* const value = object->Find("iss")) {
    if (!TakeText(*value, &claims->issuer.emplace())) return false;
  }
  if (const Value* const value = object->Find("aud")) {
    if (!TakeTexts(*value, std::nullopt, &claims->audience)) return false;
  }
  if (const Value* const value = object->Find("scope")) {
    if (!TakeTexts(*value, ' ', &claims->scope.emplace())) return false;
  }
  return true;
}

}  // namespace

std::optional<TokenHeader> ReadTokenHeader(std::string& json) {
  TokenObject object(json);
  TokenHeader header;
  const Value* const algorithm = object.Find("alg");
  if (algorithm == nullptr || !TakeText(*algorithm, &header.algorithm)) {
    return std::nullopt;
  }
  if (const Value* const key_id = object.Find("kid")) {
    if (!TakeText(*key_id, &header.key_id.emplace())) return std::nullopt;
  }
  if (object.Find("crit") != nullptr || !object.is_good()) return std::nullopt;
  return header;
}

ClaimsError ReadTokenClaims(std::string& json, TokenClaims* claims) {
  TokenObject object(json);
  if (!object.is_good()) return ClaimsError::kMalformed;
  const Value* const subject = object.Find("sub");
  const Value* const expires = object.Find("exp");
  const bool is_complete =
      subject != nullptr && TakeText(*subject, &claims->subject) &&
      expires != nullptr && TakeTime(*expires, &claims->expires) &&
      TakeOptionalClaims(&object, claims);
  if (!object.is_good()) return ClaimsError::kMalformed;
  return is_complete ? ClaimsError::kNone : ClaimsError::kClaims;
}

}  // namespace tickerhub::internal
