#include "handshake/http_exchange.h"

#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/field_value.h"
#include "text/ascii.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

std::string InLowerCase(std::string text) {
  for (char& c : text) c = LowerCase(c);
  return text;
}

// IMF-fixdate, RFC 9110 §5.6.7; the names don't depend on the locale.
std::string HttpDate() {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed",
                                          "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr",
                                            "May", "Jun", "Jul", "Aug",
                                            "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon],
                utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text;
}

// RFC 9110 §13.1.2: the header is "*" or a list of tags, which are compared
// weakly, since a proxy that compresses weakens them.
bool Names(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  while (!if_none_match.empty()) {
    std::string_view tag = TakeElement(&if_none_match, ',');
    if (tag.substr(0, 2) == "W/") tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

HttpResponse FileResponse(const Site::File& file, const HttpRequest& request) {
  HttpResponse response;
  response.headers.emplace_back("ETag", file.etag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.content_type = file.file.content_type;
  if (Names(request.Header("if-none-match"), file.etag)) {
    response.status = status_code::not_modified;
  } else {
    response.body = file.file.content;
  }
  return response;
}

HttpResponse MethodNotAllowed(const std::string& allow) {
  HttpResponse response;
  response.status = status_code::method_not_allowed;
  response.body = "this address knows only " + allow + "\n";
  response.headers.emplace_back("Allow", allow);
  return response;
}

class Reply {
 public:
  explicit Reply(std::function<void(HttpResponse)> respond)
      : respond_(std::move(respond)) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    Answer({status_code::internal_server_error,
            "text/plain; charset=utf-8",
            "the server has no answer\n",
            {}});
  }

  void Answer(HttpResponse response) {
    if (auto respond = std::exchange(respond_, nullptr)) {
      respond(std::move(response));
    }
  }

 private:
  std::function<void(HttpResponse)> respond_;
};

}  // namespace

HttpRequest ReadRequest(const ConnectionPtr& connection) {
  const auto& raw = connection->get_request();
  HttpRequest request;
  request.method = raw.get_method();
  const std::string& resource = connection->get_resource();
  const std::size_t question = resource.find('?');
  request.path = resource.substr(0, question);
  if (question != std::string::npos) {
    request.query = resource.substr(question + 1);
  }
  request.body = raw.get_body();
  for (const auto& [name, value] : raw.fields()) {
    request.headers.emplace_back(InLowerCase(name), value);
  }
  request.remote_address = connection->RemoteAddress();
  return request;
}

void WriteResponse(const ConnectionPtr& connection,
                   const HttpResponse& response, bool head_only,
                   bool deferred) {
  LoopEndpoint::connection_type& c = *connection;
  // websocketpp throws when the connection has ended meanwhile.
  try {
    c.set_status(static_cast<status_code::value>(response.status));
    for (const auto& [name, value] : response.headers) {
      c.append_header(name, value);
    }
    c.replace_header("Date", HttpDate());
    c.replace_header("Connection", "close");
    c.replace_header("X-Content-Type-Options", "nosniff");
    c.replace_header("Referrer-Policy", "no-referrer");
    if (response.status == status_code::not_modified) {
      // RFC 9110 §15.4.5: no content.
    } else {
      c.replace_header("Content-Type", response.content_type);
      if (head_only) {
        c.replace_header("Content-Length",
                         std::to_string(response.body.size()));
      } else {
        c.set_body(response.body);
      }
    }
  } catch (const ::websocketpp::exception&) {
    return;
  }
  ::websocketpp::lib::error_code ignored;  // it has ended
  if (deferred) c.send_http_response(ignored);
}

std::optional<HttpResponse> AnswerFromSite(const Site& site,
                                           const HttpRequest& request) {
  if (const auto file = site.files.find(request.path);
      file != site.files.end()) {
    if (request.method != "GET") return MethodNotAllowed("GET, HEAD");
    return FileResponse(file->second, request);
  }
  const auto route = site.routes.find(request.path);
  if (route != site.routes.end()) {
    if (route->second.count(request.method) > 0) return std::nullopt;
    std::string allow;
    for (const auto& [method, handler] : route->second) {
      if (!allow.empty()) allow += ", ";
      allow += method == "GET" ? "GET, HEAD" : method;
    }
    return MethodNotAllowed(allow);
  }
  HttpResponse response;
  if (request.path == "/healthz") {
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body = "ok\n";
  } else if (site.FindChannel(request.path)) {
    response.status = status_code::upgrade_required;
    response.body = "this address speaks WebSocket only\n";
    response.headers.emplace_back("Upgrade", "websocket");
  } else {
    response.status = status_code::not_found;
    response.body = "there is nothing at this address\n";
  }
  return response;
}

HttpReply MakeReply(std::function<void(HttpResponse)> respond) {
  auto reply = std::make_shared<Reply>(std::move(respond));
  return [reply](HttpResponse response) { reply->Answer(std::move(response)); };
}

}  // namespace tickerhub::internal
