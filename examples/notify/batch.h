#ifndef TICKERHUB_EXAMPLES_NOTIFY_BATCH_H_
#define TICKERHUB_EXAMPLES_NOTIFY_BATCH_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "notify/http_poster.h"
#include "notify/notification_text.h"
#include "notify/options.h"

namespace tickerhub::examples {

/// Sends the lines of a file, many in one request, in their order. Says on
/// standard error which were not taken, and how far it is.
class Batch {
 public:
  explicit Batch(const NotifyOptions& options);

  /// Returns the status of the first line that was not taken. Ends early only
  /// if the server does not answer.
  int Send();

 private:
  struct Line {
    std::uint64_t number;
    std::string text;
  };

  void Add(std::string_view line, bool whole);
  // Sends what is collected. False if the server did not answer.
  bool Flush();
  void Note(const Line& line, const Outcome& outcome);
  void Refuse(std::uint64_t number, NotifyStatus status,
              const std::string& sentence);
  void ShowProgress(bool is_end);

  const NotifyOptions& options_;
  HttpPoster poster_;
  std::vector<Line> lines_;
  std::size_t bytes_ = 0;
  std::uint64_t line_count_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t refused_ = 0;
  NotifyStatus status_ = NotifyStatus::kAccepted;
  bool answers_ = true;
  bool shows_progress_;
  bool has_progress_ = false;  // on the line where the cursor is
  std::chrono::steady_clock::time_point shown_at_{};
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFY_BATCH_H_
