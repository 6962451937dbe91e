#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::internal {

/// The header fields of an HTTP message, in order, each line by itself.
/// Comparing names ignores case (RFC 9110 §5.1). Adding a field costs its bytes
/// only: all of them are in one text. Searching walks through a list, which is
/// faster than a map for the dozen fields of a handshake.
class HeaderFields {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  void Append(std::string_view name, std::string_view value);

  std::size_t size() const { return places_.size(); }
  /// Both views are valid until the next Append(). REQUIRES: index < size().
  Field operator[](std::size_t index) const;

  /// Returns the index of the first line with this name, from `from` on;
  /// size() if there is none.
  std::size_t Find(std::string_view name, std::size_t from = 0) const;
  /// Returns the value of the first line with this name; empty if there is
  /// none. The view is valid until the next Append().
  std::string_view Get(std::string_view name) const;
  /// Returns the values of all lines with this name as one list (RFC 9110
  /// §5.3).
  std::string Joined(std::string_view name) const;
  /// Whether the lines with this name are a list that contains `token`,
  /// ignoring case (RFC 9110 §5.6.1).
  bool HasToken(std::string_view name, std::string_view token) const;

 private:
  // The value follows the name in text_.
  struct Place {
    std::uint32_t begin;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };

  std::string text_;
  std::vector<Place> places_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_
