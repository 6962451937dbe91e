// tickerhub-notify: sends notifications from scripts.

#include <cstdio>

#include "notify/batch.h"
#include "notify/http_poster.h"
#include "notify/notification_text.h"
#include "notify/options.h"

using namespace tickerhub::examples;  // NOLINT(google-build-using-namespace)

int main(int argc, char** argv) {
  NotifyOptions options;
  if (const auto status = ReadOptions(argc, argv, &options)) return *status;
  if (!options.batch.empty()) return Batch(options).Send();

  HttpPoster poster(options);
  const HttpPoster::Answer answer =
      poster.Post(NotificationText(options), options.key);
  const Outcome outcome =
      answer.failure.empty()
          ? ReadOutcome(answer.status, answer.body)
          : Outcome{NotifyStatus::kUnreached, answer.failure};
  if (outcome.status != NotifyStatus::kAccepted) {
    std::fprintf(stderr, "tickerhub-notify: %s\n", outcome.sentence.c_str());
  } else if (!options.quiet) {
    std::printf("%s\n", outcome.sentence.c_str());
  }
  return static_cast<int>(outcome.status);
}
