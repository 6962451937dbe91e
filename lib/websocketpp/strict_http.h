#ifndef TICKERHUB_LIB_WEBSOCKETPP_STRICT_HTTP_H_
#define TICKERHUB_LIB_WEBSOCKETPP_STRICT_HTTP_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/processors/processor.hpp>

namespace tickerhub {

/// websocketpp's request parser, which refuses what websocketpp would take for
/// something that it is not: a handshake of an old draft, a body that it would
/// drop or measure wrongly.
class StrictRequest : public ::websocketpp::http::parser::request {
  using Base = ::websocketpp::http::parser::request;
  using Refusal = ::websocketpp::http::exception;

 public:
  /// websocketpp::connection calls this one, which hides the base's.
  std::size_t consume(const char* bytes, std::size_t size) {
    namespace status_code = ::websocketpp::http::status_code;
    const std::size_t consumed = Base::consume(bytes, size);
    if (!get_header("Transfer-Encoding").empty()) {
      throw Refusal("Length Required", status_code::length_required,
                    "Length Required");
    }
    const std::string& length = get_header("Content-Length");
    if (!std::all_of(length.begin(), length.end(),
                     [](char c) { return c >= '0' && c <= '9'; })) {
      throw Refusal("Bad Request", status_code::bad_request, "Bad Request");
    }
    if (ready() && ::websocketpp::processor::is_websocket_handshake(*this) &&
        get_header("Sec-WebSocket-Version") != "13") {
      throw Refusal("Upgrade Required", status_code::upgrade_required,
                    "Upgrade Required");
    }
    return consumed;
  }
};

/// websocketpp's response, with what its own refusals lack.
class CompleteResponse : public ::websocketpp::http::parser::response {
  using Base = ::websocketpp::http::parser::response;

 public:
  /// websocketpp calls this one, which hides the base's.
  std::string raw() const {
    namespace status_code = ::websocketpp::http::status_code;
    // What WriteResponse() made has a date, and all else.
    if (get_status_code() == status_code::switching_protocols ||
        !get_header("Date").empty()) {
      return Base::raw();
    }
    Base refusal = *this;
    refusal.replace_header("Connection", "close");
    refusal.replace_header("Content-Length", "0");
    if (get_status_code() == status_code::upgrade_required) {
      // RFC 6455 §4.4: which version would do.
      refusal.replace_header("Sec-WebSocket-Version", "13");
      refusal.replace_header("Upgrade", "websocket");
    }
    return refusal.raw();
  }
};

}  // namespace tickerhub

#endif  // TICKERHUB_LIB_WEBSOCKETPP_STRICT_HTTP_H_
