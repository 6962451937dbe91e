#ifndef TICKERHUB_LIB_PAGES_PAGE_DIRECTORY_H_
#define TICKERHUB_LIB_PAGES_PAGE_DIRECTORY_H_

#include <string>
#include <vector>

#include "tickerhub/status.h"
#include "tickerhub/websocketpp/http.h"

namespace tickerhub::internal {

/// All files of a directory are kept in memory. A wrong directory ("/") must
/// not fill it.
constexpr std::size_t kMaxPageFiles = 1'000;
constexpr std::size_t kMaxPageBytes = 64 * 1024 * 1024;

struct PageFile {
  std::string path;  ///< "/app.js"
  StaticFile file;
};

/// Reads what ServeDirectory() serves into `*files`.
Status ReadDirectory(const std::string& directory,
                     std::vector<PageFile>* files);

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_PAGE_DIRECTORY_H_
