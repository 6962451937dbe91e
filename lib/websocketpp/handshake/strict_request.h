#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_STRICT_REQUEST_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_STRICT_REQUEST_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <websocketpp/http/constants.hpp>
#include <websocketpp/processors/processor.hpp>

#include "http/header_fields.h"

namespace tickerhub::internal {

/// Reads an HTTP/1.1 request. It replaces websocketpp's parser; websocketpp
/// calls the methods in lower case. It refuses requests that websocketpp
/// misreads: a handshake of an old draft, a body that websocketpp drops or
/// measures wrongly, white space around a field's name (RFC 9112 §5.1). It
/// costs a fraction: one buffer, one list, no streams.
class StrictRequest {
 public:
  /// Bytes of the request line and the header fields. A larger head is refused
  /// with 431.
  static constexpr std::size_t kMaxHeadBytes = 16'000;

  /// Takes the bytes that have come. Returns how many belong to this request.
  /// Throws websocketpp::http::exception with the status to answer.
  std::size_t consume(const char* bytes, std::size_t size);
  bool ready() const { return ready_; }
  /// Whether it asks for a WebSocket connection (RFC 6455 §4.2.1).
  /// REQUIRES: ready().
  bool is_handshake() const { return is_handshake_; }

  const std::string& get_method() const { return method_; }
  const std::string& get_uri() const { return uri_; }
  const std::string& get_version() const { return version_; }
  const std::string& get_body() const { return body_; }
  const std::string& get_header(std::string_view name) const {
    return fields_.Get(name);
  }
  bool get_header_as_plist(std::string_view name,
                           ::websocketpp::http::parameter_list& list) const;
  const HeaderFields& fields() const { return fields_; }

  std::size_t get_max_body_size() const { return max_body_bytes_; }
  void set_max_body_size(std::size_t bytes) { max_body_bytes_ = bytes; }

  /// Frees what only the handshake needs.
  void Release();

  // For websocketpp's client half, which is compiled but never used.
  void set_method(const std::string& method) { method_ = method; }
  void set_uri(const std::string& uri) { uri_ = uri; }
  void set_version(const std::string& version) { version_ = version; }
  void append_header(std::string_view name, std::string_view value) {
    fields_.Append(name, value);
  }
  void replace_header(std::string_view name, std::string_view value) {
    fields_.Replace(name, value);
  }
  void remove_header(std::string_view name) { fields_.Remove(name); }
  std::string raw() const;

 private:
  void TakeHead(std::string_view head);
  void TakeRequestLine(std::string_view line);
  void TakeField(std::string_view line);
  void CheckBody();
  void CheckHandshake();

  std::string method_;
  std::string uri_;
  std::string version_;
  std::string head_;  // empty once it is whole
  std::string body_;
  HeaderFields fields_;
  std::size_t max_body_bytes_ = 0;
  std::size_t body_bytes_to_come_ = 0;
  bool head_is_whole_ = false;
  bool ready_ = false;
  bool is_handshake_ = false;
};

}  // namespace tickerhub::internal

// websocketpp asks this four times in a handshake. Its own version searches
// both fields each time, with a locale for every character, which was a third
// of the cost of a handshake.
namespace websocketpp::processor {
template <>
inline bool is_websocket_handshake(
    tickerhub::internal::StrictRequest& request) {
  return request.is_handshake();
}
}  // namespace websocketpp::processor

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_STRICT_REQUEST_H_
