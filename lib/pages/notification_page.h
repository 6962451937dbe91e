#ifndef TICKERHUB_LIB_PAGES_NOTIFICATION_PAGE_H_
#define TICKERHUB_LIB_PAGES_NOTIFICATION_PAGE_H_

#include <kainjow/mustache.hpp>
#include <string>

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

  std::string Html();

 private:
  Notifier& notifier_;
  kainjow::mustache::mustache template_;
  NotificationPageOptions options_;
};

}  // namespace tickerhub::internal

#endif  // TICKERHUB_LIB_PAGES_NOTIFICATION_PAGE_H_
