#include "http/site.h"

#include <cstdio>

#include "text/field_value.h"

namespace tickerhub::internal {
namespace {

// RFC 9110 §15.
constexpr int kNotModified = 304;
constexpr int kNotFound = 404;
constexpr int kMethodNotAllowed = 405;
constexpr int kUpgradeRequired = 426;

// RFC 9110 §13.1.2: the header is "*" or a list of tags. Tags are compared
// weakly, because a proxy that compresses makes a tag weak.
bool Names(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  while (!if_none_match.empty()) {
    std::string_view tag = TakeElement(&if_none_match, ',');
    if (tag.substr(0, 2) == "W/") tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

HttpResponse AnswerWithFile(const Site::File& file,
                            const HttpRequest& request) {
  HttpResponse response;
  response.headers.emplace_back("ETag", file.etag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.content_type = file.file.content_type;
  if (Names(request.headers.Joined("If-None-Match"), file.etag)) {
    response.status = kNotModified;
  } else {
    response.body = file.file.content;
  }
  return response;
}

HttpResponse MethodNotAllowed(const std::string& allow) {
  HttpResponse response;
  response.status = kMethodNotAllowed;
  response.body = "this address knows only " + allow + "\n";
  response.headers.emplace_back("Allow", allow);
  return response;
}

std::string AllowedMethods(const Site::Methods& methods) {
  std::string allow;
  for (const auto& [method, handler] : methods) {
    if (!allow.empty()) allow += ", ";
    allow += method == "GET" ? "GET, HEAD" : method;
  }
  return allow;
}

}  // namespace

const Site::Methods* Site::FindRoute(std::string_view path) const {
  if (const auto exact = routes.find(path); exact != routes.end()) {
    return &exact->second;
  }
  std::string prefix(path);
  for (std::size_t slash = prefix.rfind('/'); slash != std::string::npos;
       slash = slash == 0 ? std::string::npos : prefix.rfind('/', slash - 1)) {
    prefix.resize(slash + 1);
    const auto found = routes.find(prefix + "*");
    if (found != routes.end()) return &found->second;
  }
  return nullptr;
}

std::optional<HttpResponse> AnswerFromSite(const Site& site,
                                           const HttpRequest& request) {
  if (const auto file = site.files.find(request.path);
      file != site.files.end()) {
    if (request.method != "GET") return MethodNotAllowed("GET, HEAD");
    return AnswerWithFile(file->second, request);
  }
  if (const Site::Methods* const methods = site.FindRoute(request.path)) {
    if (methods->count(request.method) > 0) return std::nullopt;
    return MethodNotAllowed(AllowedMethods(*methods));
  }
  HttpResponse response;
  if (request.path == "/healthz") {
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body = "ok\n";
  } else if (site.FindChannel(request.path)) {
    response.status = kUpgradeRequired;
    response.body = "this address speaks WebSocket only\n";
    response.headers.emplace_back("Upgrade", "websocket");
  } else {
    response.status = kNotFound;
    response.body = "there is nothing at this address\n";
  }
  return response;
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
