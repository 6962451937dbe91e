// ReadQuoteJson() of quote_line.h.

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "sources/quote_line.h"

namespace tickerhub::internal {
namespace {

enum class Field : std::uint8_t { kSymbol, kStock, kPrice, kTime, kNone };

// In the order of Field.
constexpr std::string_view kNames[] = {"symbol", "stock", "price", "time"};

// Takes the fields of the outer object as the reader comes to them. Ignores
// what is nested deeper. Returning false stops the reader.
class QuoteHandler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, QuoteHandler> {
 public:
  bool StartObject() {
    ++depth_;
    return TakeOther();
  }
  bool StartArray() { return StartObject(); }
  bool EndObject(rapidjson::SizeType /*count*/) {
    --depth_;
    return true;
  }
  bool EndArray(rapidjson::SizeType count) { return EndObject(count); }

  bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    if (depth_ != 1) return true;
    key_.assign(text, size);
    field_ = static_cast<Field>(
        std::find(std::begin(kNames), std::end(kNames), key_) - kNames);
    return true;
  }

  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return Take({text, size});
  }
  // All numbers come here, because of kParseNumbersAsStringsFlag.
  bool RawNumber(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return IsName() ? TakeOther() : Take({text, size});
  }
  bool Null() { return field_ == Field::kTime || TakeOther(); }
  bool Default() { return TakeOther(); }

  // Why the reader was stopped. Empty: it was not.
  const std::string& reason() const { return reason_; }

  // The fields after a good end, or the reason if one is missing.
  std::variant<QuoteJson, std::string> Finish(std::string_view line) {
    auto& symbol =
        Value(Value(Field::kSymbol) ? Field::kSymbol : Field::kStock);
    auto& price = Value(Field::kPrice);
    if (!symbol || !price) {
      return "the field " + Quoted(symbol ? "price" : "symbol") +
             " is missing: " + Quoted(line);
    }
    return QuoteJson{std::move(*symbol), std::move(*price),
                     std::move(Value(Field::kTime))};
  }

 private:
  std::optional<std::string>& Value(Field field) {
    return values_[static_cast<std::size_t>(field)];
  }

  bool IsName() const {
    return field_ == Field::kSymbol || field_ == Field::kStock;
  }

  // Not so anywhere deeper: a field of ours that opens a level is refused.
  bool IsOurs() const { return field_ != Field::kNone; }

  bool Take(std::string_view text) {
    if (!IsOurs()) return true;
    std::optional<std::string>& place = Value(field_);
    if (place.has_value()) {
      reason_ = "the field " + Quoted(key_) + " occurs twice";
      return false;
    }
    place.emplace(text);
    return true;
  }

  // A value of a kind that none of our fields has.
  bool TakeOther() {
    if (!IsOurs()) return true;
    reason_ = "the field " + Quoted(key_) + " must be " +
              (IsName() ? "a string" : "a number or a string");
    return false;
  }

  int depth_ = 0;
  std::string key_;  // the newest of the outer object
  Field field_ = Field::kNone;
  std::optional<std::string> values_[std::size(kNames)];
  std::string reason_;
};

}  // namespace

std::variant<QuoteJson, std::string> ReadQuoteJson(std::string_view line) {
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag;
  rapidjson::MemoryStream bytes(line.data(), line.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream>
      stream(bytes);
  rapidjson::Reader reader;
  QuoteHandler handler;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (!handler.reason().empty()) return handler.reason() + ": " + Quoted(line);
  if (!result.IsError()) return handler.Finish(line);
  std::string what = rapidjson::GetParseError_En(result.Code());
  if (!what.empty() && what.back() == '.') what.pop_back();
  return Quoted(line) + " is not a JSON object: " + what + " at byte " +
         std::to_string(result.Offset() + 1);
}

}  // namespace tickerhub::internal
