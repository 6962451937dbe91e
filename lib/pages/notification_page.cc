#include "notification_page.h"

#include <utility>

#include "page_root.h"
#include "tickerhub/version.h"

namespace tickerhub::internal {
namespace {

namespace mustache = kainjow::mustache;

mustache::data Row(const NotificationRouter::User& user) {
  mustache::data row;
  row.set("identifier", user.identifier);
  row.set("anonymous", user.anonymous);
  row.set("connections", std::to_string(user.client_ids.size()));
  row.set("several", user.client_ids.size() > 1);
  return row;
}

}  // namespace

NotificationPage::NotificationPage(Notifier& notifier,
                                   const std::string& page_template,
                                   NotificationPageOptions options)
    : notifier_(notifier),
      template_(page_template),
      options_(std::move(options)) {}

NotificationPage::Content NotificationPage::Collect() const {
  const std::size_t most = Notifier::Options().max_listed_users;
  return {notifier_.router().Online(most), notifier_.router().online_count(),
          std::string(notifier_.Users().text())};
}

std::string NotificationPage::Html(const Content& content) {
  mustache::data users(mustache::data::type::list);
  for (const auto& user : content.users) users << Row(user);
  mustache::data page;
  page.set("title", options_.title);
  page.set("canSend", options_.why_sending_is_off.empty());
  page.set("whyNot", options_.why_sending_is_off);
  page.set("root", RootOf(options_.path));
  page.set("channel", WithoutSlash(options_.channel));
  page.set("users", users);
  page.set("total", std::to_string(content.total));
  page.set("bootstrap", content.bootstrap);
  page.set("version", TICKERHUB_VERSION);
  return template_.render(page);
}

}  // namespace tickerhub::internal
