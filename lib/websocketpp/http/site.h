#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tickerhub/channel_handler.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// What is served at which path. It does not change after Server::Listen(), so
/// any thread may read it.
struct Site {
  struct Channel {
    std::string path;
    ChannelHandler* handler = nullptr;  // called on the hub's thread
  };
  struct File {
    StaticFile file;
    std::string etag;
  };
  using Methods = std::map<std::string, HttpHandler, std::less<>>;

  std::vector<Channel> channels;
  std::map<std::string, Methods, std::less<>> routes;  // by path
  std::map<std::string, File, std::less<>> files;      // by path

  std::optional<std::uint16_t> FindChannel(std::string_view path) const {
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (channels[i].path == path) return static_cast<std::uint16_t>(i);
    }
    return std::nullopt;
  }
};

/// Returns what the site answers without the hub: a file (200 or 304),
/// "/healthz", 404, 405 or 426. Returns nothing if a route has to answer.
/// REQUIRES: a HEAD request comes as GET. Any thread may call.
std::optional<HttpResponse> AnswerFromSite(const Site& site,
                                           const HttpRequest& request);

/// A strong entity tag of `content` (RFC 9110 §8.8.3), quotes included.
std::string EtagOf(std::string_view content);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_H_
