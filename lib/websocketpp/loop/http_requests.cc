#include "loop/http_requests.h"

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "handshake/transport.h"
#include "http/http_date.h"
#include "http/http_reply.h"
#include "http/site.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

// The request of a websocketpp connection, in our own terms.
HttpRequest ReadRequest(const ConnectionPtr& connection, Stream stream) {
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
  request.headers = raw.fields();
  request.remote_address = stream.RemoteAddress();
  return request;
}

// Gives the response to the connection, with the headers that every response
// has. `head_only`: without the body. `deferred`: the connection waits for it,
// so sends it at once. Does nothing if the connection has ended.
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
    c.replace_header("Date", HttpDate(std::time(nullptr)));
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

}  // namespace

void HttpRequests::Answer(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  session.phase = LoopSession::Phase::kHttp;
  session.since = std::chrono::steady_clock::now();
  loop_.counters.http_requests.Add();
  HttpRequest request =
      ReadRequest(session.handshake, loop_.sessions.hot(slot).stream);
  session.head_only = request.method == "HEAD";
  if (session.head_only) request.method = "GET";
  if (const auto response = AnswerFromSite(loop_.site, request)) {
    WriteResponse(session.handshake, *response, session.head_only,
                  /*deferred=*/false);
  } else {
    session.handshake->defer_http_response();
    AskRoute(slot, std::move(request));
  }
}

void HttpRequests::AskRoute(Slot slot, HttpRequest request) {
  const SessionId id = loop_.sessions.IdOf(slot);
  HttpReply reply = MakeReply([requests = weak_from_this(),
                               id](HttpResponse response) {
    const std::shared_ptr<HttpRequests> alive = requests.lock();
    if (!alive) return;
    alive->loop_.Post([self = alive.get(), id, response = std::move(response)] {
      self->Respond(id, response);
    });
  });
  loop_.hub.Enqueue([this, request = std::move(request),
                     reply = std::move(reply)] {
    const Site::Methods& methods = loop_.site.routes.find(request.path)->second;
    methods.find(request.method)->second(request, reply);
  });
}

void HttpRequests::Respond(SessionId id, const HttpResponse& response) {
  const std::optional<Slot> slot = loop_.sessions.Find(id);
  if (!slot) return;
  const LoopSession& session = loop_.sessions.at(*slot);
  if (session.phase != LoopSession::Phase::kHttp) return;
  WriteResponse(session.handshake, response, session.head_only,
                /*deferred=*/true);
}

}  // namespace tickerhub::internal
