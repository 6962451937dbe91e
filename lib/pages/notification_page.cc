#include "notification_page.h"

#include <utility>

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

std::string NotificationPage::Html() {
  mustache::data users(mustache::data::type::list);
  const std::size_t most = Notifier::Options().max_listed_users;
  for (const auto& user : notifier_.router().Online(most)) users << Row(user);
  mustache::data page;
  page.set("title", options_.title);
  page.set("channel", options_.channel);
  page.set("canSend", options_.why_sending_is_off.empty());
  page.set("whyNot", options_.why_sending_is_off);
  page.set("users", users);
  page.set("total", std::to_string(notifier_.router().online_count()));
  page.set("bootstrap", std::string(notifier_.Users().text()));
  page.set("version", TICKERHUB_VERSION);
  return template_.render(page);
}

}  // namespace tickerhub::internal
