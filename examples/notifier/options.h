#ifndef TICKERHUB_EXAMPLES_NOTIFIER_OPTIONS_H_
#define TICKERHUB_EXAMPLES_NOTIFIER_OPTIONS_H_

// The command line of tickerhub-notifier.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "common/server_options.h"
#include "notifier/store.h"
#include "tickerhub/notifier.h"
#include "tickerhub/websocketpp/http_api.h"

namespace tickerhub::examples {

struct AnnouncementOptions {
  std::chrono::milliseconds every{0};  ///< 0: never
  std::string text = "The server is up and well.";
  bool read_standard_input = true;
  std::size_t max_bytes = 0;  ///< of a text; as Notifier::Options says
};

struct NotifierOptions {
  ServerOptions server;
  AnnouncementOptions announcements;
  StoreOptions store;
  std::string api_token;
  /// Clients may send without showing who they are, from wherever they come.
  bool anyone_may_send = false;
  Notifier::Options notifier;  ///< its limits
  std::chrono::milliseconds stream_heartbeat =
      NotificationApiOptions().heartbeat;
};

/// Fills `*options`. Returns the exit status if the program ends here.
std::optional<int> ReadOptions(int argc, char** argv, NotifierOptions* options);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFIER_OPTIONS_H_
