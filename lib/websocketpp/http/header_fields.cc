#include "http/header_fields.h"

#include <algorithm>

#include "http/field_value.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

constexpr std::size_t kUsualFields = 16;

}  // namespace

HeaderFields::Field* HeaderFields::Find(std::string_view name) {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [name](const Field& field) {
        return EqualsIgnoringCase(field.name, name);
      });
  return found == fields_.end() ? nullptr : &*found;
}

const std::string& HeaderFields::Get(std::string_view name) const {
  static const std::string kNone;
  const Field* const field = const_cast<HeaderFields*>(this)->Find(name);
  return field == nullptr ? kNone : field->value;
}

bool HeaderFields::HasToken(std::string_view name,
                            std::string_view token) const {
  std::string_view list = Get(name);
  while (!list.empty()) {
    if (EqualsIgnoringCase(TakeElement(&list, ','), token)) return true;
  }
  return false;
}

void HeaderFields::Append(std::string_view name, std::string_view value) {
  if (Field* const field = Find(name)) {
    if (!field->value.empty()) field->value += ", ";
    field->value += value;
    return;
  }
  if (fields_.empty()) fields_.reserve(kUsualFields);
  fields_.push_back({std::string(name), std::string(value)});
}

void HeaderFields::Replace(std::string_view name, std::string_view value) {
  if (Field* const field = Find(name)) {
    field->value = value;
  } else {
    Append(name, value);
  }
}

void HeaderFields::Remove(std::string_view name) {
  if (Field* const field = Find(name)) {
    fields_.erase(fields_.begin() + (field - fields_.data()));
  }
}

std::string HeaderFields::Text() const {
  std::size_t size = 0;
  for (const Field& field : fields_) {
    size += field.name.size() + field.value.size() + 4;
  }
  std::string text;
  text.reserve(size);
  for (const Field& field : fields_) {
    text.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  return text;
}

}  // namespace tickerhub::internal
