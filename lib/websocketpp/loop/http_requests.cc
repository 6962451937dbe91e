#include "loop/http_requests.h"

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "content/gzip.h"
#include "handshake/transport.h"
#include "http/health_path.h"
#include "http/http_date.h"
#include "http/http_reply.h"
#include "http/origin.h"
#include "http/site.h"
#include "hub/health.h"
#include "text/field_value.h"

namespace tickerhub::internal {
namespace {

namespace status_code = ::websocketpp::http::status_code;

HttpResponse HealthResponse(std::string_view fault) {
  HttpResponse response;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = fault.empty() ? "ok\n" : fault;
  if (!fault.empty()) response.status = status_code::service_unavailable;
  return response;
}

// The request of a websocketpp connection, in our own terms.
HttpRequest ReadRequest(const LoopSession& session) {
  const auto& raw = session.handshake->get_request();
  ConnectRequest head;
  raw.TakeInto(&head);
  HttpRequest request;
  request.method = raw.get_method();
  request.path = std::move(head.path);
  request.query = std::move(head.query);
  request.body = raw.get_body();
  request.headers = std::move(head.headers);
  request.remote_address = session.remote;
  return request;
}

// What is wrong with a response of the program; empty if nothing is.
std::string FaultOf(const HttpResponse& response) {
  constexpr int kFirstFinal = 200;
  constexpr int kLast = 599;
  if (response.status < kFirstFinal || response.status > kLast) {
    return "status " + std::to_string(response.status) +
           " is none; choose one from 200 to 599";
  }
  for (const auto& [name, value] : response.headers) {
    if (!IsToken(name)) return "a header's name is no token";
    if (!IsFieldValue(value)) {
      return "the value of the header " + name + " has a control character";
    }
  }
  if (!IsFieldValue(response.content_type)) {
    return "the content type has a control character";
  }
  return {};
}

// What every response has. `Response`: CompleteResponse, or websocketpp's
// connection, which has one.
template <typename Response>
void AddCommonFields(Response* response) {
  response->replace_header("Date", HttpDate(std::time(nullptr)));
  response->replace_header("Connection", "close");
  response->replace_header("X-Content-Type-Options", "nosniff");
  response->replace_header("Referrer-Policy", "no-referrer");
}

// The head of a response that goes on.
std::string HeadOf(const HttpResponse& response) {
  CompleteResponse head;
  head.set_status(response.status);
  for (const auto& [name, value] : response.headers) {
    head.append_header(name, value);
  }
  AddCommonFields(&head);
  head.replace_header("Content-Type", response.content_type);
  return head.raw();
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
    c.replace_header(CompleteResponse::kStatusField,
                     std::to_string(response.status));
    for (const auto& [name, value] : response.headers) {
      c.append_header(name, value);
    }
    AddCommonFields(&c);
    // RFC 9110 §15.3.5 and §15.4.5: these have no content.
    if (response.status != status_code::not_modified &&
        response.status != status_code::no_content) {
      c.replace_header("Content-Type", response.content_type);
      const std::optional<Payload>& shared = response.shared_body;
      // RFC 9110 §8.6: the length that GET would name. A stream has none.
      if (!response.stream) {
        c.replace_header("Content-Length",
                         std::to_string(shared ? shared->text().size()
                                               : response.body.size()));
      }
      if (!head_only && shared) c.shared_body() = shared;
      if (!head_only && !shared) c.set_body(response.body);
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
  session.since = session.last_heard = std::chrono::steady_clock::now();
  loop_.counters.http_requests.Add();
  HttpRequest request = ReadRequest(session);
  request.from_admin_listener = loop_.ListenerOf(session).admin;
  if (loop_.options.access_log) {
    session.handshake->info().request.path = request.path;
  }
  session.head_only = request.method == "HEAD";
  if (session.head_only) request.method = "GET";
  SeenByClient seen;
  const Refusal refusal = clients_.ReadFields(slot, request.headers, &seen);
  request.remote_address = session.remote;
  if (AnswerHealth(slot, request)) return;
  if (refusal != Refusal::kNone) {
    session.handshake->defer_http_response();
    writer_.NoteWantOfPlace(refusal, session.remote);
    writer_.Refuse(slot, status_code::service_unavailable, SentenceOf(refusal));
    return;
  }
  const OriginVerdict page =
      JudgePage(request.headers, loop_.ListenerOf(session),
                loop_.options.allowed_origins, seen);
  auto response = AnswerByOrigin(request, page);
  if (response && page == OriginVerdict::kForeign) {
    loop_.NoteForeignPage(session, request.headers);
  }
  SiteAnswer found;
  if (!response) {
    found = AnswerFromSite(loop_.site, &request);
    response = std::move(found.response);
  }
  if (!response) response = AskGuard(session, &request);
  if (response) {
    if (page == OriginVerdict::kAllowed) LetRead(request, &*response);
    WriteResponse(session.handshake, Checked(session, *std::move(response)),
                  session.head_only, /*deferred=*/false);
  } else if (found.page != nullptr) {
    AskPage(slot, *found.page, request);
  } else {
    session.handshake->defer_http_response();
    AskRoute(slot, *found.route, std::move(request),
             page == OriginVerdict::kAllowed);
  }
}

// Of a request that a route would answer.
std::optional<HttpResponse> HttpRequests::AskGuard(const LoopSession& session,
                                                   HttpRequest* request) {
  const HttpGuard* const guard = request->from_admin_listener
                                     ? nullptr
                                     : loop_.site.FindGuard(request->path);
  if (guard == nullptr) return std::nullopt;
  std::optional<HttpResponse> refusal;
  try {
    refusal = (*guard)(*request);
  } catch (...) {
    loop_.log.WriteException("the guard of " + request->path);
    refusal = NoAnswer();
  }
  if (refusal) {
    loop_.refusals.Note(refusal->status == status_code::unauthorized
                            ? RefusalReason::kToken
                            : RefusalReason::kAdmission,
                        session.remote,
                        "the guard of " + request->path + " said no");
  }
  return refusal;
}

// A program may serve these paths itself, but not to admin listeners.
bool HttpRequests::AnswerHealth(Slot slot, const HttpRequest& request) {
  if (!IsHealthPath(request.path) || request.method != "GET") return false;
  if (!request.from_admin_listener &&
      (loop_.site.files.count(request.path) > 0 ||
       loop_.site.FindPage(request) != nullptr ||
       loop_.site.FindRoute(request.path).has_value())) {
    return false;
  }
  const LoopSession& session = loop_.sessions.at(slot);
  // On the hub's own thread this very call shows that it runs.
  const bool hub_answers =
      loop_.is_on_hub ||
      loop_.health.HubAnswers(std::chrono::steady_clock::now());
  const bool is_health = request.path == kHealthPath;
  std::string_view fault;
  if (!is_health && loop_.health.draining()) {
    fault = "the server is about to stop\n";
  } else if (!hub_answers) {
    fault = kHubHangsText;
  } else if (!is_health && loop_.health.readiness) {
    session.handshake->defer_http_response();
    AskReadiness(slot);
    return true;
  }
  WriteResponse(session.handshake, HealthResponse(fault), session.head_only,
                /*deferred=*/false);
  return true;
}

void HttpRequests::AskReadiness(Slot slot) {
  loop_.hub.Enqueue([this, reply = ReplyTo(slot, {})] {
    std::string fault = loop_.health.readiness();
    if (!fault.empty()) fault += '\n';
    reply(HealthResponse(fault));
  });
}

HttpReply HttpRequests::ReplyTo(Slot slot, Headers headers) {
  const SessionId id = loop_.sessions.IdOf(slot);
  return MakeReply([requests = weak_from_this(), id,
                    headers = std::move(headers)](HttpResponse response) {
    const std::shared_ptr<HttpRequests> alive = requests.lock();
    if (!alive) return;
    response.headers.insert(response.headers.end(), headers.begin(),
                            headers.end());
    alive->loop_.Post(
        [self = alive.get(), id, response = std::move(response)]() mutable {
          self->Respond(id, std::move(response));
        });
  });
}

void HttpRequests::AskPage(Slot slot, PageCache& page,
                           const HttpRequest& request) {
  const LoopSession& session = loop_.sessions.at(slot);
  const bool takes_gzip =
      AcceptsGzip(request.headers.Joined("Accept-Encoding"));
  const auto response_of = [&page, takes_gzip](const PageCache::Copy& copy) {
    return copy ? page.ResponseOf(*copy, takes_gzip) : NoAnswer();
  };
  const auto ready = [requests = weak_from_this(), response_of,
                      id = loop_.sessions.IdOf(slot)](PageCache::Copy copy) {
    const std::shared_ptr<HttpRequests> alive = requests.lock();
    if (!alive) return;
    alive->loop_.Post(
        [self = alive.get(), response_of, id, copy = std::move(copy)] {
          self->Respond(id, response_of(copy));
        });
  };
  if (const auto copy = page.Get(ready)) {
    WriteResponse(session.handshake, Checked(session, response_of(*copy)),
                  session.head_only, /*deferred=*/false);
  } else {
    session.handshake->defer_http_response();
  }
}

void HttpRequests::AskRoute(Slot slot, const HttpHandler& route,
                            HttpRequest request, bool is_allowed_page) {
  HttpResponse readable;
  if (is_allowed_page) LetRead(request, &readable);
  loop_.hub.Enqueue([&route, request = std::move(request),
                     reply = ReplyTo(slot, std::move(readable.headers))] {
    route(request, reply);
  });
}

void HttpRequests::Respond(SessionId id, HttpResponse response) {
  const std::optional<Slot> slot = loop_.sessions.Find(id);
  if (!slot) return;
  const LoopSession& session = loop_.sessions.at(*slot);
  if (session.phase != LoopSession::Phase::kHttp) return;
  response = Checked(session, std::move(response));
  if (response.stream && !session.head_only) {
    streams_.Begin(*slot, response.status, HeadOf(response),
                   std::move(response.stream));
    return;
  }
  WriteResponse(session.handshake, response, session.head_only,
                /*deferred=*/true);
}

// Returns the response if it can be sent, and else 500, with what all responses
// to this client have.
HttpResponse HttpRequests::Checked(const LoopSession& session,
                                   HttpResponse response) const {
  if (const std::string fault = FaultOf(response); !fault.empty()) {
    loop_.log.WriteFailure("the response of a route is not sent: " + fault);
    response = NoAnswer();
  }
  // RFC 6797 §7.2: not where it came without TLS.
  if (session.is_secure && loop_.options.hsts_max_age.count() > 0) {
    response.headers.emplace_back(
        "Strict-Transport-Security",
        "max-age=" + std::to_string(loop_.options.hsts_max_age.count()));
  }
  return response;
}

}  // namespace tickerhub::internal
