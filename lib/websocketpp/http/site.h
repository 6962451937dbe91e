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

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_H_
