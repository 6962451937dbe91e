#ifndef TICKERHUB_EXAMPLES_COMMON_EMBEDDED_FILES_H_
#define TICKERHUB_EXAMPLES_COMMON_EMBEDDED_FILES_H_

// The files that were put into this program when it was built
// (cmake/EmbedFiles.cmake).

#include <string_view>
#include <vector>

namespace tickerhub::examples {

struct EmbeddedFile {
  std::string_view name;  ///< without folders: "styles.css"
  std::string_view content;
};

std::vector<EmbeddedFile> EmbeddedFiles();

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_EMBEDDED_FILES_H_
