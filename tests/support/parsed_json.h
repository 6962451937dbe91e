#ifndef TICKERHUB_TESTS_SUPPORT_PARSED_JSON_H_
#define TICKERHUB_TESTS_SUPPORT_PARSED_JSON_H_

// A JSON object as another parser reads it: what the tests of encoders look at.

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub {

class ParsedJson {
 public:
  explicit ParsedJson(std::string_view text) : text_(text) {
    document_->Parse<rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                            text.size());
    if (document_->HasParseError() || !document_->IsObject()) {
      ADD_FAILURE() << "no JSON object: " << text;
      document_->SetObject();
    }
  }

  bool Has(const char* field) const { return document_->HasMember(field); }

  /// The text of a string, "" if it is none.
  std::string Text(const char* field) const {
    const auto member = document_->FindMember(field);
    if (member == document_->MemberEnd() || !member->value.IsString())
      return "";
    return {member->value.GetString(), member->value.GetStringLength()};
  }

  /// -1 if it is no whole number.
  std::int64_t Number(const char* field) const {
    const auto member = document_->FindMember(field);
    if (member == document_->MemberEnd() || !member->value.IsInt64()) return -1;
    return member->value.GetInt64();
  }

  bool IsTrue(const char* field) const {
    const auto member = document_->FindMember(field);
    return member != document_->MemberEnd() && member->value.IsTrue();
  }
  bool IsFalse(const char* field) const {
    const auto member = document_->FindMember(field);
    return member != document_->MemberEnd() && member->value.IsFalse();
  }

  const rapidjson::Value& operator[](const char* field) const {
    return (*document_)[field];
  }

  /// The names of its fields, in order.
  std::vector<std::string> Fields() const {
    std::vector<std::string> names;
    for (const auto& member : document_->GetObject()) {
      names.emplace_back(member.name.GetString());
    }
    return names;
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  // Shared, so that this may be copied; never changed after the constructor.
  std::shared_ptr<rapidjson::Document> document_ =
      std::make_shared<rapidjson::Document>();
};

}  // namespace tickerhub

#endif  // TICKERHUB_TESTS_SUPPORT_PARSED_JSON_H_
