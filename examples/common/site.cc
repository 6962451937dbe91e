#include "common/site.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "common/embedded_files.h"

namespace tickerhub::examples {
namespace {

namespace fs = std::filesystem;

// Nothing but our own files, and no inline script or style. 'self' alone does
// not cover WebSockets in every browser, hence ws: and wss:.
constexpr char kContentSecurityPolicy[] =
    "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

// All files of a directory are kept in memory: a wrong directory, "/" say, must
// not fill it.
constexpr std::size_t kMaxSiteFiles = 1'000;
constexpr std::uintmax_t kMaxSiteBytes = 64 * 1024 * 1024;

bool IsHidden(const fs::path& path) {
  return path.filename().native().front() == '.';
}

bool ReadWhole(const fs::path& path, std::string* content) {
  std::ifstream file(path, std::ios::binary);
  content->assign(std::istreambuf_iterator<char>(file), {});
  return file.good() || file.eof();
}

// Returns an empty string or a sentence.
std::string ReadFiles(const fs::path& root, Site* site) {
  std::uintmax_t bytes = 0;
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (IsHidden(entry->path())) {
      if (entry->is_directory()) entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    bytes += entry->file_size();
    if (bytes > kMaxSiteBytes || site->files.size() >= kMaxSiteFiles) {
      return "has more than 1,000 files or 64 MiB; name the folder with the "
             "pages alone";
    }
    const fs::path relative = entry->path().lexically_relative(root);
    StaticFile file{std::string(ContentTypeOf(relative.filename().string())),
                    {}};
    if (!ReadWhole(entry->path(), &file.content)) {
      return "has a file that cannot be read: " + relative.string();
    }
    if (relative == "index.html") site->files.push_back({"/", file});
    site->files.push_back({"/" + relative.generic_string(), std::move(file)});
  }
  return {};
}

}  // namespace

Site BuiltInSite() {
  Site site;
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.name == "index.mustache") {
      site.home_template = file.content;
    } else {
      site.files.push_back(
          {"/" + std::string(file.name),
           {std::string(ContentTypeOf(file.name)), std::string(file.content)}});
    }
  }
  return site;
}

std::optional<Site> ReadSite(const std::string& directory, std::string* error) {
  Site site;
  std::error_code not_a_directory;
  if (!fs::is_directory(directory, not_a_directory)) {
    *error = "there is no directory " + directory;
    return std::nullopt;
  }
  if (!fs::is_regular_file(fs::path(directory) / "index.html",
                           not_a_directory)) {
    *error = "the directory " + directory + " has no index.html";
    return std::nullopt;
  }
  std::string fault;
  try {
    fault = ReadFiles(directory, &site);
  } catch (const fs::filesystem_error& failure) {
    fault = "cannot be read: " + failure.code().message();
  }
  if (!fault.empty()) {
    *error = "the directory " + directory + " " + fault;
    return std::nullopt;
  }
  return site;
}

void ServeSite(Server& server, const Site& site,
               std::function<std::string()> render_home) {
  for (const SiteFile& file : site.files) {
    server.ServeFile(file.path, file.file);
  }
  if (site.home_template.empty()) return;
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
