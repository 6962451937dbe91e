#ifndef TICKERHUB_HEADER_FIELDS_H_
#define TICKERHUB_HEADER_FIELDS_H_

// The header fields of an HTTP request, in order, each line by itself.
//
//     std::string_view agent = request.headers.Get("User-Agent");
//     for (std::size_t i = 0; i < request.headers.size(); ++i) {
//       std::cout << request.headers[i].name << std::endl;
//     }
//
// Comparing names ignores case (RFC 9110 §5.1). All fields are in one text, so
// reading a request allocates twice in most cases. Searching walks through a
// list, which is faster than a map for a dozen fields.
//
// Threads: a value; use it from any thread as you use a std::string.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/export.h"

namespace tickerhub {

class TICKERHUB_EXPORT HeaderFields {
 public:
  struct Field {
    std::string_view name;  ///< as the client wrote it
    std::string_view value;
  };

  /// Adds a line behind the others.
  void Append(std::string_view name, std::string_view value);

  /// The number of lines.
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

}  // namespace tickerhub

#endif  // TICKERHUB_HEADER_FIELDS_H_
