#include "notify/options.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>

#include "common/command_line.h"
#include "notify/notification_text.h"
#include "tickerhub/version.h"

namespace tickerhub::examples {
namespace {

constexpr char kNotifyName[] = "tickerhub-notify";

constexpr char kNotifyExamples[] =
    "Examples:\n"
    "  tickerhub-notify --to ann --level critical 'Build is red'\n"
    "  make 2>&1 | tail -3 | tickerhub-notify --group ops --title 'make'\n"
    "  tickerhub-notify --batch notifications.jsonl --progress\n"
    "\n"
    "Without MESSAGE it is read from standard input. The server and the token\n"
    "come from the command line, else from TICKERHUB_SERVER and\n"
    "TICKERHUB_TOKEN, else from the configuration file. The token is best in\n"
    "the file: others can see a command line.\n"
    "\n"
    "Exit status: 0 if the server has it (delivered, or it waits), 1 if the\n"
    "server refuses it, 2 after a usage error, 3 if nobody has that name and\n"
    "nobody ever had, 4 if no notifier answers, 5 if the server cannot take "
    "it\n"
    "now. Of a batch: that of the first notification that was not taken.";

// Longer ones are refused here: the server's limit is far below.
constexpr std::size_t kMostInputBytes = 64 * 1024;

const char* Environment(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
}

// Where most programs have it (the XDG base directories).
std::string DefaultConfigFile() {
  const std::string file = "/tickerhub-notify.toml";
  const char* const folder = Environment("XDG_CONFIG_HOME");
  if (folder != nullptr && *folder != '\0') return folder + file;
  const char* const home = Environment("HOME");
  return home == nullptr ? "" : std::string(home) + "/.config" + file;
}

bool IsOneOf(const std::string& text,
             std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&text](const char* word) { return text == word; });
}

bool StartsWith(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

void CheckServer(std::string* server) {
  const bool is_url =
      (StartsWith(*server, "http://") || StartsWith(*server, "https://")) &&
      server->find_first_of("?# \t") == std::string::npos &&
      server->find("//") + 2 < server->size();
  if (!is_url) {
    throw UsageError(
        "--server must be an address such as "
        "http://127.0.0.1:8081/, not \"" +
        *server + "\"");
  }
  if (server->back() != '/') *server += '/';
}

void CheckSecret(const std::string& token) {
  const auto is_fine = [](char c) { return c > ' ' && c < 0x7f; };
  if (!std::all_of(token.begin(), token.end(), is_fine)) {
    // Without the token: this line may be seen by others.
    throw UsageError(
        "--token (or TICKERHUB_TOKEN) must have no blanks and "
        "nothing but ASCII characters");
  }
}

void CheckWords(const NotifyOptions& options) {
  if (!IsOneOf(options.level, {"", "info", "success", "warning", "critical"})) {
    throw UsageError(
        "--level must be info, success, warning or critical, not "
        "\"" +
        options.level + "\"");
  }
  if (!IsOneOf(options.priority, {"", "low", "normal", "high"})) {
    throw UsageError("--priority must be low, normal or high, not \"" +
                     options.priority + "\"");
  }
  for (const std::string& action : options.actions) {
    const std::size_t sign = action.find('=');
    if (sign == 0 || sign == std::string::npos || sign + 1 == action.size()) {
      throw UsageError("--action must be LABEL=LINK, not \"" + action + "\"");
    }
  }
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
  };
  if (std::any_of(options.key.begin(), options.key.end(), is_control)) {
    throw UsageError("--key must have no control characters");
  }
}

