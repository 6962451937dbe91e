#include "tickerhub/websocketpp/http_api.h"

#include <arpa/inet.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "http/notification_streams.h"
#include "text/ascii.h"
#include "text/field_value.h"
#include "text/json.h"
#include "text/read_number.h"
#include "tickerhub/error_code.h"

namespace tickerhub {
namespace {

constexpr std::string_view kJson = "application/json";

HttpResponse JsonResponse(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = kJson;
  response.body = std::move(body);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnauthorized:
      return 401;
    case ErrorCode::kApiClosed:
    case ErrorCode::kSendingDisabled:
    case ErrorCode::kInvalidIdentifier:
    case ErrorCode::kReservedIdentifier:
    case ErrorCode::kNotAllowed:
      return 403;
    case ErrorCode::kUnknownRecipient:
    case ErrorCode::kUnknownStock:
    case ErrorCode::kHistoryDisabled:
      return 404;
    case ErrorCode::kMessageTooLong:
    case ErrorCode::kTooManyNotifications:
      return 413;
    case ErrorCode::kUnsupportedMediaType:
      return 415;
    case ErrorCode::kRateLimited:
      return 429;
    case ErrorCode::kBusy:
      return 503;
    case ErrorCode::kNotKept:
      return 507;
    default:
      return 400;
  }
}

std::string ErrorText(ErrorCode code, std::string_view message) {
  std::string body = R"({"error":{"code":)";
  internal::AppendString(&body, Name(code));
  body += R"(,"message":)";
  internal::AppendString(&body, message);
  return body + "}}";
}

HttpResponse ErrorResponse(ErrorCode code, std::string_view message) {
  return JsonResponse(StatusOf(code), ErrorText(code, message));
}

HttpResponse ErrorResponse(const Rejection& rejection) {
  HttpResponse response = ErrorResponse(rejection.code, rejection.message);
  if (rejection.retry_after.count() > 0) {
    response.headers.emplace_back(
        "Retry-After", std::to_string(rejection.retry_after.count()));
  }
  return response;
}

HttpResponse MessageResponse(const std::variant<Payload, Rejection>& message) {
  if (const auto* rejection = std::get_if<Rejection>(&message)) {
    return ErrorResponse(*rejection);
  }
  HttpResponse response = JsonResponse(200, {});
  response.shared_body = std::get<Payload>(message);
  return response;
}

bool IsJson(std::string_view content_type) {
  return internal::EqualsIgnoringCase(internal::MediaTypeOf(content_type),
                                      kJson);
}

// Takes the same time wherever the two differ. Otherwise a token could be
// guessed character by character.
bool IsEqualInConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(
        difference |
        (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  return difference == 0;
}

std::string ResultText(const Notifier::SubmitResult& result) {
  if (!result.ok()) {
    return ErrorText(result.rejection->code, result.rejection->message);
  }
  return (result.scheduled ? "{"
                           : "{\"id\":" + std::to_string(result.id) + ",") +
         "\"delivered\":" + std::to_string(result.delivered) +
         ",\"queued\":" + std::to_string(result.queued) +
         (result.scheduled ? ",\"scheduled\":true}" : "}");
}

HttpResponse SubmitResponse(const Notifier::SubmitResult& result) {
  return result.ok() ? JsonResponse(200, ResultText(result))
                     : ErrorResponse(*result.rejection);
}

HttpResponse BatchResponse(const std::optional<Rejection>& rejection,
                           const std::vector<Notifier::SubmitResult>& results) {
  if (rejection) return ErrorResponse(*rejection);
  std::string body = "[";
  for (const Notifier::SubmitResult& result : results) {
    if (body.size() > 1) body += ',';
    body += ResultText(result);
  }
  return JsonResponse(200, body + "]");
}

// The number of a parameter; `otherwise` without one, nothing if it is none.
std::optional<std::uint64_t> NumberIn(const std::string& query,
                                      std::string_view name,
                                      std::uint64_t otherwise) {
  const std::optional<std::string> text = QueryParameter(query, name);
  if (!text) return otherwise;
  return internal::ReadNumber<std::uint64_t>(*text);
}

// A guard has found out who it is.
bool IsIdentified(const HttpRequest& request) {
  return !request.identity.user.empty();
}

bool HasToken(const HttpRequest& request,
              const NotificationApiOptions& options) {
  const auto token = request.BearerToken();
  return !options.token.empty() && token &&
         IsEqualInConstantTime(*token, options.token);
}

HttpResponse AskForToken() {
  HttpResponse response =
      ErrorResponse(ErrorCode::kUnauthorized,
                    "give the server's API token as 'Authorization: Bearer "
                    "TOKEN'");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

// Empty if the request may write.
std::optional<HttpResponse> RefuseWrite(const HttpRequest& request,
                                        const NotificationApiOptions& options) {
  if (IsIdentified(request)) return std::nullopt;
  if (options.token.empty()) {
    if (!options.require_token) return std::nullopt;
    return ErrorResponse(ErrorCode::kApiClosed,
                         "this server can be reached by other machines and has "
                         "no API token, so it takes no notifications by HTTP "
                         "(--anyone-may-send would allow it to everybody)");
  }
  if (HasToken(request, options)) return std::nullopt;
  return AskForToken();
}

// Empty if the request may read the inbox of `user`, which is its own if a
// guard knows who it is and it names nobody else.
std::optional<HttpResponse> RefuseRead(const HttpRequest& request,
                                       const NotificationApiOptions& options,
                                       const std::string& user) {
  if (user.empty() || HasToken(request, options)) return std::nullopt;
  if (IsIdentified(request)) {
    if (user == request.identity.user) return std::nullopt;
    return ErrorResponse(ErrorCode::kNotAllowed,
                         "the inbox is somebody else's");
  }
  if (options.token.empty()) {
    return ErrorResponse(ErrorCode::kApiClosed,
                         "an inbox is read with an API token, and this server "
                         "has none");
  }
  return AskForToken();
}

Notifier::Caller CallerOf(const HttpRequest& request,
                          const NotificationApiOptions& options) {
  Notifier::Caller caller;
  caller.name = "api";
  if (IsIdentified(request)) caller.identity = &request.identity;
  // Whoever shows the API token is a program of the operator.
  if (IsIdentified(request) || !HasToken(request, options)) {
    caller.address = request.remote_address;
  }
  return caller;
}

void Submit(Notifier& notifier, const NotificationApiOptions& options,
            const HttpRequest& request, const HttpReply& reply) {
  const Notifier::Caller caller = CallerOf(request, options);
  const std::string_view key = request.Header("idempotency-key");
  const auto done = [reply](const Notifier::SubmitResult& result) {
    reply(SubmitResponse(result));
  };
  const std::size_t begin = request.body.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && request.body[begin] == '[') {
    notifier.SubmitBatch(
        request.body, caller,
        [reply](const std::optional<Rejection>& rejection,
                const auto& results) {
          reply(BatchResponse(rejection, results));
        },
        key);
  } else {
    notifier.SubmitJson(request.body, caller, done, key);
  }
}

void ReadInbox(Notifier& notifier, const NotificationApiOptions& options,
               const HttpRequest& request, const HttpReply& reply) {
  Notifier::InboxQuery query;
  query.user =
      QueryParameter(request.query, "user").value_or(request.identity.user);
  if (auto refusal = RefuseRead(request, options, query.user)) {
    return reply(std::move(*refusal));
  }
  const auto after = NumberIn(request.query, "after", 0);
  const auto before = NumberIn(request.query, "before", 0);
  const auto limit = NumberIn(request.query, "limit", query.limit);
  if (!after || !before || !limit) {
    return reply(ErrorResponse(ErrorCode::kInvalidField,
                               "after, before and limit are whole numbers"));
  }
  query.after = *after;
  query.before = *before;
  query.limit = static_cast<std::size_t>(*limit);
  notifier.ReadInbox(
      query, CallerOf(request, options),
      [reply](const auto& inbox) { reply(MessageResponse(inbox)); });
}

// Where the events begin: behind the last one that the client has, or behind an
// id of this epoch, or now. Nothing if that makes no sense.
std::optional<Notifier::FollowQuery> StartOf(const HttpRequest& request) {
  Notifier::FollowQuery query;
  const std::string_view last = request.Header("last-event-id");
  if (!last.empty()) {
    const auto id = internal::ReadEventId(last);
    if (!id) return std::nullopt;
    query.epoch = id->epoch;
    query.after = id->id;
  } else if (QueryParameter(request.query, "after")) {
    query.after = NumberIn(request.query, "after", 0);
    if (!query.after) return std::nullopt;
  }
  return query;
}

void Follow(Notifier& notifier, internal::NotificationStreams& streams,
            const NotificationApiOptions& options, const HttpRequest& request,
            const HttpReply& reply) {
  const std::string user =
      QueryParameter(request.query, "user").value_or(request.identity.user);
  if (auto refusal = RefuseRead(request, options, user)) {
    return reply(std::move(*refusal));
  }
  auto query = StartOf(request);
  if (!query) {
    return reply(ErrorResponse(ErrorCode::kInvalidField,
                               "Last-Event-ID is the id of an event, and "
                               "after is a whole number"));
  }
  query->user = user;
  Notifier::FollowResult result =
      notifier.Follow(*query, CallerOf(request, options));
  if (result.rejection) return reply(ErrorResponse(*result.rejection));
  reply(streams.Respond(std::move(result.follower), request.identity.expires));
}

HttpResponse ReadHistory(StockTracker& tracker, const HttpRequest& request) {
  constexpr std::string_view kEnd = "/history";
  std::string_view symbol = request.rest;
  // A symbol may have a slash of its own: BTC/USD.
  if (symbol == kEnd || !internal::EndsWith(symbol, kEnd)) {
    HttpResponse response;
    response.status = 404;
    response.body =
        "there is nothing at this path; /api/stocks/SYMBOL/history "
        "has the past of a stock\n";
    return response;
  }
  symbol.remove_suffix(kEnd.size());
  return MessageResponse(
      tracker.HistoryFor(symbol, request.query, request.remote_address));
}

}  // namespace

void AddStockApi(Server& server, StockTracker& tracker) {
  server.Route("GET", "/api/stocks",
               [&tracker](const HttpRequest& request, const HttpReply& reply) {
                 reply(MessageResponse(tracker.SnapshotFor(request.query)));
               });
  server.Route("GET", "/api/stocks/*",
               [&tracker](const HttpRequest& request, const HttpReply& reply) {
                 reply(ReadHistory(tracker, request));
               });
}

void AddNotificationApi(Server& server, Notifier& notifier,
                        NotificationApiOptions options) {
  server.Route("GET", "/api/users",
               [&notifier](const HttpRequest&, const HttpReply& reply) {
                 reply(MessageResponse(notifier.Users()));
               });
  server.Route(
      "GET", "/api/notifications",
      [&notifier, options](const HttpRequest& request, const HttpReply& reply) {
        ReadInbox(notifier, options, request, reply);
      });
  const auto streams = std::make_shared<internal::NotificationStreams>(
      server.scheduler(), options.heartbeat);
  server.Route("GET", "/api/notifications/stream",
               [&notifier, streams, options](const HttpRequest& request,
                                             const HttpReply& reply) {
                 Follow(notifier, *streams, options, request, reply);
               });
  server.Route(
      "POST", "/api/notifications",
      [&notifier, options = std::move(options)](const HttpRequest& request,
                                                const HttpReply& reply) {
        if (auto refusal = RefuseWrite(request, options)) {
          reply(std::move(*refusal));
          return;
        }
        if (!IsJson(request.Header("content-type"))) {
          reply(ErrorResponse(ErrorCode::kUnsupportedMediaType,
                              "send 'Content-Type: application/json'"));
          return;
        }
        Submit(notifier, options, request, reply);
      });
}

bool IsLoopback(const std::string& address) {
  // "127.example.com" is not numeric and may be anywhere.
  in_addr ipv4{};
  return address == "localhost" || address == "::1" ||
         (internal::BeginsWith(address, "127.") &&
          ::inet_pton(AF_INET, address.c_str(), &ipv4) == 1);
}

}  // namespace tickerhub
