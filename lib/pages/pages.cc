#include "tickerhub/pages/pages.h"

#include <functional>
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

// Allows our own files only, and no inline script or style. In some browsers
// 'self' does not cover WebSockets; therefore ws: and wss:.
constexpr char kContentSecurityPolicy[] =
    "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

// Serves the files of `folder` and those that the pages share. Returns the
// template.
std::string ServeFiles(Server& server, std::string_view folder) {
  std::string page_template;
  for (const internal::EmbeddedFile& file : internal::EmbeddedFiles()) {
    if (file.folder != folder && file.folder != "shared") continue;
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

// `render` makes the page for each request, on the hub's thread.
void ServePage(Server& server, const std::string& path,
               std::function<std::string()> render) {
  server.Route(
      "GET", path,
      [render = std::move(render)](const HttpRequest&, const HttpReply& reply) {
        HttpResponse response;
        response.content_type = "text/html; charset=utf-8";
        response.body = render();
        response.headers = {
            {"Cache-Control", "no-store"},
            {"Content-Security-Policy", kContentSecurityPolicy}};
        reply(std::move(response));
      });
}

}  // namespace

void AddStockPage(Server& server, StockTracker& tracker,
                  StockPageOptions options) {
  const std::string path = options.path;
  auto page = std::make_shared<internal::StockPage>(
      tracker, ServeFiles(server, "stocks"), std::move(options));
  ServePage(server, path, [page = std::move(page)] { return page->Html(); });
}

void AddNotificationPage(Server& server, Notifier& notifier,
                         NotificationPageOptions options) {
  const std::string path = options.path;
  auto page = std::make_shared<internal::NotificationPage>(
      notifier, ServeFiles(server, "notifications"), std::move(options));
  ServePage(server, path, [page = std::move(page)] { return page->Html(); });
}

}  // namespace tickerhub
