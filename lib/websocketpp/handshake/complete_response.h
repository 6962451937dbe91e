#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_COMPLETE_RESPONSE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_COMPLETE_RESPONSE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <websocketpp/http/constants.hpp>

namespace tickerhub::internal {

/// An HTTP/1.1 response that replaces websocketpp's; websocketpp calls the
/// methods in lower case. Its refusals have the fields that websocketpp's lack,
/// and a line of text that says why.
/// Its fields are the text that will be sent. It frees its memory when it is
/// written.
class CompleteResponse {
 public:
  using Status = ::websocketpp::http::status_code::value;

  /// The "field" that sets the status through websocketpp's connection, whose
  /// type for it ends at 511. It has the name that HTTP/2 has for it (RFC 9113
  /// §8.3.2).
  static constexpr const char* kStatusField = ":status";

  void set_version(const std::string&) {}  // always HTTP/1.1
  void set_status(int status) { status_ = status; }
  /// `reason` is the sentence of a refusal. The phrase is the status's own (RFC
  /// 9112 §4: clients should ignore it).
  void set_status(Status status, const std::string& reason) {
    status_ = status;
    body_ = reason + "\n";
  }
  /// 500 for one that websocketpp's type cannot have.
  Status get_status_code() const;
  std::string get_status_msg() const;

  void append_header(std::string_view name, std::string_view value);
  void replace_header(std::string_view name, std::string_view value);
  const std::string& get_body() const { return body_; }
  void set_body(const std::string& body) { body_ = body; }

  /// Answers the key of a handshake (RFC 6455 §4.2.2).
  void Accept(std::string_view key);

  /// Returns the whole text and frees the fields and the body. websocketpp asks
  /// once, but keeps the response as long as the connection.
  std::string raw() const;

  // websocketpp looks for a "Server" to decide whether it should add its own,
  // which has no name, and removes it then. So a "Server" of a route stays.
  const std::string& get_header(std::string_view) const;
  void remove_header(std::string_view) {}

  // For websocketpp's client half, which is compiled but never used.
  bool get_header_as_plist(std::string_view,
                           ::websocketpp::http::parameter_list&) const {
    return false;
  }
  std::size_t consume(const char*, std::size_t) const {
    throw ::websocketpp::http::exception(
        "not a client", ::websocketpp::http::status_code::not_implemented);
  }
  bool headers_ready() const { return false; }

 private:
  int status_ = ::websocketpp::http::status_code::uninitialized;
  mutable std::string lines_;  // of the fields, each with its end
  mutable std::string body_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_COMPLETE_RESPONSE_H_
