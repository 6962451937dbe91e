#ifndef TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_STRICT_REQUEST_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_STRICT_REQUEST_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <websocketpp/http/constants.hpp>
#include <websocketpp/processors/processor.hpp>

#include "content/chunked_body.h"
#include "tickerhub/connect_request.h"
#include "tickerhub/header_fields.h"

namespace tickerhub::internal {

/// Reads an HTTP/1.1 or HTTP/1.0 request. It replaces websocketpp's parser;
/// websocketpp calls the methods in lower case. It refuses what two readers
/// could understand differently: control characters, white space around a
/// field's name (RFC 9112 §5.1), more than one length or host, a length beside
/// chunks; and a handshake of an old draft or with a body. A refusal has a
/// sentence that says why. Its work grows with the bytes, however they come.
class StrictRequest {
 public:
  /// Bytes of the request line and the header fields, with the empty line
  /// behind them. A larger head is refused with 431.
  static constexpr std::size_t kMaxHeadBytes = 16'000;
  /// Lines of header fields. More are refused with 431.
  static constexpr std::size_t kMaxFields = 100;

  /// Takes the bytes that have come, and throws websocketpp::http::exception
  /// with the status to answer and the sentence. A line is judged when it is
  /// whole. Claims all bytes, because websocketpp would read those behind a
  /// handshake as frames.
  std::size_t consume(const char* bytes, std::size_t size);
  /// How many of the bytes that consume() got do not belong to this request.
  std::size_t unused() const { return unused_; }
  bool ready() const { return ready_; }
  /// Whether it asks for a WebSocket connection (RFC 6455 §4.2.1).
  /// REQUIRES: ready().
  bool is_handshake() const { return is_handshake_; }
  /// Whether the client waits for "100 Continue" (RFC 9110 §10.1.1) before it
  /// sends the body. True once.
  bool TakeExpectation() const {
    return !ready_ && std::exchange(expects_continue_, false);
  }

  const std::string& get_method() const { return method_; }
  /// The target, see RequestLine. Never empty.
  const std::string& get_uri() const { return uri_; }
  const std::string& get_version() const { return version_; }
  const std::string& get_body() const { return body_; }
  /// Returns the values of all lines with this name as one list; empty if there
  /// is none. Valid until the next call.
  const std::string& get_header(std::string_view name) const {
    asked_ = fields_.Joined(name);
    return asked_;
  }
  /// The fields that have come. Valid until TakeInto().
  const HeaderFields& fields() const { return fields_; }
  /// Moves the target and the fields out. Call it when websocketpp is done with
  /// them; it gives the request away as const only.
  void TakeInto(ConnectRequest* request) const;

  std::size_t get_max_body_size() const { return max_body_bytes_; }
  void set_max_body_size(std::size_t bytes) { max_body_bytes_ = bytes; }

  /// The loop negotiates extensions and agrees to no subprotocol, so
  /// websocketpp sees no list.
  bool get_header_as_plist(std::string_view,
                           ::websocketpp::http::parameter_list&) const {
    return false;
  }

  // For websocketpp's client half and its old drafts, which are compiled but
  // never used.
  void set_method(const std::string&) {}
  void set_uri(const std::string&) {}
  void set_version(const std::string&) {}
  void append_header(std::string_view, std::string_view) {}
  void replace_header(std::string_view, std::string_view) {}
  void remove_header(std::string_view) {}
  std::string raw() const { return {}; }

 private:
  void TakePiece(std::string_view* bytes);
  void TakeLine(std::string_view line);
  void TakeRequestLine(std::string_view line);
  void TakeField(std::string_view line);
  void FinishHead();
  void CheckBody();
  void TakeBody(std::string_view* bytes);
  void CheckHandshake();

  std::string method_;
  mutable std::string uri_;
  std::string version_;
  std::string authority_;  // of a target in absolute form
  std::string line_;       // what has come of a line that is not whole
  std::string body_;
  mutable std::string asked_;  // what get_header() returned
  mutable HeaderFields fields_;
  std::size_t head_bytes_ = 0;
  std::size_t max_body_bytes_ = 0;
  std::size_t body_bytes_to_come_ = 0;
  std::size_t unused_ = 0;
  std::unique_ptr<ChunkedBody> chunks_;  // if the body comes in chunks
  mutable bool expects_continue_ = false;
  bool head_is_whole_ = false;
  bool ready_ = false;
  bool is_handshake_ = false;
};

}  // namespace tickerhub::internal

// What websocketpp would do with streams and searches of its own, several times
// in a handshake. The request has checked it all.
namespace websocketpp::processor {

template <>
inline bool is_websocket_handshake(
    tickerhub::internal::StrictRequest& request) {
  return request.is_handshake();
}

// Another version is refused with 426.
template <>
inline int get_websocket_version(tickerhub::internal::StrictRequest&) {
  return 13;
}

// websocketpp only asks whether it is valid. All share one, which nobody owns.
template <>
inline uri_ptr get_uri_from_host(const tickerhub::internal::StrictRequest&,
                                 std::string) {  // NOLINT: as it is declared
  static uri valid(/*secure=*/false, "", "/");
  return {uri_ptr(), &valid};
}
template <>
inline uri_ptr get_uri_from_host(tickerhub::internal::StrictRequest& request,
                                 std::string scheme) {
  return get_uri_from_host(std::as_const(request), std::move(scheme));
}

}  // namespace websocketpp::processor

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HANDSHAKE_STRICT_REQUEST_H_
