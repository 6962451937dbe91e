#ifndef TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_
#define TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_

// Options of the command line and of --config files. A value that makes no
// sense ends the program with one sentence on standard error and exit status 2.
//
//     CommandLine line("What the program is for.", "the-program");
//     line.AddWholeNumber("--port", 0, 65535, &port, "Port to listen on");
//     if (auto status = line.Read(argc, argv, check)) return *status;
//
// CLI11 does the work. It is hidden here because it compiles slowly.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tickerhub::examples {

/// The exit status of a program that cannot mean what it was told.
constexpr int kUsageErrorStatus = 2;

/// Thrown while options are read. The sentence names the option.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The variables that options set must live until Read() has returned. What
/// they hold before is the default, which --help shows.
class CommandLine {
 public:
  CommandLine(const std::string& purpose, const std::string& program);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// The options that are added from now on stand under this heading.
  void BeginGroup(const std::string& heading);

  /// Adds an option without a value (or with =true, =false) that sets `*value`.
  /// If the name starts with "!", the option clears it.
  void AddFlag(const std::string& name, bool* value,
               const std::string& description);

  /// Adds an option whose value is a whole number from `min` to `max`.
  /// `shown_default`: what --help shows if `*value` says nothing.
  void AddWholeNumber(const std::string& name, std::uint64_t min,
                      std::uint64_t max, std::uint64_t* value,
                      const std::string& description,
                      const std::string& shown_default = "");

  /// Adds an option whose value is a duration ("2", "2s", "500ms") from `min`
  /// to `max`.
  void AddDuration(const std::string& name, std::chrono::milliseconds min,
                   std::chrono::milliseconds max,
                   std::chrono::milliseconds* value,
                   const std::string& description);

  /// Adds an option whose value is any text. `type` is the word for it in
  /// --help. A name without dashes is that of an argument without an option. If
  /// `variable` is not empty, that variable of the environment gives the value
  /// where the command line does not.
  void AddText(const std::string& name, const std::string& type,
               std::string* value, const std::string& description,
               const std::string& variable = "");

  /// Adds an option that may be given more than once.
  void AddTexts(const std::string& name, const std::string& type,
                const std::string& shown_default,
                std::vector<std::string>* values,
                const std::string& description);

  /// Adds an option whose value `read` takes. It may throw UsageError.
  void AddParsed(const std::string& name, const std::string& type,
                 const std::string& shown_default,
                 const std::function<void(const std::string&)>& read,
                 const std::string& description);

  /// Adds --config, which names a file with more options. The options of the
  /// command line come first. `example`: a line of it. `standard`: the file
  /// that is read, if it is there, when no other is named.
  void AddConfigFile(const std::string& example = "port = 9000",
                     const std::string& standard = "");

  /// Adds --help.
  void AddHelp();
  /// Adds --version, which prints the name of the program and `version`.
  void AddVersion(const std::string& version);

  /// Prints `text` at the end of --help.
  void SetFooter(const std::string& text);

  /// Reads the command line and the file that --config names, then calls
  /// `check`, which throws UsageError for options that do not go together.
  /// Returns the exit status if the program ends here: 0 after --help or
  /// --version, 2 after a usage error.
  std::optional<int> Read(int argc, char** argv,
                          const std::function<void()>& check);

  /// Returns whether the option was given. Call it after the options were read,
  /// in `check` for example. REQUIRES: there is such an option.
  bool WasGiven(const std::string& name) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tickerhub::examples

#endif  // TICKERHUB_EXAMPLES_COMMON_COMMAND_LINE_H_
