#include "http/origin.h"

#include <algorithm>

#include "text/ascii.h"
#include "tickerhub/remote_address.h"
#include "tickerhub/websocketpp/http_api.h"

namespace tickerhub {
namespace internal {
namespace {

// RFC 9110 §15.
constexpr int kForbidden = 403;

constexpr std::string_view kSchemeEnd = "://";

// "example.com:8080" or "[::1]:8080".
struct Authority {
  std::string_view host;  // without brackets
  std::string_view port;  // empty: that of the scheme
};

Authority Split(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = std::min(text.find(']'), text.size() - 1);
    std::string_view rest = text.substr(end + 1);
    if (!rest.empty()) rest.remove_prefix(1);
    return {text.substr(1, end - 1), rest};
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  return {text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
}

std::string_view PortOf(std::string_view scheme, const Authority& authority) {
  if (!authority.port.empty()) return authority.port;
  return scheme == "https" ? "443" : "80";
}

// A name that no name server decides.
bool IsLocalName(std::string_view host) {
  constexpr std::string_view kLocalhost = "localhost";
  if (RemoteAddress::Parse(host)) return true;
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.size() < kLocalhost.size()) return false;
  const std::string_view end = host.substr(host.size() - kLocalhost.size());
  const std::string_view begin = host.substr(0, host.size() - end.size());
  return EqualsIgnoringCase(end, kLocalhost) &&
         (begin.empty() || begin.back() == '.');  // RFC 6761 §6.3
}

bool IsOwn(std::string_view origin, const OwnOrigin& own) {
  const std::size_t end = origin.find(kSchemeEnd);
  if (end == std::string_view::npos) return false;
  const std::string_view scheme = origin.substr(0, end);
  if (own.scheme.empty() ? scheme != "http" && scheme != "https"
                         : scheme != own.scheme) {
    return false;
  }
  const Authority page = Split(origin.substr(end + kSchemeEnd.size()));
  const Authority server = Split(own.host);
  if (page.host.empty() || !EqualsIgnoringCase(page.host, server.host) ||
      PortOf(scheme, page) != PortOf(scheme, server)) {
    return false;
  }
  return !own.only_local_names || IsLocalName(server.host);
}

bool IsApi(const HttpRequest& request) {
  return BeginsWith(request.path, kApiPath);
}

}  // namespace

OriginVerdict JudgeOrigin(std::string_view origin, const OwnOrigin& own) {
  if (origin.empty()) return OriginVerdict::kNoPage;
  const auto& allowed = own.allowed;
  if (std::find(allowed.begin(), allowed.end(), origin) != allowed.end()) {
    return OriginVerdict::kAllowed;
  }
  return IsOwn(origin, own) ? OriginVerdict::kOwn : OriginVerdict::kForeign;
}

OriginVerdict JudgePage(const HeaderFields& headers, const Listener& listener,
                        const std::vector<std::string>& allowed,
                        const SeenByClient& seen) {
  if (headers.Find("Origin") == headers.size()) return OriginVerdict::kNoPage;
  const bool is_proxied = seen.behind_proxy || listener.proxy_protocol;
  OwnOrigin own{
      allowed, seen.host, seen.scheme,
      /*only_local_names=*/IsLoopback(listener.address) && !is_proxied};
  if (own.host.empty()) own.host = headers.Get("Host");
  if (own.scheme.empty() && listener.tls) own.scheme = "https";
  return JudgeOrigin(headers.Joined("Origin"), own);
}

std::optional<HttpResponse> AnswerByOrigin(const HttpRequest& request,
                                           OriginVerdict verdict) {
  HttpResponse response;
  if (request.method == "OPTIONS") {
    const std::string_view wanted =
        request.Header("Access-Control-Request-Method");
    if (verdict != OriginVerdict::kAllowed || wanted.empty() ||
        !IsApi(request)) {
      return std::nullopt;
    }
    response.headers = {
        {"Access-Control-Allow-Methods", "GET, POST"},
        {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
        {"Access-Control-Max-Age", "600"}};
    return response;
  }
  if (verdict != OriginVerdict::kForeign || request.method == "GET") {
    return std::nullopt;
  }
  response.status = kForbidden;
  response.body = kForeignOrigin;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

void LetRead(const HttpRequest& request, HttpResponse* response) {
  if (!IsApi(request)) return;
  response->headers.emplace_back("Access-Control-Allow-Origin",
                                 request.Header("Origin"));
  response->headers.emplace_back("Vary", "Origin");
}

}  // namespace internal

bool IsOrigin(std::string_view text) {
  const std::size_t end = text.find(internal::kSchemeEnd);
  if (end == 0 || end == std::string_view::npos) return false;
  const std::string_view scheme = text.substr(0, end);
  const std::string_view host = text.substr(end + internal::kSchemeEnd.size());
  if (host.empty()) return false;
  for (const char c : text) {
    if (c <= ' ' || c > '~' || internal::LowerCase(c) != c) return false;
  }
  if (host.find_first_of("/?#@,*\\\"'") != std::string_view::npos) return false;
  const std::string_view port = internal::Split(host).port;
  // Browsers leave out the port that the scheme has.
  return host.back() != ':' && !(scheme == "http" && port == "80") &&
         !(scheme == "https" && port == "443") &&
         port.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace tickerhub
