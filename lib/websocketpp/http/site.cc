#include "http/site.h"

#include <cstdio>
#include <utility>

#include "content/byte_range.h"
#include "content/gzip.h"
#include "http/health_path.h"
#include "http/path_rest.h"
#include "text/ascii.h"
#include "text/field_value.h"

namespace tickerhub::internal {
namespace {

// RFC 9110 §15.
constexpr int kNoContent = 204;
constexpr int kPartialContent = 206;
constexpr int kNotModified = 304;
constexpr int kBadRequest = 400;
constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;
constexpr int kRangeNotSatisfiable = 416;
constexpr int kUpgradeRequired = 426;

constexpr char kFileMethods[] = "GET, HEAD, OPTIONS";

// RFC 9110 §13.1.2: the header is "*" or a list of tags. Tags are compared
// weakly, because a proxy that compresses makes a tag weak.
bool Names(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  while (!if_none_match.empty()) {
    std::string_view tag = TakeElement(&if_none_match, ',');
    if (BeginsWith(tag, "W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

// RFC 9110 §13.1.5: a part is of use only if the client has a part of the same
// file. Weak tags do not prove that, and files have no dates.
bool WantsPart(const HttpRequest& request, std::string_view etag) {
  if (request.Header("Range").empty()) return false;
  const std::string_view if_range = request.Header("If-Range");
  return if_range.empty() || if_range == etag;
}

// Puts the part of the content that the request asks for into the response.
void TakePart(const std::string& content, std::string_view range,
              HttpResponse* response) {
  const auto part = ReadByteRange(range, content.size());
  if (!part) {
    response->body = content;
    return;
  }
  const std::string size = std::to_string(content.size());
  if (part->size == 0) {
    response->status = kRangeNotSatisfiable;
    response->content_type = HttpResponse().content_type;
    response->headers.emplace_back("Content-Range", "bytes */" + size);
    response->body = "the file has " + size + " bytes\n";
    return;
  }
  response->status = kPartialContent;
  response->headers.emplace_back(
      "Content-Range", "bytes " + std::to_string(part->first) + "-" +
                           std::to_string(part->first + part->size - 1) + "/" +
                           size);
  response->body = content.substr(part->first, part->size);
}

// "tag" becomes "tag-gzip": other bytes need another tag (RFC 9110
// §8.8.3).
std::string EtagOfGzip(std::string etag) {
  etag.insert(etag.size() - 1, "-gzip");
  return etag;
}

HttpResponse AnswerWithFile(const Site::File& file,
                            const HttpRequest& request) {
  HttpResponse response;
  const bool is_gzip = !file.gzip.empty() &&
                       AcceptsGzip(request.headers.Joined("Accept-Encoding"));
  const std::string etag = is_gzip ? EtagOfGzip(file.etag) : file.etag;
  const std::string& content = is_gzip ? file.gzip : file.file.content;
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("Accept-Ranges", "bytes");
  if (!file.gzip.empty()) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  response.content_type = file.file.content_type;
  if (Names(request.headers.Joined("If-None-Match"), etag)) {
    response.status = kNotModified;
    return response;
  }
  if (WantsPart(request, etag)) {
    TakePart(content, request.Header("Range"), &response);
  } else {
    response.body = content;
  }
  // A sentence about a range that is none is not compressed.
  if (is_gzip && response.status != kRangeNotSatisfiable) {
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

// Answers a method that an address does not know, and OPTIONS (RFC 9110
// §9.3.7).
HttpResponse TellMethods(const HttpRequest& request, const std::string& allow) {
  HttpResponse response;
  if (request.method == "OPTIONS") {
    response.status = kNoContent;
    response.headers.emplace_back("Allow", allow);
    return response;
  }
  response.status = kMethodNotAllowed;
  response.body = "this address knows only " + allow + "\n";
  response.headers.emplace_back("Allow", allow);
  return response;
}

HttpResponse BadPath() {
  HttpResponse response;
  response.status = kBadRequest;
  response.body =
      "the path has a segment that is '.', '..' or empty, or an escape that it "
      "may not have\n";
  return response;
}

std::string AllowedMethods(const Site::Methods& methods) {
  std::string allow;
  for (const auto& [method, handler] : methods) {
    if (method == "OPTIONS") continue;
    allow += method == "GET" ? "GET, HEAD, " : method + ", ";
  }
  return allow + "OPTIONS";
}

bool IsKnown(const Site& site, std::string_view path) {
  return site.files.count(path) > 0 || site.pages.count(path) > 0 ||
         site.FindRoute(path) || site.FindChannel(path) || IsHealthPath(path);
}

// RFC 9110 §15.5.22.
HttpResponse UpgradeRequired(const HttpRequest& request) {
  HttpResponse response;
  response.status = kUpgradeRequired;
  // A proxy passes the key on, but not the fields that concern one hop.
  response.body =
      request.headers.Find("Sec-WebSocket-Key") < request.headers.size()
          ? "this WebSocket handshake has no 'Upgrade: websocket' and "
            "'Connection: Upgrade', so a proxy has dropped them; nginx needs "
            "proxy_http_version 1.1 and both fields (proxy_set_header)\n"
          : "this address speaks WebSocket only\n";
  response.headers.emplace_back("Upgrade", "websocket");
  return response;
}

// The entry of the path itself, or else of the longest prefix; end() if there
// is none.
template <typename ByPath>
typename ByPath::const_iterator FindPath(const ByPath& map,
                                         std::string_view path) {
  if (const auto exact = map.find(path); exact != map.end()) return exact;
  std::string prefix(path);
  for (std::size_t slash = prefix.rfind('/'); slash != std::string::npos;
       slash = slash == 0 ? std::string::npos : prefix.rfind('/', slash - 1)) {
    prefix.resize(slash + 1);
    const auto found = map.find(prefix + "*");
    if (found != map.end()) return found;
  }
  return map.end();
}

std::optional<Site::FoundRoute> FindIn(const Site::Routes& routes,
                                       std::string_view path) {
  const auto found = FindPath(routes, path);
  if (found == routes.end()) return std::nullopt;
  const bool is_prefix = found->first != path;
  return Site::FoundRoute{&found->second,
                          is_prefix ? found->first.size() - 1 : path.size()};
}

}  // namespace

std::optional<Site::FoundRoute> Site::FindRoute(std::string_view path) const {
  return FindIn(routes, path);
}

const HttpGuard* Site::FindGuard(std::string_view path) const {
  const auto found = FindPath(guards, path);
  return found == guards.end() ? nullptr : &found->second;
}

// A proxy on this machine connects from it for others, so what it forwards
// comes from elsewhere.
std::optional<Site::FoundRoute> Site::FindRoute(
    const HttpRequest& request) const {
  const bool is_forwarded = !request.Header("Forwarded").empty() ||
                            !request.Header("X-Forwarded-For").empty() ||
                            !request.Header("Via").empty();
  if (request.from_admin_listener) return FindIn(admin_routes, request.path);
  const auto open = FindRoute(request.path);
  if (!admin_routes_everywhere || is_forwarded) return open;
  const auto admin = FindIn(admin_routes, request.path);
  const bool is_admin =
      admin && (!open || admin->prefix_size >= open->prefix_size);
  return is_admin ? admin : open;
}

SiteAnswer AnswerFromSite(const Site& site, HttpRequest* asked) {
  const HttpRequest& request = *asked;
  const auto file = site.files.find(request.path);
  if (file != site.files.end() && !request.from_admin_listener) {
    if (request.method != "GET") return {TellMethods(request, kFileMethods)};
    return {AnswerWithFile(file->second, request)};
  }
  if (PageCache* const page = site.FindPage(request)) {
    if (request.method == "GET") return {std::nullopt, page, nullptr};
    return {TellMethods(request, kFileMethods)};
  }
  if (const auto route = site.FindRoute(request)) {
    const auto handler = route->methods->find(request.method);
    if (handler == route->methods->end()) {
      return {TellMethods(request, AllowedMethods(*route->methods))};
    }
    auto rest = DecodePathRest(
        std::string_view(request.path).substr(route->prefix_size));
    if (!rest) return {BadPath()};
    asked->rest = *std::move(rest);
    return {std::nullopt, nullptr, &handler->second};
  }
  // "*" asks about the server (RFC 9110 §9.3.7).
  if (request.method == "OPTIONS" &&
      (request.path == "*" || IsKnown(site, request.path))) {
    return {TellMethods(request, kFileMethods)};
  }
  if (!request.from_admin_listener && site.FindChannel(request.path)) {
    return {UpgradeRequired(request)};
  }
  // GET was answered before: HttpRequests::AnswerHealth().
  if (IsHealthPath(request.path)) {
    return {TellMethods(request, kFileMethods)};
  }
  HttpResponse response;
  response.status = kNotFound;
  response.body = NothingAt(site, request.path);
  return {std::move(response)};
}

std::string NothingAt(const Site& site, std::string_view path) {
  std::string answer = "there is nothing at this address";
  std::string other(path.substr(0, path.find_last_not_of('/') + 1));
  if (other.size() == path.size()) other += '/';
  // The path is one of the site's own then, not just what the client sent.
  if (!other.empty() && IsKnown(site, other)) {
    answer += "; there is something at " + other;
  }
  return answer + "\n";
}

// FNV-1a: enough to tell two versions of a file apart.
std::string EtagOf(std::string_view content) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : content) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  char text[24];
  std::snprintf(text, sizeof text, "\"%016llx\"",
                static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace tickerhub::internal
