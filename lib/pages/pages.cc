#include "tickerhub/pages/pages.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "embedded_files.h"
#include "notification_page.h"
#include "stock_page.h"

namespace tickerhub {
namespace {

constexpr std::string_view kTemplate = "index.mustache";

// Allows our own scripts, styles, pictures and channels only, and nothing
// inline. A text never becomes HTML ('trusted-types').
constexpr char kContentSecurityPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'";

// Serves the files of these folders and those that the pages share. Returns the
// template.
std::string ServeFiles(Server& server,
                       std::initializer_list<std::string_view> folders) {
  std::string page_template;
  for (const internal::EmbeddedFile& file : internal::EmbeddedFiles()) {
    const bool is_wanted =
        std::find(folders.begin(), folders.end(), file.folder) != folders.end();
    if (!is_wanted && file.folder != "shared") continue;
    if (file.name == kTemplate) {
      page_template = file.content;
    } else {
      server.ServeFile(
          "/" + std::string(file.name),
          {std::string(ContentTypeOf(file.name)), std::string(file.content)});
    }
  }
  return page_template;
}

template <typename Page>
void ServePage(Server& server, const std::string& path,
               std::shared_ptr<Page> page) {
  RenderedPage rendered;
  rendered.collect = [page = std::move(page)] {
    return [page, content = page->Collect()] { return page->Html(content); };
  };
  rendered.headers = {{"Cache-Control", "no-store"},
                      {"Content-Security-Policy", kContentSecurityPolicy},
                      {"X-Frame-Options", "DENY"},
                      {"Cross-Origin-Opener-Policy", "same-origin"}};
  server.ServePage(path, std::move(rendered));
}

}  // namespace

void AddStockPage(Server& server, StockTracker& tracker,
                  StockPageOptions options) {
  const std::string path = options.path;
  auto page = std::make_shared<internal::StockPage>(
      tracker, ServeFiles(server, {"stocks"}), std::move(options));
  ServePage(server, path, std::move(page));
}

void AddNotificationPage(Server& server, Notifier& notifier,
                         NotificationPageOptions options) {
  const std::string path = options.path;
  auto page = std::make_shared<internal::NotificationPage>(
      notifier, ServeFiles(server, {"notifications", "inbox"}),
      std::move(options));
  ServePage(server, path, std::move(page));
}

}  // namespace tickerhub
