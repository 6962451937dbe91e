#include "notifier/announcements.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

namespace tickerhub::examples {

Announcements::Announcements(Server& server, Notifier& notifier,
                             AnnouncementOptions options)
    : notifier_(notifier),
      options_(std::move(options)),
      timer_(server.scheduler()),
      lines_(options_.max_bytes, [this](std::string_view line, bool whole) {
        AnnounceLine(line, whole);
      }) {
  if (options_.every.count() > 0) StartTimer();
  if (options_.read_standard_input) {
    input_ = std::make_unique<InputReader>(
        server, STDIN_FILENO,
        [this](std::string_view bytes) { lines_.Push(bytes); },
        [this](std::string_view fault) {
          lines_.End();
          if (!fault.empty()) spdlog::error("standard input: {}", fault);
          spdlog::debug("standard input has ended");
        });
  }
}

void Announcements::StartTimer() {
  timer_.Start(options_.every, [this] {
    notifier_.Announce(options_.text);
    StartTimer();
  });
}

void Announcements::AnnounceLine(std::string_view line, bool whole) {
  const std::uint64_t number = ++line_count_;
  if (!whole) {
    bad_lines_.Report(number, "the line is longer than " +
                                  std::to_string(options_.max_bytes) +
                                  " bytes");
    return;
  }
  notifier_.Announce(
      line, [this, number](const Notifier::SubmitResult& result) {
        // A blank line says nothing and is not meant to.
        if (result.ok() || result.rejection->code == ErrorCode::kEmptyMessage)
          return;
        bad_lines_.Report(number, result.rejection->message);
      });
}

}  // namespace tickerhub::examples
