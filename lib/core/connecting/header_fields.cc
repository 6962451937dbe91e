#include "tickerhub/header_fields.h"

#include "text/ascii.h"
#include "text/field_value.h"

namespace tickerhub {
namespace {

// Of a handshake as browsers send it.
constexpr std::size_t kUsualFields = 16;
constexpr std::size_t kUsualFieldBytes = 512;

}  // namespace

void HeaderFields::Append(std::string_view name, std::string_view value) {
  if (places_.empty()) {
    places_.reserve(kUsualFields);
    text_.reserve(kUsualFieldBytes);
  }
  places_.push_back({static_cast<std::uint32_t>(text_.size()),
                     static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
}

HeaderFields::Field HeaderFields::operator[](std::size_t index) const {
  const Place& place = places_[index];
  const char* const name = text_.data() + place.begin;
  return {{name, place.name_size}, {name + place.name_size, place.value_size}};
}

std::size_t HeaderFields::Find(std::string_view name, std::size_t from) const {
  const std::size_t end = places_.size();
  const Place* const places = places_.data();
  for (; from < end; ++from) {
    // Nearly all names differ in size, or are spelled alike.
    if (places[from].name_size != name.size()) continue;
    const std::string_view own = (*this)[from].name;
    if (own == name || internal::EqualsIgnoringCase(own, name)) break;
  }
  return from;
}

std::string_view HeaderFields::Get(std::string_view name) const {
  const std::size_t found = Find(name);
  return found < size() ? (*this)[found].value : std::string_view();
}

std::string HeaderFields::Joined(std::string_view name) const {
  std::string list;
  for (std::size_t i = Find(name); i < size(); i = Find(name, i + 1)) {
    if (!list.empty()) list += ", ";
    list += (*this)[i].value;
  }
  return list;
}

bool HeaderFields::HasToken(std::string_view name,
                            std::string_view token) const {
  for (std::size_t i = Find(name); i < size(); i = Find(name, i + 1)) {
    std::string_view list = (*this)[i].value;
    while (!list.empty()) {
      const std::string_view element = internal::TakeElement(&list, ',');
      if (element == token || internal::EqualsIgnoringCase(element, token))
        return true;
    }
  }
  return false;
}

}  // namespace tickerhub
