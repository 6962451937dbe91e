#include "notifier/options.h"

#include <algorithm>

#include "common/command_line.h"
#include "common/standard_input.h"
#include "notifier/notification_limits.h"
#include "tickerhub/notifier.h"

namespace tickerhub::examples {
namespace {

constexpr char kName[] = "tickerhub-notifier";

constexpr char kExamples[] =
    "Examples:\n"
    "  tickerhub-notifier --announce-every 10m --announcement 'Drink water.'\n"
    "  TICKERHUB_API_TOKEN=secret tickerhub-notifier --address 0.0.0.0\n"
    "  tickerhub-notifier --address 0.0.0.0 --anyone-may-send\n"
    "  tickerhub-notifier --store notifications.db --keep-age 2160h\n"
    "\n"
    "Each line on standard input is announced to everybody.\n"
    "\n"
    "Exit status: 0 after SIGINT or SIGTERM, 1 after a failure, 2 after\n"
    "a usage error.";

bool IsBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

// Characters that may stand in an Authorization header (RFC 6750 §2.1).
bool IsTokenCharacter(char c) { return c > ' ' && c < 0x7f; }

void CheckAnnouncement(const AnnouncementOptions& options, bool text_given) {
  const std::size_t longest = options.max_bytes;
  const bool is_said = options.every.count() > 0;
  if (is_said && (IsBlank(options.text) || options.text.size() > longest)) {
    throw UsageError("--announcement must have from 1 to " +
                     std::to_string(longest) + " bytes, not all blank");
  }
  if (text_given && !is_said) {
    throw UsageError("--announcement needs --announce-every");
  }
}

// `is_beside_tokens`: clients show tokens of their own (JWT), which are told
// from this one by their points.
void CheckToken(const std::string& token, bool is_beside_tokens) {
  if (!std::all_of(token.begin(), token.end(), IsTokenCharacter)) {
    throw UsageError(
        "--api-token (or TICKERHUB_API_TOKEN) must have no blanks and nothing "
        "but ASCII characters");
  }
  if (is_beside_tokens && token.find('.') != std::string::npos) {
    throw UsageError(
        "--api-token (or TICKERHUB_API_TOKEN) must have no '.' beside "
        "--auth-secret-file and --auth-public-key: it would be taken for a "
        "token of a user");
  }
}

}  // namespace

std::optional<int> ReadOptions(int argc, char** argv,
                               NotifierOptions* options) {
  AnnouncementOptions& announcements = options->announcements;
  announcements.read_standard_input = PrepareStandardInput();
  options->server.listen.port = 8081;
  CommandLine line("Pushes notifications to everybody, or to one user.", kName);
  line.SetFooter(kExamples);
  line.BeginGroup("Notifications");
  line.AddDuration(
      "--announce-every", std::chrono::milliseconds(100),
      std::chrono::hours(24 * 7), &announcements.every,
      "Announce something to everybody this often; without it: never");
  line.AddText("--announcement", "TEXT", &announcements.text,
               "What --announce-every says");
  line.AddText("--api-token", "TOKEN", &options->api_token,
               "Writing through /api, and reading an inbox there, needs this "
               "bearer token; better given in the environment, where other "
               "users can't see it",
               "TICKERHUB_API_TOKEN");
  line.AddFlag("--anyone-may-send", &options->anyone_may_send,
               "Whoever can connect may send, under any name; without it, "
               "only on loopback, or with the API token");
  line.AddDuration("--stream-heartbeat", std::chrono::milliseconds(1),
                   std::chrono::hours(1), &options->stream_heartbeat,
                   "A stream of events on which nothing comes for this long "
                   "gets a comment");
  AddNotificationLimits(&line, &options->notifier);
  AddStoreOptions(&line, &options->store);
  AddServerOptions(&line, &options->server);
  return line.Read(argc, argv, [&] {
    announcements.max_bytes = options->notifier.max_message_bytes;
    CheckAnnouncement(announcements, line.WasGiven("--announcement"));
    CheckStoreOptions(line, options->store);
    CheckServerOptions(line, &options->server);
    CheckToken(options->api_token, options->server.identity.tokens != nullptr);
    CheckNotificationLimits(line,
                            options->server.limits.server.max_queued_bytes,
                            &options->notifier);
    if (options->anyone_may_send && options->server.identity.tokens) {
      throw UsageError(
          "--anyone-may-send and --auth-secret-file or --auth-public-key "
          "exclude each other");
    }
  });
}

}  // namespace tickerhub::examples