std::string ReadMessage() {
  if (isatty(STDIN_FILENO) != 0) {
    throw UsageError("there is no message: give it, or pipe it in");
  }
  std::string text;
  char bytes[4096];
  for (std::size_t got = 1; got > 0;) {
    got = std::fread(bytes, 1, sizeof bytes, stdin);
    text.append(bytes, got);
    if (text.size() > kMostInputBytes) {
      throw UsageError("the message on standard input is longer than " +
                       std::to_string(kMostInputBytes) + " bytes");
    }
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return text;
}

void CheckRecipient(const std::string& to, const std::string& group,
                    NotifyOptions* options) {
  if (to.empty() == group.empty()) {
    throw UsageError("--to or --group must say who gets it, one of them");
  }
  options->recipient =
      !to.empty() ? to : (group.front() == '#' ? "" : "#") + group;
}

void CheckBatch(const CommandLine& line) {
  for (const char* const other :
       {"--to", "--group", "--level", "--title", "--link", "--tag", "--ttl",
        "--priority", "--action", "message"}) {
    if (line.WasGiven(other)) {
      throw UsageError(std::string("--batch and ") +
                       (*other == '-' ? other : "a message") +
                       " exclude each other: each line says it");
    }
  }
}

// The environment stands between the command line and the file. It counts as
// if it stood in the command line, where that says nothing.
class Arguments {
 public:
  Arguments(int argc, char** argv) : texts_(argv, argv + argc) {
    Add("--server", "TICKERHUB_SERVER");
    Add("--token", "TICKERHUB_TOKEN");
    for (std::string& text : texts_) pointers_.push_back(text.data());
  }

  int count() const { return static_cast<int>(pointers_.size()); }
  char** pointers() { return pointers_.data(); }

 private:
  void Add(const std::string& option, const char* variable) {
    const char* const value = Environment(variable);
    if (value == nullptr || *value == '\0') return;
    const auto is_given = [&option](const std::string& text) {
      return text == option || StartsWith(text, option + "=");
    };
    const auto end = std::find(texts_.begin(), texts_.end(), "--");
    if (std::any_of(texts_.begin(), end, is_given)) return;
    texts_.insert(texts_.begin() + (texts_.empty() ? 0 : 1),
                  option + "=" + value);
  }

  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

void AddContents(CommandLine* line, NotifyOptions* options, std::string* to,
                 std::string* group) {
  line->BeginGroup("Notification");
  line->AddText("message", "MESSAGE", &options->message, "What it says");
  line->AddText("--to", "NAME", to, "Who gets it: a user, or all");
  line->AddText("--group", "GROUP", group, "The group that gets it: ops");
  line->AddText("--level", "LEVEL", &options->level,
                "info, success, warning or critical");
  line->AddText("--title", "TEXT", &options->title, "One line above");
  line->AddText("--link", "LINK", &options->link, "Where it leads");
  line->AddTexts("--action", "LABEL=LINK", "", &options->actions,
                 "A button; up to three");
  line->AddText("--tag", "TAG", &options->tag,
                "It takes the place of the one before with this tag");
  line->AddText("--priority", "PRIORITY", &options->priority,
                "low, normal or high; low does not pop up");
  line->AddDuration("--ttl", std::chrono::seconds(1),
                    std::chrono::hours(24 * 366), &options->ttl,
                    "After this time nobody gets it any more");
  line->AddText("--key", "KEY", &options->key,
                "The same key twice is the same notification: then it is safe "
                "to try again");
  line->AddText("--batch", "FILE", &options->batch,
                "Sends each line of a file, a JSON object with recipientId, "
                "message and so on; - is standard input");
}

}  // namespace

std::optional<int> ReadOptions(int argc, char** argv, NotifyOptions* options) {
  Arguments arguments(argc, argv);
  std::string to;
  std::string group;
  CommandLine line("Sends a notification through a tickerhub-notifier.",
                   kNotifyName);
  line.SetFooter(kNotifyExamples);
  AddContents(&line, options, &to, &group);
  line.BeginGroup("Server");
  line.AddText("--server", "URL", &options->server,
               "Where the notifier is (environment: TICKERHUB_SERVER)");
  line.AddText("--token", "TOKEN", &options->token,
               "The API token, or a JWT (environment: TICKERHUB_TOKEN)");
  line.AddText("--ca-file", "FILE", &options->ca_file,
               "Trusts the certificates that these have signed, instead of "
               "those that the system trusts");
  line.AddDuration("--timeout", std::chrono::milliseconds(1),
                   std::chrono::hours(1), &options->timeout,
                   "How long an answer may take");
  line.BeginGroup("Other");
  line.AddFlag("--quiet", &options->quiet, "Prints nothing if all is well");
  line.AddFlag("--progress", &options->progress,
               "Tells how far a batch is, also if nobody looks");
  line.AddConfigFile("server = \"https://alerts.example/\"",
                     DefaultConfigFile());
  line.AddHelp();
  line.AddVersion(TICKERHUB_VERSION);
  return line.Read(arguments.count(), arguments.pointers(), [&] {
    CheckServer(&options->server);
    CheckSecret(options->token);
    CheckWords(*options);
    if (!options->batch.empty()) return CheckBatch(line);
    CheckRecipient(to, group, options);
    if (!line.WasGiven("message")) options->message = ReadMessage();
    if (NotificationText(*options).empty()) {
      throw UsageError("the texts must be UTF-8");
    }
  });
}

}  // namespace tickerhub::examples
