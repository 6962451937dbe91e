#ifndef TICKERHUB_EXAMPLES_COMMON_WEB_PAGES_H_
#define TICKERHUB_EXAMPLES_COMMON_WEB_PAGES_H_

// The web pages of a server. They are either built into the program, or read
// from a directory (--pages). The built-in home page shows the current state
// when it is first drawn: it is rendered from a template.

#include <functional>
#include <string>
#include <vector>

#include "tickerhub/status.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

struct PageFile {
  std::string path;  ///< "/app.js"
  StaticFile file;
};

struct WebPages {
  /// The mustache template of "/". Empty if `files` has a file for that path.
  std::string home_template;
  std::vector<PageFile> files;
};

/// Returns the files of EmbeddedFiles(). `index.mustache` is the template.
WebPages BuiltInPages();

/// Reads the files of a directory and of the directories below it into
/// `*pages`: index.html for "/", each file for its path. Leaves out names that
/// start with a dot. Fails if there is no such directory, if it has no
/// index.html, if a file cannot be read, and if it has more than 1,000 files or
/// 64 MiB.
Status ReadPages(const std::string& directory, WebPages* pages);

/// Serves `pages`. If they have a template, `render_home` renders "/" for each
/// request, on the hub's thread. REQUIRES: before Server::Listen().
void ServePages(Server& server, const WebPages& pages,
                std::function<std::string()> render_home);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_WEB_PAGES_H_
