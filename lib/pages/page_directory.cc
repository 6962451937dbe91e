#include "page_directory.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "tickerhub/pages/pages.h"

namespace tickerhub {
namespace internal {
namespace {

namespace fs = std::filesystem;

bool IsHidden(const fs::path& path) {
  return path.filename().native().front() == '.';
}

std::optional<std::string> ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) return std::nullopt;
  return content;
}

Status ReadFiles(const fs::path& root, std::vector<PageFile>* files) {
  const std::string directory = "the directory " + root.string() + " has ";
  std::uintmax_t bytes = 0;
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (IsHidden(entry->path())) {
      if (entry->is_directory()) entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    bytes += entry->file_size();
    if (bytes > kMaxPageBytes || files->size() >= kMaxPageFiles) {
      return {StatusCode::kInvalidArgument,
              directory +
                  "more than 1,000 files or 64 MiB; name the folder with the "
                  "pages alone"};
    }
    const fs::path relative = entry->path().lexically_relative(root);
    auto content = ReadWhole(entry->path());
    if (!content) {
      return {StatusCode::kPermissionDenied,
              directory + "a file that cannot be read: " + relative.string()};
    }
    StaticFile file{std::string(ContentTypeOf(relative.filename().string())),
                    *std::move(content)};
    if (relative == "index.html") files->push_back({"/", file});
    files->push_back({"/" + relative.generic_string(), std::move(file)});
  }
  return {};
}

}  // namespace

Status ReadDirectory(const std::string& directory,
                     std::vector<PageFile>* files) {
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored)) {
    return {StatusCode::kNotFound, "there is no directory " + directory};
  }
  if (!fs::is_regular_file(fs::path(directory) / "index.html", ignored)) {
    return {StatusCode::kNotFound,
            "the directory " + directory + " has no index.html"};
  }
  try {
    return ReadFiles(directory, files);
  } catch (const fs::filesystem_error& failure) {
    return {StatusCode::kUnavailable,
            "the directory " + directory +
                " cannot be read: " + failure.code().message()};
  }
}

}  // namespace internal

Status ServeDirectory(Server& server, const std::string& directory) {
  std::vector<internal::PageFile> files;
  if (Status status = internal::ReadDirectory(directory, &files);
      !status.ok()) {
    return status;
  }
  for (internal::PageFile& file : files) {
    server.ServeFile(file.path, std::move(file.file));
  }
  return {};
}

}  // namespace tickerhub
