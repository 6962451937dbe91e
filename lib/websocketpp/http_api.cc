#include "tickerhub/websocketpp/http_api.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "text/ascii.h"
#include "text/json.h"

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

HttpResponse ErrorResponse(int status, std::string_view code,
                           std::string_view message) {
  std::string body = R"({"error":{"code":)";
  internal::AppendString(&body, code);
  body += R"(,"message":)";
  internal::AppendString(&body, message);
  body += "}}";
  return JsonResponse(status, std::move(body));
}

int StatusOf(std::string_view error_code) {
  using Entry = std::pair<std::string_view, int>;
  static constexpr std::array<Entry, 3> kStatuses{{
      {"unknown-recipient", 404},
      {"message-too-long", 413},
      {"rate-limited", 429},
  }};
  for (const auto& [code, status] : kStatuses) {
    if (code == error_code) return status;
  }
  return 400;
}

bool IsJson(std::string_view content_type) {
  return internal::EqualsIgnoringCase(
      content_type.substr(0, content_type.find_first_of("; ")), kJson);
}

// Takes the same time wherever the two differ, so that a token can't be found
// out character by character.
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
    return ErrorResponse(StatusOf(result.error_code), result.error_code,
                         result.error_message);
  }
  return JsonResponse(
      200, "{\"id\":" + std::to_string(result.id) + ",\"delivered\":" +
               std::to_string(result.delivered) + ",\"queued\":0}");
}

// Nothing if the request may write.
std::optional<HttpResponse> RefuseWrite(const HttpRequest& request,
                                        const NotificationApiOptions& options) {
  if (options.token.empty()) {
    if (!options.require_token) return std::nullopt;
    return ErrorResponse(403, "api-closed",
                         "this server can be reached by other machines and has "
                         "no API token, so it takes no notifications by HTTP");
  }
  constexpr std::string_view kScheme = "bearer ";
  std::string_view credentials = request.Header("authorization");
  if (internal::EqualsIgnoringCase(credentials.substr(0, kScheme.size()),
                                   kScheme)) {
    credentials.remove_prefix(kScheme.size());
    if (IsEqualInConstantTime(credentials, options.token)) return std::nullopt;
  }
  HttpResponse response =
      ErrorResponse(401, "unauthorized",
                    "give the server's API token as 'Authorization: Bearer "
                    "TOKEN'");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

void AddStockApi(Server& server, StockTracker& tracker) {
  server.Route(
      "GET", "/api/stocks",
      [&tracker](const HttpRequest&, const HttpReply& reply) {
        reply(JsonResponse(200, std::string(tracker.Snapshot().text())));
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
        if (auto refusal = RefuseWrite(request, options)) {
          reply(std::move(*refusal));
          return;
        }
        if (!IsJson(request.Header("content-type"))) {
          reply(ErrorResponse(415, "unsupported-media-type",
                              "send 'Content-Type: application/json'"));
          return;
        }
        notifier.SubmitJson(request.body, "api",
                            [reply](const Notifier::SubmitResult& result) {
                              reply(SubmitResponse(result));
                            });
      });
}

bool IsLoopback(const std::string& address) {
  // Of the numeric ones only: "127.example.com" may be anywhere.
  in_addr ipv4{};
  return address == "localhost" || address == "::1" ||
         (address.rfind("127.", 0) == 0 &&
          ::inet_pton(AF_INET, address.c_str(), &ipv4) == 1);
}

}  // namespace tickerhub
