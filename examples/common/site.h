#ifndef TICKERHUB_EXAMPLES_COMMON_SITE_H_
#define TICKERHUB_EXAMPLES_COMMON_SITE_H_

// The web pages of a server: the built-in ones, whose first paint holds the
// current state, or a directory of your own (--pages).

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct SiteFile {
  std::string path;  ///< "/app.js"
  StaticFile file;
};

struct Site {
  /// The mustache template of "/"; empty if a file of that path is there.
  std::string home_template;
  std::vector<SiteFile> files;
};

/// The files of EmbeddedFiles(), `index.mustache` being the template.
Site BuiltInSite();

/// Reads a directory with all below it but what starts with a dot: index.html
/// at "/", each file at its path. Returns nothing if that can't be done; then a
/// sentence is in `*error`.
std::optional<Site> ReadSite(const std::string& directory, std::string* error);

/// Serves `site`; `render_home` makes the page "/" of a site with a template,
/// for each request, on the hub's thread. REQUIRES: before Server::Listen().
void ServeSite(Server& server, const Site& site,
               std::function<std::string()> render_home);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_SITE_H_
