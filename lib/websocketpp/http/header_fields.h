#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

namespace tickerhub::internal {

/// The header fields of an HTTP message, in order. Comparing names ignores case
/// (RFC 9110 §5.1). It is a list, because a handshake has a dozen fields:
/// searching them is faster than building a map.
class HeaderFields {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  /// Returns the value; empty if there is no such field.
  const std::string& Get(std::string_view name) const;
  /// Whether the field is a list that contains `token`, ignoring case (RFC 9110
  /// §5.6.1).
  bool HasToken(std::string_view name, std::string_view token) const;
  /// Adds a field. If it exists, adds the value to its list (RFC 9110 §5.3).
  void Append(std::string_view name, std::string_view value);
  void Replace(std::string_view name, std::string_view value);
  void Remove(std::string_view name);

  std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
  std::vector<Field>::const_iterator end() const { return fields_.end(); }

  /// Returns the lines of the message, each with its end.
  std::string Text() const;

 private:
  Field* Find(std::string_view name);

  std::vector<Field> fields_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_HEADER_FIELDS_H_
