#ifndef TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_H_
#define TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connections/user_places.h"
#include "content/page_cache.h"
#include "tickerhub/admission.h"
#include "tickerhub/channel_handler.h"
#include "tickerhub/websocketpp/channel.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// How fast one client may send; a rate of 0: as fast as it likes.
struct InboundLimits {
  double messages_per_second = 0;
  double message_burst = 0;
  double bytes_per_second = 0;
  double byte_burst = 0;
};

/// The limits of one channel: its own, or those of the server.
struct ChannelLimits {
  std::size_t max_message_bytes = 0;
  std::size_t max_queued_bytes = 0;
  std::uint32_t max_unhandled_messages = 0;
  InboundLimits inbound;
};

/// What is served at which path. It does not change after Server::Listen(), but
/// for the counters, so any thread may read it.
struct Site {
  struct Channel {
    std::string path;
    ChannelOptions options;
    ChannelLimits limits;               // from Listen() on
    ChannelHandler* handler = nullptr;  // called on the hub's thread
    AdmissionFunction admission;        // called on the loops' threads
    // Those that count for ChannelOptions::max_sessions.
    mutable std::atomic<std::size_t> sessions{0};
    mutable UserPlaces users;  // for max_sessions_per_user
  };
  struct File {
    StaticFile file;
    std::string etag;
    // The same compressed; empty if it is no smaller.
    std::string gzip;
  };
  using Methods = std::map<std::string, HttpHandler, std::less<>>;

  using Routes = std::map<std::string, Methods, std::less<>>;

  std::deque<Channel> channels;
  // By path. "/a/*" stands for everything below "/a/".
  Routes routes;
  Routes admin_routes;
  // Set by Listen(): every listener may serve them, because only this machine
  // can connect.
  bool admin_routes_everywhere = false;
  std::map<std::string, File, std::less<>> files;        // by path
  std::map<std::string, HttpGuard, std::less<>> guards;  // by path, as routes
  std::map<std::string, std::unique_ptr<PageCache>, std::less<>> pages;

  std::optional<std::uint16_t> FindChannel(std::string_view path) const {
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (channels[i].path == path) return static_cast<std::uint16_t>(i);
    }
    return std::nullopt;
  }

  /// Returns the page that a request asks for; null if there is none. Admin
  /// listeners have no pages.
  PageCache* FindPage(const HttpRequest& request) const {
    const auto found = pages.find(request.path);
    return found == pages.end() || request.from_admin_listener
               ? nullptr
               : found->second.get();
  }

  struct FoundRoute {
    const Methods* methods;
    std::size_t prefix_size;  // of the path; all of it is the route's own
  };
  /// Returns the route of a path: its own, or else the longest prefix.
  std::optional<FoundRoute> FindRoute(std::string_view path) const;
  /// The guard of a path, likewise; null if there is none.
  const HttpGuard* FindGuard(std::string_view path) const;
  /// Likewise, of those that the request may ask for.
  std::optional<FoundRoute> FindRoute(const HttpRequest& request) const;
};

/// Who answers a request. It is one of these.
struct SiteAnswer {
  /// The site itself, without the hub: a file or a part of it (200, 206, 304 or
  /// 416), what OPTIONS asks for, 400, 404, 405 or 426.
  std::optional<HttpResponse> response;
  PageCache* page = nullptr;
  const HttpHandler* route = nullptr;
};

/// Finds out who answers. For a route, `request` gets its `rest`.
/// REQUIRES: a HEAD request comes as GET. Any thread may call.
SiteAnswer AnswerFromSite(const Site& site, HttpRequest* request);

/// The body of a 404: "there is nothing at this address". Names the path that
/// there is if only a slash at the end is too many or missing.
std::string NothingAt(const Site& site, std::string_view path);

/// A strong entity tag of `content` (RFC 9110 §8.8.3), quotes included.
std::string EtagOf(std::string_view content);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_WEBSOCKETPP_HTTP_SITE_H_
