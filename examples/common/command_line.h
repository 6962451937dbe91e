#ifndef TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_
#define TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_

// Options of the command line and of --config files: one sentence on standard
// error and exit status 2 for whatever can't be meant.
//
//   CLI::App app("What the program is for.");
//   AddWholeNumber(app, "--port", 0, 65535, &port, "Port to listen on");
//   if (auto status = ParseCommandLine(app, argc, argv, check)) return *status;

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace tickerhub::examples {

/// Thrown while options are read, with a sentence that names the option.
class UsageError : public CLI::ValidationError {
 public:
  explicit UsageError(const std::string& sentence)
      : CLI::ValidationError(sentence) {}
};

/// An option without a value (or with =true, =false), which sets `*value`; a
/// name that starts with "!" clears it.
CLI::Option* AddFlag(CLI::App& app, const std::string& name, bool* value,
                     const std::string& description);

/// An option whose value is a whole number from `min` to `max`; `*value` is its
/// default.
CLI::Option* AddWholeNumber(CLI::App& app, const std::string& name,
                            std::uint64_t min, std::uint64_t max,
                            std::uint64_t* value,
                            const std::string& description);

/// The same for a duration ("2", "2s", "500ms").
CLI::Option* AddDuration(CLI::App& app, const std::string& name,
                         std::chrono::milliseconds min,
                         std::chrono::milliseconds max,
                         std::chrono::milliseconds* value,
                         const std::string& description);

/// Reads the command line and what --config names, then calls `check`, which
/// throws UsageError for what does not go together. Returns the exit status if
/// the program ends here: 0 after --help or --version, 2 after a usage error.
std::optional<int> ParseCommandLine(CLI::App& app, int argc, char** argv,
                                    const std::function<void()>& check);

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_
