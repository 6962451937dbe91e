#ifndef TICKERHUB_EXAMPLES_NOTIFY_OPTIONS_H_
#define TICKERHUB_EXAMPLES_NOTIFY_OPTIONS_H_

// The command line of tickerhub-notify.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tickerhub::examples {

/// How tickerhub-notify ends. A usage error has kUsageErrorStatus (2).
enum class NotifyStatus : int {
  kAccepted = 0,   ///< the server has it: delivered, waiting, or scheduled
  kRefused = 1,    ///< the server will not have it as it is
  kUnknown = 3,    ///< nobody has the name, and nobody ever had
  kUnreached = 4,  ///< no answer of a notifier: nobody knows what became of it
  kTryAgain = 5,   ///< the server cannot take it now
};

struct NotifyOptions {
  std::string server = "http://127.0.0.1:8081/";  ///< ends with a slash
  std::string token;
  std::string ca_file;
  std::chrono::milliseconds timeout = std::chrono::seconds(30);

  std::string recipient;  ///< "all", a user, or a group with its '#'
  std::string message;
  std::string level;
  std::string title;
  std::string link;
  std::string tag;
  std::string priority;
  std::string key;
  std::vector<std::string> actions;  ///< "LABEL=LINK"
  std::chrono::milliseconds ttl{0};  ///< 0: for ever

  std::string batch;  ///< the name of a file; "-": standard input
  bool quiet = false;
  bool progress = false;
};

/// Fills `*options`; a message that is not given is read from standard input.
/// Returns the exit status if the program ends here.
std::optional<int> ReadOptions(int argc, char** argv, NotifyOptions* options);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_NOTIFY_OPTIONS_H_
