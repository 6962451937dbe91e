#ifndef TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_
#define TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_

// Options of the command line and of --config files. A value that makes no
// sense ends the program with one sentence on standard error and exit status 2.
//
//     CLI::App app("What the program is for.");
//     AddWholeNumber(app, "--port", 0, 65535, &port, "Port to listen on");
//     if (auto status = ParseCommandLine(app, argc, argv, check)) {
//       return *status;
//     }

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace tickerhub::examples {

/// Thrown while options are read. The sentence names the option.
class UsageError : public CLI::ValidationError {
 public:
  explicit UsageError(const std::string& sentence)
      : CLI::ValidationError(sentence) {}
};

/// Adds an option without a value (or with =true, =false) that sets `*value`.
/// If the name starts with "!", the option clears it.
CLI::Option* AddFlag(CLI::App& app, const std::string& name, bool* value,
                     const std::string& description);

/// Adds an option whose value is a whole number from `min` to `max`. `*value`
/// is the default.
CLI::Option* AddWholeNumber(CLI::App& app, const std::string& name,
                            std::uint64_t min, std::uint64_t max,
                            std::uint64_t* value,
                            const std::string& description);

/// Adds an option whose value is a duration ("2", "2s", "500ms") from `min` to
/// `max`. `*value` is the default.
CLI::Option* AddDuration(CLI::App& app, const std::string& name,
                         std::chrono::milliseconds min,
                         std::chrono::milliseconds max,
                         std::chrono::milliseconds* value,
                         const std::string& description);

/// Adds --config, which names a file with more options. The options of the
/// command line come first.
void AddConfigFile(CLI::App& app, const std::string& group);

/// Reads the command line and the file that --config names, then calls `check`.
/// `check` throws UsageError for options that do not go together. Returns the
/// exit status if the program ends here: 0 after --help or --version, 2 after a
/// usage error.
std::optional<int> ParseCommandLine(CLI::App& app, int argc, char** argv,
                                    const std::function<void()>& check);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_
