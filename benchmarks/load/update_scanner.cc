#include "load/update_scanner.h"

#include <charconv>
#include <cstddef>

namespace tickerhub::load {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool IsEndOfScalar(char c) {
  return c == ',' || c == '}' || c == ']' ||
         kBlanks.find(c) != std::string_view::npos;
}

/// A place in a text, moved on over JSON's tokens. At the end it stays.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool Take(char c) {
    SkipBlanks();
    if (place_ >= text_.size() || text_[place_] != c) return false;
    ++place_;
    return true;
  }

  // Between the quotation marks.
  std::optional<std::string_view> TakeString() {
    if (!Take('"')) return std::nullopt;
    const std::size_t start = place_;
    for (; place_ < text_.size(); ++place_) {
      if (text_[place_] == '\\') {
        ++place_;
      } else if (text_[place_] == '"') {
        return text_.substr(start, place_++ - start);
      }
    }
    return std::nullopt;
  }

  // Any value, as it stands there.
  std::optional<std::string_view> TakeValue() {
    SkipBlanks();
    const std::size_t start = place_;
    if (place_ < text_.size() && text_[place_] == '"') {
      return TakeString() ? Since(start) : std::nullopt;
    }
    std::size_t depth = 0;
    while (place_ < text_.size()) {
      const char c = text_[place_];
      if (c == '"') {
        if (!TakeString()) return std::nullopt;
        continue;
      }
      if (depth == 0 && IsEndOfScalar(c)) return Since(start);
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++place_;
      if (depth == 0 && (c == '}' || c == ']')) return Since(start);
    }
    return std::nullopt;  // it does not end
  }

 private:
  void SkipBlanks() {
    while (place_ < text_.size() &&
           kBlanks.find(text_[place_]) != std::string_view::npos) {
      ++place_;
    }
  }

  std::optional<std::string_view> Since(std::size_t start) const {
    if (place_ == start) return std::nullopt;
    return text_.substr(start, place_ - start);
  }

  std::string_view text_;
  std::size_t place_ = 0;
};

std::optional<std::uint64_t> NumberOf(std::string_view value) {
  std::uint64_t number = 0;
  const auto [rest, error] =
      std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

void Keep(std::string_view name, std::string_view value, UpdateFields* fields) {
  if (name == "type" && value.size() >= 2 && value.front() == '"') {
    fields->type = value.substr(1, value.size() - 2);
  } else if (name == "seq") {
    fields->seq = NumberOf(value);
  } else if (name == "since") {
    fields->since = NumberOf(value);
  } else if (name == "time") {
    fields->time = NumberOf(value);
  } else if (name == "snapshot") {
    fields->snapshot = value == "true";
  }
}

bool HasAll(const UpdateFields& fields) {
  return !fields.type.empty() && fields.seq && fields.since && fields.time;
}

}  // namespace

bool ScanUpdate(std::string_view text, UpdateFields* fields) {
  *fields = UpdateFields();
  Cursor cursor(text);
  if (!cursor.Take('{')) return false;
  if (cursor.Take('}')) return true;
  do {
    const auto name = cursor.TakeString();
    if (!name || !cursor.Take(':')) return false;
    const auto value = cursor.TakeValue();
    if (!value) return false;
    Keep(*name, *value, fields);
    if (HasAll(*fields)) return true;
  } while (cursor.Take(','));
  return cursor.Take('}');
}

}  // namespace tickerhub::load
