#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::internal {

/// The header fields of an HTTP message, in their order. Names are compared
/// without regard to case (RFC 9110 §5.1). A list, because a handshake has a
/// dozen: looking through it is faster than building a map, and it is let go of
/// in one piece.
class HeaderFields {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  /// The value; empty if there is none.
  const std::string& Get(std::string_view name) const;
  /// Whether the field is a list that has `token`, without regard to case
  /// (RFC 9110 §5.6.1).
  bool HasToken(std::string_view name, std::string_view token) const;
  /// Joins the value to that of a field which is there already, as one list
  /// (RFC 9110 §5.3).
  void Append(std::string_view name, std::string_view value);
  void Replace(std::string_view name, std::string_view value);
  void Remove(std::string_view name);

  std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
  std::vector<Field>::const_iterator end() const { return fields_.end(); }

  /// As they stand in a message, each with its line's end.
  std::string Text() const;

 private:
  Field* Find(std::string_view name);

  std::vector<Field> fields_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_
