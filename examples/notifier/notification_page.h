#ifndef TICKERHUB_EXAMPLES_NOTIFIER_NOTIFICATION_PAGE_H_
#define TICKERHUB_EXAMPLES_NOTIFIER_NOTIFICATION_PAGE_H_

// The page of the notifier with those who are online now in it. Its variables
// are described in examples/pages/README.md.

#include <kainjow/mustache.hpp>
#include <string>

#include "tickerhub/notifier.h"

namespace tickerhub::examples {

class NotificationPage {
 public:
  /// `notifier` must outlive the page.
  NotificationPage(Notifier& notifier, const std::string& page_template);

  std::string Html();

 private:
  Notifier& notifier_;
  kainjow::mustache::mustache template_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFIER_NOTIFICATION_PAGE_H_
