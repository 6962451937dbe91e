#ifndef TICKERHUB_PAGES_PAGES_H_
#define TICKERHUB_PAGES_PAGES_H_

// Web pages for a server of yours: the stocks of a StockTracker, and the
// notifications of a Notifier. All files are inside the library; nothing comes
// from another origin. A page shows what is known when it is loaded, then
// follows the channel.
//
//     tickerhub::StockPageOptions stocks;
//     stocks.title = "Our prices";
//     tickerhub::AddStockPage(server, tracker, stocks);
//
//     tickerhub::NotificationPageOptions notifications;
//     notifications.path = "/inbox";  // "/" is taken
//     tickerhub::AddNotificationPage(server, notifier, notifications);
//
// A page lives at Options::path, its scripts and styles beside "/":
// "/stocks.js", "/styles.css". What both pages use is one file, so one server
// can have both. A path that is taken is a sentence from Server::Listen().
//
// Threads: call before Server::Listen(), on the thread that made the server.

#include <string>

#include "tickerhub/export.h"
#include "tickerhub/notifier.h"
#include "tickerhub/status.h"
#include "tickerhub/stock_tracker.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub {

struct TICKERHUB_EXPORT StockPageOptions {
  std::string path = "/";
  /// The path of the tracker's channel.
  std::string channel = "/stocks";
  /// The heading and the title of the browser's window.
  std::string title = "Stock prices";
  /// Shows the form that adds a stock. Set it to false where
  /// StockTracker::Options::may_add lets nobody add one.
  bool clients_may_add = true;
};

/// Serves the page of `tracker`, which must outlive Server::Run().
TICKERHUB_EXPORT void AddStockPage(Server& server, StockTracker& tracker,
                                   StockPageOptions options = {});

struct TICKERHUB_EXPORT NotificationPageOptions {
  std::string path = "/";
  /// The path of the notifier's channel.
  std::string channel = "/notifications";
  /// The heading and the title of the browser's window.
  std::string title = "Notifications";
  /// Why the form that sends is off: a sentence for who reads the page. Empty:
  /// it is on. Set it where Notifier::Options::may_send_to_all and
  /// may_send_to_users let nobody send.
  std::string why_sending_is_off;
};

/// Serves the page of `notifier`, which must outlive Server::Run().
TICKERHUB_EXPORT void AddNotificationPage(Server& server, Notifier& notifier,
                                          NotificationPageOptions options = {});

/// Serves pages of your own: index.html of `directory` at "/", each file of it
/// and of the directories below at its path. Leaves out names that start with a
/// dot. The files are read now and kept in memory. Fails, and serves nothing,
/// if there is no such directory, if it has no index.html, if a file cannot be
/// read, and if it has more than 1,000 files or 64 MiB.
TICKERHUB_EXPORT Status ServeDirectory(Server& server,
                                       const std::string& directory);

}  // namespace tickerhub

#endif  // TICKERHUB_PAGES_PAGES_H_
