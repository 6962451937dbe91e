#ifndef TICKERHUB_EXAMPLES_NOTIFIER_ANNOUNCEMENTS_H_
#define TICKERHUB_EXAMPLES_NOTIFIER_ANNOUNCEMENTS_H_

// What the server says by itself: every so often, and each line that is typed
// on its standard input.

#include <cstdint>
#include <memory>

#include "common/bad_line_log.h"
#include "notifier/options.h"
#include "tickerhub/line_splitter.h"
#include "tickerhub/notifier.h"
#include "tickerhub/scheduler.h"
#include "tickerhub/websocketpp/input_reader.h"
#include "tickerhub/websocketpp/server.h"

namespace tickerhub::examples {

class Announcements {
 public:
  /// `server` and `notifier` must outlive it.
  Announcements(Server& server, Notifier& notifier,
                AnnouncementOptions options);

 private:
  void StartTimer();
  void AnnounceLine(std::string_view line, bool whole);

  Notifier& notifier_;
  AnnouncementOptions options_;
  Timer timer_;
  BadLineLog bad_lines_{"standard input"};
  std::uint64_t line_count_ = 0;
  LineSplitter lines_;
  std::unique_ptr<InputReader> input_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFIER_ANNOUNCEMENTS_H_
