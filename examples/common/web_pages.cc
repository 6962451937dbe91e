#include "common/web_pages.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "common/embedded_files.h"

namespace tickerhub::examples {
namespace {

namespace fs = std::filesystem;

// Allows our own files only, and no inline script or style. In some browsers
// 'self' does not cover WebSockets; therefore ws: and wss:.
constexpr char kContentSecurityPolicy[] =
    "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

// All files of a directory are kept in memory. A wrong directory ("/") must not
// fill it.
constexpr std::size_t kMaxFiles = 1'000;
constexpr std::uintmax_t kMaxBytes = 64 * 1024 * 1024;

bool IsHidden(const fs::path& path) {
  return path.filename().native().front() == '.';
}

std::optional<std::string> ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) return std::nullopt;
  return content;
}

Status ReadFiles(const fs::path& root, WebPages* pages) {
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
    if (bytes > kMaxBytes || pages->files.size() >= kMaxFiles) {
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
    if (relative == "index.html") pages->files.push_back({"/", file});
    pages->files.push_back({"/" + relative.generic_string(), std::move(file)});
  }
  return {};
}

}  // namespace

WebPages BuiltInPages() {
  WebPages pages;
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.name == "index.mustache") {
      pages.home_template = file.content;
    } else {
      pages.files.push_back(
          {"/" + std::string(file.name),
           {std::string(ContentTypeOf(file.name)), std::string(file.content)}});
    }
  }
  return pages;
}

Status ReadPages(const std::string& directory, WebPages* pages) {
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored)) {
    return {StatusCode::kNotFound, "there is no directory " + directory};
  }
  if (!fs::is_regular_file(fs::path(directory) / "index.html", ignored)) {
    return {StatusCode::kNotFound,
            "the directory " + directory + " has no index.html"};
  }
  try {
    return ReadFiles(directory, pages);
  } catch (const fs::filesystem_error& failure) {
    return {StatusCode::kUnavailable,
            "the directory " + directory +
                " cannot be read: " + failure.code().message()};
  }
}

void ServePages(Server& server, const WebPages& pages,
                std::function<std::string()> render_home) {
  for (const PageFile& file : pages.files) {
    server.ServeFile(file.path, file.file);
  }
  if (pages.home_template.empty()) return;
  server.Route("GET", "/",
               [render_home = std::move(render_home)](const HttpRequest&,
                                                      const HttpReply& reply) {
                 HttpResponse response;
                 response.content_type = "text/html; charset=utf-8";
                 response.body = render_home();
                 response.headers = {
                     {"Cache-Control", "no-store"},
                     {"Content-Security-Policy", kContentSecurityPolicy}};
                 reply(std::move(response));
               });
}

}  // namespace tickerhub::examples
