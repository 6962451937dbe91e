#include "notifier/notification_limits.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>

#include "common/limits_options.h"

namespace tickerhub::examples {
namespace {

using std::chrono::milliseconds;
using UnknownUsers = Notifier::Options::UnknownUsers;

struct SizeLimit {
  const char* name;
  std::size_t* value;
  const char* description;
};

void AddNotifierLimits(CommandLine* line, Notifier::Options* options) {
  line->AddParsed(
      "--unknown-users", "WORD", "refuse",
      [options](const std::string& text) {
        if (text != "refuse" && text != "queue") {
          throw UsageError("--unknown-users must be refuse or queue, not \"" +
                           text + "\"");
        }
        options->unknown_users =
            text == "queue" ? UnknownUsers::kQueue : UnknownUsers::kRefuse;
      },
      "What becomes of a notification to a name that nobody ever had: refuse, "
      "or queue it until somebody takes the name");
  const SizeLimit limits[] = {
      {"--max-text-bytes", &options->max_message_bytes,
       "Bytes of the message of a notification"},
      {"--max-title-bytes", &options->max_title_bytes, "Bytes of its title"},
      {"--max-link-bytes", &options->max_link_bytes, "Bytes of a link of it"},
      {"--max-name-bytes", &options->router.max_identifier_bytes,
       "Bytes of a user's name"},
      {"--max-batch", &options->max_batch,
       "Notifications in one POST; --max-body-bytes bounds it too"},
      {"--max-waiting", &options->max_waiting,
       "Notifications that wait until it is known whether their user is"},
      {"--max-streams", &options->max_followers,
       "Open streams of notifications (/api/notifications/stream)"},
      {"--max-user-streams", &options->max_followers_per_user,
       "Of these, streams of one user"},
      {"--max-address-streams", &options->max_followers_per_address,
       "Of these, streams without a user's token for one address"},
      {"--max-user-connections", &options->router.max_connections_per_user,
       "Connections under one name"},
      {"--max-listed-users", &options->max_listed_users,
       "Users in a list of who is online; the rest are counted"},
      {"--max-users-bytes", &options->max_users_bytes, "Bytes of such a list"},
      {"--max-presence-bytes", &options->max_presence_bytes_per_second,
       "Bytes a second, for all clients together, to tell who comes and goes"},
      {"--max-resumed", &options->max_resumed,
       "Notifications in one answer to a client that was away"},
      {"--max-resumed-bytes", &options->max_resumed_bytes,
       "Bytes of them; below --max-queued-bytes"},
  };
  for (const SizeLimit& limit : limits) {
    AddSizeOption(line, limit.name, 1, limit.value, limit.description);
  }
  line->AddDuration("--presence-interval", milliseconds(1),
                    std::chrono::hours(1), &options->presence_interval,
                    "Who comes and goes is told at most once in this time");
}

}  // namespace

void AddNotificationLimits(CommandLine* line, Notifier::Options* notifier) {
  line->BeginGroup("Limits of notifications");
  AddBudgetOption(line, "--name-budget", &notifier->names,
                  "How often clients may take another name than their first: "
                  "a second and at once, of a client, of an address, of all");
  AddBudgetOption(line, "--notification-budget", &notifier->notifications,
                  "Likewise how often they may send a notification");
  AddBudgetOption(
      line, "--reading-budget", &notifier->readings,
      "Likewise how often they may read an inbox or ask for groups");
  AddBudgetOption(line, "--mark-budget", &notifier->marks,
                  "Likewise how often they may mark or delete notifications");
  AddBudgetOption(line, "--membership-budget", &notifier->memberships,
                  "Likewise how often they may join and leave groups");
  AddNotifierLimits(line, notifier);
}

void CheckNotificationLimits(const CommandLine& line,
                             std::size_t max_queued_bytes,
                             Notifier::Options* notifier) {
  if (!line.WasGiven("--max-resumed-bytes")) {
    notifier->max_resumed_bytes =
        std::min(notifier->max_resumed_bytes, max_queued_bytes / 2);
  }
  if (notifier->max_resumed_bytes >= max_queued_bytes) {
    throw UsageError("--max-resumed-bytes (" +
                     std::to_string(notifier->max_resumed_bytes) +
                     ") must be below --max-queued-bytes (" +
                     std::to_string(max_queued_bytes) + ")");
  }
}

}  // namespace tickerhub::examples
