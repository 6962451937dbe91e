#include "lines/json_records.h"

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "fields/known_names.h"
#include "fields/quoted.h"

namespace tickerhub::internal {
namespace {

enum class Kind : std::uint8_t { kText, kNumber, kNull, kOther };

// What an object says of one field of ours, by the clearest of its names.
struct Value {
  bool found = false;
  Clarity clarity = Clarity::kLetter;
  Kind kind = Kind::kOther;
  std::string_view text;
  std::string_view name;
  std::string_view other_name;  // another one, as clear
};

bool IsDetail(FeedField field) { return field > FeedField::kDate; }

// Takes the fields of each object as the reader comes to them.
class Handler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  Handler(const FeedFormat& format, std::string* texts,
          std::vector<JsonRecord>* records)
      : format_(format), texts_(*texts), records_(*records) {}

  bool StartObject() {
    Take(Kind::kOther, {});
    if (arrays_ > 0) return true;  // of a field: nothing in it is ours
    if (ends_.empty()) {
      values_ = {};
      has_bar_ = false;
    }
    ends_.push_back(path_.size());
    return true;
  }
  bool EndObject(rapidjson::SizeType /*count*/) {
    if (arrays_ > 0) return true;
    ends_.pop_back();
    if (ends_.empty()) {
      path_.clear();
      Finish();
    }
    return true;
  }
  bool StartArray() {
    if (ends_.empty()) {
      if (std::exchange(in_list_, true)) return TakeItem();
      return true;
    }
    Take(Kind::kOther, {});
    ++arrays_;
    return true;
  }
  bool EndArray(rapidjson::SizeType /*count*/) {
    if (!ends_.empty()) --arrays_;
    return true;
  }

  bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    if (arrays_ > 0) return true;
    path_.resize(ends_.back());
    if (!path_.empty()) path_ += '.';
    path_.append(text, size);
    LookUp();
    return true;
  }

  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return ends_.empty() ? TakeItem() : Take(Kind::kText, {text, size});
  }
  // All numbers come here, because of kParseNumbersAsStringsFlag.
  bool RawNumber(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return ends_.empty() ? TakeItem() : Take(Kind::kNumber, {text, size});
  }
  bool Null() { return ends_.empty() ? TakeItem() : Take(Kind::kNull, {}); }
  bool Default() { return ends_.empty() ? TakeItem() : Take(Kind::kOther, {}); }

  // Why the reader was stopped. Empty: it was not.
  const std::string& reason() const { return reason_; }

 private:
  // An item of a list that is no object.
  bool TakeItem() {
    reason_ = "an array must hold objects only, each as a line would";
    return false;
  }

  // Sets what the newest key is.
  void LookUp() {
    known_.reset();
    if (!format_.json_fields.empty()) {
      for (const auto& [name, field] : format_.json_fields) {
        if (name != path_) continue;
        known_ = KnownName{field, Clarity::kOwnName};
        name_ = name;
      }
    } else if (ends_.size() == 1) {
      known_ = KnownJsonField(path_);
      if (known_) name_ = Keep(path_);
      has_bar_ |= path_ == "o" || path_ == "h" || path_ == "l";
    }
  }

  // All that is kept stands in the line, so there is room for it.
  std::string_view Keep(std::string_view text) {
    const std::size_t begin = texts_.size();
    texts_ += text;
    return std::string_view(texts_).substr(begin);
  }

  bool Take(Kind kind, std::string_view text) {
    if (arrays_ > 0 || ends_.empty() || !known_) return true;
    const KnownName known = *std::exchange(known_, std::nullopt);
    Value& value = values_[IndexOf(known.field)];
    if (value.found && known.clarity > value.clarity) return true;
    if (value.found && known.clarity == value.clarity) {
      value.other_name = name_;
      return true;
    }
    value = {true, known.clarity, kind, Keep(text), name_, {}};
    return true;
  }

  void Finish() {
    JsonRecord done;
    bool has_details = false;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      has_details |= values_[i].found && IsDetail(static_cast<FeedField>(i));
    }
    for (std::size_t i = 0; i < values_.size() && done.reason.empty(); ++i) {
      const auto field = static_cast<FeedField>(i);
      if (values_[i].found) {
        Finish(field, values_[i], &done);
      } else if ((field == FeedField::kPrice && !has_details) ||
                 (field == FeedField::kSymbol && !format_.symbol)) {
        done.reason = "the field " + Quoted(NameOf(field)) +
                      " is missing, see --json-fields";
      }
    }
    // Beside no open, high or low it may be the condition of a quote.
    if (done.reason.empty() && format_.json_fields.empty() && !has_bar_ &&
        values_[IndexOf(FeedField::kPrice)].name == "c") {
      done.reason =
          "the field \"c\" may be no price, because \"o\", \"h\" and \"l\" "
          "are not beside it; if it is the price, say so with --json-fields";
    }
    records_.push_back(std::move(done));
  }

  static void Finish(FeedField field, const Value& value, JsonRecord* done) {
    const bool is_name = field == FeedField::kSymbol;
    if (!value.other_name.empty()) {
      done->reason = WhyTwice(field, value);
    } else if (value.kind == Kind::kNull && !is_name) {
      return;  // the same as no field
    } else if (value.kind == Kind::kText ||
               (value.kind == Kind::kNumber && !is_name)) {
      done->record.Set(field, value.text);
    } else if (!IsDetail(field)) {
      done->reason = "the field " + Quoted(value.name) + " must be " +
                     (is_name ? "a string" : "a number or a string");
    }
  }

  static std::string WhyTwice(FeedField field, const Value& value) {
    if (value.name == value.other_name) {
      return "the field " + Quoted(value.name) + " occurs twice";
    }
    return "there are two fields for " + std::string(NameOf(field)) + ", " +
           Quoted(value.name) + " and " + Quoted(value.other_name) +
           "; say with --json-fields which one counts";
  }

  const FeedFormat& format_;
  std::string& texts_;
  std::vector<JsonRecord>& records_;
  std::string path_;               // of the newest key: "data.p"
  std::vector<std::size_t> ends_;  // of the paths of the objects that are open
  int arrays_ = 0;                 // open, inside of an object
  bool in_list_ = false;
  bool has_bar_ = false;            // the object has o, h or l
  std::optional<KnownName> known_;  // what the newest key is, before its value
  std::string_view name_;           // that key
  std::array<Value, kFeedFields> values_;
  std::string reason_;
};

}  // namespace

bool JsonRecords::Read(std::string_view line) {
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag;
  records_.clear();
  texts_.clear();
  texts_.reserve(line.size());  // then nothing in it moves
  rapidjson::MemoryStream bytes(line.data(), line.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream>
      stream(bytes);
  rapidjson::Reader reader;
  Handler handler(format_, &texts_, &records_);
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (!result.IsError()) return true;
  if (!handler.reason().empty()) {
    reason_ = handler.reason() + ": " + Quoted(line);
    return false;
  }
  std::string what = rapidjson::GetParseError_En(result.Code());
  if (!what.empty() && what.back() == '.') what.pop_back();
  reason_ = Quoted(line) + " is not a JSON object: " + what + " at byte " +
            std::to_string(result.Offset() + 1);
  if (line.size() <= 1) reason_ += "; write each object on one line (jq -c)";
  return false;
}

}  // namespace tickerhub::internal
