#ifndef TICKERHUB_LIB_PAGES_EMBEDDED_FILES_H_
#define TICKERHUB_LIB_PAGES_EMBEDDED_FILES_H_

// The files of lib/pages/web, which are put into the library when it is built
// (cmake/EmbedFiles.cmake).

#include <string_view>
#include <vector>

namespace tickerhub::internal {

struct EmbeddedFile {
  std::string_view folder;  ///< "stocks"
  std::string_view name;    ///< without folders: "styles.css"
  std::string_view content;
};

std::vector<EmbeddedFile> EmbeddedFiles();

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_EMBEDDED_FILES_H_
