#include "tickerhub/websocketpp/http_api.h"

#include <arpa/inet.h>

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "text/ascii.h"
#include "text/json.h"
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
      return 403;
    case ErrorCode::kUnknownRecipient:
    case ErrorCode::kUnknownStock:
      return 404;
    case ErrorCode::kMessageTooLong:
      return 413;
    case ErrorCode::kUnsupportedMediaType:
      return 415;
    case ErrorCode::kBusy:
      return 503;
    case ErrorCode::kNotKept:
      return 507;
    default:
      return 400;
  }
}

HttpResponse ErrorResponse(ErrorCode code, std::string_view message) {
  std::string body = R"({"error":{"code":)";
  internal::AppendString(&body, Name(code));
  body += R"(,"message":)";
  internal::AppendString(&body, message);
  body += "}}";
  return JsonResponse(StatusOf(code), std::move(body));
}

bool IsJson(std::string_view content_type) {
  return internal::EqualsIgnoringCase(
      content_type.substr(0, content_type.find_first_of("; ")), kJson);
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

HttpResponse SubmitResponse(const Notifier::SubmitResult& result) {
  if (!result.ok()) {
    return ErrorResponse(result.rejection->code, result.rejection->message);
  }
  return JsonResponse(
      200, "{\"id\":" + std::to_string(result.id) + ",\"delivered\":" +
               std::to_string(result.delivered) + ",\"queued\":0}");
}

// Empty if the request may write.
std::optional<HttpResponse> RefuseWrite(const HttpRequest& request,
                                        const NotificationApiOptions& options) {
  if (options.token.empty()) {
    if (!options.require_token) return std::nullopt;
    return ErrorResponse(ErrorCode::kApiClosed,
                         "this server can be reached by other machines and has "
                         "no API token, so it takes no notifications by HTTP "
                         "(--anyone-may-send would allow it to everybody)");
  }
  const auto token = request.BearerToken();
  if (token && IsEqualInConstantTime(*token, options.token)) {
    return std::nullopt;
  }
  HttpResponse response =
      ErrorResponse(ErrorCode::kUnauthorized,
                    "give the server's API token as 'Authorization: Bearer "
                    "TOKEN'");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

void AddStockApi(Server& server, StockTracker& tracker) {
  server.Route(
      "GET", "/api/stocks",
      [&tracker](const HttpRequest& request, const HttpReply& reply) {
        const auto snapshot = tracker.SnapshotFor(request.query);
        if (const auto* rejection = std::get_if<Rejection>(&snapshot)) {
          return reply(ErrorResponse(rejection->code, rejection->message));
        }
        reply(
            JsonResponse(200, std::string(std::get<Payload>(snapshot).text())));
      });
}

void AddNotificationApi(Server& server, Notifier& notifier,
                        NotificationApiOptions options) {
  server.Route("GET", "/api/users",
               [&notifier](const HttpRequest&, const HttpReply& reply) {
                 reply(JsonResponse(200, std::string(notifier.Users().text())));
               });
  server.Route(
      "POST", "/api/notifications",
      [&notifier, options = std::move(options)](const HttpRequest& request,
                                                const HttpReply& reply) {
        // A guard has found out who it is, or the token says that it may.
        const bool is_known = !request.identity.user.empty();
        if (auto refusal =
                is_known ? std::nullopt : RefuseWrite(request, options)) {
          reply(std::move(*refusal));
          return;
        }
        if (!IsJson(request.Header("content-type"))) {
          reply(ErrorResponse(ErrorCode::kUnsupportedMediaType,
                              "send 'Content-Type: application/json'"));
          return;
        }
        const auto done = [reply](const Notifier::SubmitResult& result) {
          reply(SubmitResponse(result));
        };
        if (is_known) {
          notifier.SubmitJsonAs(request.identity, request.body, done);
        } else {
          notifier.SubmitJson(request.body, "api", done);
        }
      });
}

bool IsLoopback(const std::string& address) {
  // "127.example.com" is not numeric and may be anywhere.
  in_addr ipv4{};
  return address == "localhost" || address == "::1" ||
         (address.rfind("127.", 0) == 0 &&
          ::inet_pton(AF_INET, address.c_str(), &ipv4) == 1);
}

}  // namespace tickerhub
