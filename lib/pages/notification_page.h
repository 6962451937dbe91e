#ifndef TICKERHUB_LIB_PAGES_NOTIFICATION_PAGE_H_
#define TICKERHUB_LIB_PAGES_NOTIFICATION_PAGE_H_

#include <cstddef>
#include <kainjow/mustache.hpp>
#include <string>
#include <vector>

#include "tickerhub/notifier.h"
#include "tickerhub/pages/pages.h"

namespace tickerhub::internal {

/// The page of the notifier with those who are online now in it. Its variables
/// are described in lib/pages/README.md.
class NotificationPage {
 public:
  /// `notifier` must outlive the page.
  NotificationPage(Notifier& notifier, const std::string& page_template,
                   NotificationPageOptions options);

  /// What the page shows.
  struct Content {
    std::vector<NotificationRouter::User> users;
    std::size_t total = 0;
    std::string bootstrap;  ///< the `users` message
  };

  /// Takes what there is to show at this moment. Call it on the hub's thread.
  Content Collect() const;
  /// Call it on one thread at a time; any may.
  std::string Html(const Content& content);

 private:
  Notifier& notifier_;
  kainjow::mustache::mustache template_;
  NotificationPageOptions options_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_NOTIFICATION_PAGE_H_
