#include "loop/http_requests.h"

#include <chrono>
#include <optional>
#include <utility>

#include "handshake/http_exchange.h"
#include "http/http_reply.h"
#include "http/site_answer.h"

namespace tickerhub::internal {

void HttpRequests::Answer(Slot slot) {
  LoopSession& session = loop_.sessions.at(slot);
  session.phase = LoopSession::Phase::kHttp;
  session.since = std::chrono::steady_clock::now();
  loop_.counters.http_requests.Add();
  HttpRequest request = ReadRequest(session.connection);
  session.head_only = request.method == "HEAD";
  if (session.head_only) request.method = "GET";
  if (const auto response = AnswerFromSite(loop_.site, request)) {
    WriteResponse(session.connection, *response, session.head_only,
                  /*deferred=*/false);
  } else {
    session.connection->defer_http_response();
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
  WriteResponse(session.connection, response, session.head_only,
                /*deferred=*/true);
}

}  // namespace tickerhub::internal
